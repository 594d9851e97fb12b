/** Rules as lines and as fields: both say the same, and what cannot be meant is found at its field. */
import { expect, test } from 'vitest';
import {
  countedRules,
  countsOf,
  draftOfRule,
  lineOf,
  linesIn,
  rulesIn,
  rulesText,
  wrongLine,
} from './rule-text.ts';

test.each([
  ['access', 'deny in protocol=tcp destinationPort=20-23\npermit out vlan=10 sourceIp=10.0.0.0/24'],
  [
    'flow',
    '200 output inPort=a/0 etherType=0x0806 ports=b/0,trunk/0\n5 drop protocol=89 setVlan=0 idleNs=5000',
  ],
] as const)('rules of the kind %s are the same as text, as fields and as settings', (kind, text) => {
  expect(wrongLine(kind, text)).toBeUndefined();
  expect(rulesText(kind, { rules: rulesIn(kind, `\n${text}\n`) })).toBe(text);
  expect(linesIn(kind, text).map(({ draft }) => lineOf(kind, draft ?? {}))).toEqual(text.split('\n'));
});

test('numbers, names and ranges become what settings hold', () => {
  expect(rulesIn('access', 'permit in destinationPort=80 protocol=6 sourcePort=1-2')).toEqual([
    { action: 'permit', direction: 'in', destinationPort: 80, protocol: 6, sourcePort: [1, 2] },
  ]);
  expect(rulesIn('flow', 'drop')).toEqual([{ priority: 100, action: 'drop' }]);
});

test('a line that is no rule is named, and the field in which something cannot be meant', () => {
  const rules = (text: string) => wrongLine('access', text);
  for (const none of ['permit', 'deny in colour=red', 'deny in vlan=', 'deny in vlan=1 vlan=2', 'in deny x'])
    expect(rules(`deny in\n\n${none}`)).toEqual({ line: 3 });
  for (const [text, key] of [
    ['permit sideways', 'direction'],
    ['deny in vlan=ten', 'vlan'],
    ['deny in vlan=4095', 'vlan'],
    ['deny in sourceIp=10.0.0.01', 'sourceIp'],
    ['deny in sourceIp=10.0.0.0/33', 'sourceIp'],
    ['deny in sourceMac=52:54', 'sourceMac'],
    ['deny in protocol=tpc', 'protocol'],
    ['deny in destinationPort=23-20', 'destinationPort'],
    ['deny in destinationPort=65536', 'destinationPort'],
  ] as const)
    expect([text, rules(text)]).toEqual([text, { line: 1, key }]);
  expect(wrongLine('flow', '70000 drop')).toEqual({ line: 1, key: 'priority' });
  expect(wrongLine('flow', '1 output ports=a,,b')).toEqual({ line: 1, key: 'ports' });
  expect(wrongLine('flow', '1 drop hardNs=0')).toEqual({ line: 1, key: 'hardNs' });
});

test('an emptied field says nothing, and a missing priority is wrong until one stands there', () => {
  expect(lineOf('access', { action: 'deny', direction: 'in', vlan: ' ' })).toBe('deny in');
  const line = lineOf('flow', { priority: '', action: 'drop' });
  expect(wrongLine('flow', line)).toEqual({ line: 1, key: 'priority' });
});

test('counts stand behind the rules of the same words, wherever they stand now', () => {
  const rules = rulesIn('flow', '5 drop vlan=1\n5 drop vlan=2\n5 drop vlan=1');
  const counted = countedRules('flow', { rules }, [7, 8, 9]);
  const lines = ['5 drop vlan=2', '6 drop vlan=1', '5 drop vlan=1', '5 drop vlan=1', '5 drop vlan=1'];
  expect(countsOf(lines, counted)).toEqual([8, undefined, 7, 9, undefined]);
  expect(lineOf('flow', draftOfRule('flow', { action: 'drop', vlan: 1 }))).toBe('100 drop vlan=1');
});
