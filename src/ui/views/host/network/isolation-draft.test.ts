/** What is read of the fields that keep a port apart, and written into them. */
import { expect, test } from 'vitest';
import { changesOf, draftOf, wrongLine } from './isolation-draft.ts';
import { rulesIn, rulesText } from './rule-text.ts';

const SET = {
  vlan: { trunk: [10, 20], native: 10 },
  private: { role: 'community', community: 3 },
  'arp-guard': { bindings: [{ ip: '10.0.0.3', mac: '52:54:00:00:00:66' }], dhcp: true, packets: false },
  'nd-guard': { bindings: [], router: true },
  'storm-control': { broadcast: 20, burst: 2 },
  'access-list': {
    rules: [{ action: 'deny', direction: 'in', protocol: 'tcp', destinationPort: [20, 23] }],
    ...{ defaultIn: 'permit', defaultOut: 'deny' },
  },
} as const;

test('what is set stands in the fields, and nobody who changes nothing changes anything', () => {
  expect(changesOf(draftOf(SET), SET)).toEqual([]);
  expect(changesOf(draftOf({}), {})).toEqual([]);
});

test('what the fields say becomes settings, stage by stage, with what was there before', () => {
  const changes = changesOf(draftOf(SET), {});
  expect(Object.fromEntries(changes.map(({ stage, settings }) => [stage, settings]))).toEqual(SET);
  const less = changesOf({ ...draftOf(SET), vlan: 'access', access: 20, arp: false }, SET);
  expect(less).toEqual([
    { stage: 'vlan', settings: { access: 20 }, was: SET.vlan },
    { stage: 'arp-guard', settings: null, was: SET['arp-guard'] },
  ]);
});

test.each([
  ['access', 'deny in protocol=tcp destinationPort=20-23\npermit out vlan=10 sourceIp=10.0.0.0/24'],
  ['flow', '200 output inPort=a/0 etherType=0x0806 ports=b/0,trunk/0\n5 drop protocol=89 setVlan=0'],
] as const)('rules of the kind %s are the same as text and as settings', (kind, text) => {
  const read = rulesIn(kind, `\n${text}\n`);
  expect('rules' in read && rulesText(kind, { rules: read.rules })).toBe(text);
});

test('a line that is no rule is named', () => {
  const rules = (text: string) => wrongLine({ ...draftOf({}), rules: text });
  expect(rules('deny in\npermit sideways')).toBe(2);
  expect(rules('deny in colour=red')).toBe(1);
  expect(rules('deny in vlan=ten')).toBe(1);
  expect(rules('deny in vlan=1 vlan=2')).toBe(1);
  expect(rules('deny in')).toBeUndefined();
  expect(rulesIn('flow', 'drop')).toEqual({ wrong: 1 });
});
