import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scenarioArbitrary } from './scenario.arbitrary.ts';
import { readScenario, readScenarioText } from './versions.ts';

const VM = { name: 'a' };
const host = (parts: object): object => ({ version: 1, hosts: [{ name: 'h', ...parts }] });
const vm = (parts: object, hostParts: object = {}): object =>
  host({ switches: [{ name: 'lan' }], vms: [{ ...VM, ...parts }], ...hostParts });
const command = (parts: object): object => ({
  version: 1,
  hosts: [{ name: 'h', vms: [VM] }],
  commands: [parts],
});

test('the smallest document is a host; all else has a default', () => {
  expect(readScenario(host({}))).toEqual({
    ok: true,
    value: {
      version: 1,
      title: '',
      seed: 1,
      nsPerInstruction: 10,
      quantumInstructions: 10_000,
      hosts: [{ name: 'h', ramBytes: 0x1000_0000, harts: 1, timeSliceNs: 10_000_000, switches: [], vms: [] }],
      commands: [],
    },
  });
});

test('a VM of which only the name is given runs the teaching kernel; a card is at the first switch', () => {
  const result = readScenario(vm({ nics: [{}] }));
  expect(result).toMatchObject({
    ok: true,
    value: {
      hosts: [
        {
          vms: [
            {
              name: 'a',
              image: { kind: 'builtin', name: 'teaching' },
              memoryBytes: 4 << 20,
              vcpus: 1,
              allocation: 'on-demand',
              disks: [],
              nics: [{ switch: 'lan' }],
              autostart: true,
            },
          ],
        },
      ],
    },
  });
});

test('a whole scenario reads as itself', () => {
  fc.assert(
    fc.property(scenarioArbitrary, (scenario) => {
      expect(readScenario(scenario)).toEqual({ ok: true, value: scenario });
      expect(readScenarioText(JSON.stringify(scenario))).toEqual({ ok: true, value: scenario });
    }),
    { numRuns: 100 },
  );
});

/** What is refused: document, code, place. */
const REFUSED: readonly (readonly [string, unknown, string, string | undefined])[] = [
  ['no object', 7, 'scenario.type', undefined],
  ['a list', [], 'scenario.type', undefined],
  ['no version', { hosts: [{ name: 'h' }] }, 'scenario.missing', 'version'],
  ['a later version', { ...host({}), version: 2 }, 'scenario.version', 'version'],
  [
    'a version that is a key of every object',
    { ...host({}), version: 'toString' },
    'scenario.version',
    'version',
  ],
  ['no hosts', { version: 1 }, 'scenario.missing', 'hosts'],
  ['an empty list of hosts', { version: 1, hosts: [] }, 'scenario.empty', 'hosts'],
  ['an unknown key', { ...host({}), colour: 'red' }, 'scenario.unknownKey', 'colour'],
  ['an unknown key of a VM', vm({ cpus: 2 }), 'scenario.unknownKey', 'hosts[0].vms[0].cpus'],
  [
    'an inherited name as key',
    vm({ hasOwnProperty: 1 }),
    'scenario.unknownKey',
    'hosts[0].vms[0].hasOwnProperty',
  ],
  [
    'an own __proto__',
    JSON.parse('{"version":1,"hosts":[{"name":"h","__proto__":{"harts":3}}]}'),
    'document.reservedKey',
    'hosts[0]',
  ],
  ['a constructor', vm({ constructor: { prototype: {} } }), 'document.reservedKey', 'hosts[0].vms[0]'],
  ['a function', vm({ name: () => 'a' }), 'document.notPlain', 'hosts[0].vms[0].name'],
  ['a date', vm({ name: new Date(0) }), 'document.notPlain', 'hosts[0].vms[0].name'],
  ['not a number', host({ harts: Number.NaN }), 'document.notPlain', 'hosts[0].harts'],
  ['a number as text', host({ harts: '2' }), 'scenario.type', 'hosts[0].harts'],
  ['half a hart', host({ harts: 1.5 }), 'scenario.notWhole', 'hosts[0].harts'],
  ['no hart', host({ harts: 0 }), 'scenario.tooSmall', 'hosts[0].harts'],
  ['nine harts', host({ harts: 9 }), 'scenario.tooLarge', 'hosts[0].harts'],
  ['RAM above 1 GiB', host({ ramBytes: 0x4001_0000 }), 'scenario.tooLarge', 'hosts[0].ramBytes'],
  ['RAM in odd bytes', host({ ramBytes: 0x1000_0001 }), 'scenario.notMultiple', 'hosts[0].ramBytes'],
  ['memory below 2 MiB', vm({ memoryBytes: 0x1f_f000 }), 'scenario.tooSmall', 'hosts[0].vms[0].memoryBytes'],
  [
    'memory that is no pages',
    vm({ memoryBytes: 0x20_0800 }),
    'scenario.notMultiple',
    'hosts[0].vms[0].memoryBytes',
  ],
  [
    'a VM larger than its host',
    vm({ memoryBytes: 0x200_0000, allocation: 'fixed' }, { ramBytes: 0x100_0000 }),
    'scenario.vmTooLarge',
    'hosts[0].vms[0].memoryBytes',
  ],
  ['a huge number', host({ timeSliceNs: 1e300 }), 'scenario.tooLarge', 'hosts[0].timeSliceNs'],
  [
    'an allocation that nobody knows',
    vm({ allocation: 'lazy' }),
    'scenario.choice',
    'hosts[0].vms[0].allocation',
  ],
  [
    'an image of an unknown kind',
    vm({ image: { kind: 'url', name: 'x' } }),
    'scenario.choice',
    'hosts[0].vms[0].image.kind',
  ],
  [
    'an image elsewhere',
    vm({ image: { kind: 'file', name: 'https://x.example/k' } }),
    'scenario.badFileName',
    'hosts[0].vms[0].image.name',
  ],
  [
    'a path as image',
    vm({ image: { kind: 'file', name: '../../etc/passwd' } }),
    'scenario.badFileName',
    'hosts[0].vms[0].image.name',
  ],
  ['a builtin image that is a path', vm({ image: '../x' }), 'scenario.badName', 'hosts[0].vms[0].image'],
  ['a list as card', vm({ nics: [[]] }), 'scenario.type', 'hosts[0].vms[0].nics[0]'],
  [
    'a card at no switch',
    vm({ nics: [{ switch: 'wan' }] }),
    'scenario.noSuchSwitch',
    'hosts[0].vms[0].nics[0].switch',
  ],
  [
    'a card where there is no switch',
    host({ vms: [{ ...VM, nics: [{}] }] }),
    'scenario.noSuchSwitch',
    'hosts[0].vms[0].nics[0].switch',
  ],
  [
    'a card with a group address',
    vm({ nics: [{ mac: '53:54:00:00:00:01' }] }),
    'scenario.badMac',
    'hosts[0].vms[0].nics[0].mac',
  ],
  [
    'an address out of range',
    vm({ nics: [{ address: '10.0.0.256/24' }] }),
    'scenario.badAddress',
    'hosts[0].vms[0].nics[0].address',
  ],
  [
    'an address without prefix',
    vm({ nics: [{ address: '10.0.0.1' }] }),
    'scenario.badAddress',
    'hosts[0].vms[0].nics[0].address',
  ],
  [
    'a disk of no sectors',
    vm({ disks: [{ sizeBytes: 1000 }] }),
    'scenario.notMultiple',
    'hosts[0].vms[0].disks[0].sizeBytes',
  ],
  ['too many cards', vm({ nics: [{}, {}, {}, {}] }), 'scenario.tooMany', 'hosts[0].vms[0].nics'],
  [
    'a name with markup',
    vm({ name: '<script>alert(1)</script>' }),
    'scenario.badName',
    'hosts[0].vms[0].name',
  ],
  [
    'a name with an escape sequence',
    vm({ name: '\u001b]52;c;AAAA\u0007' }),
    'scenario.badName',
    'hosts[0].vms[0].name',
  ],
  ['a name with a space', vm({ name: 'a b' }), 'scenario.badName', 'hosts[0].vms[0].name'],
  ['an empty name', vm({ name: '' }), 'scenario.badName', 'hosts[0].vms[0].name'],
  ['a long name', vm({ name: 'a'.repeat(32) }), 'scenario.tooLong', 'hosts[0].vms[0].name'],
  [
    'a switch with markup',
    host({ switches: [{ name: '"><img>' }] }),
    'scenario.badName',
    'hosts[0].switches[0].name',
  ],
  ['a title with an escape sequence', { ...host({}), title: '\u001b[2J' }, 'scenario.badText', 'title'],
  ['a title that turns text around', { ...host({}), title: 'a\u202eb' }, 'scenario.badText', 'title'],
  ['boot arguments with a line end', vm({ append: 'a\nb' }), 'scenario.badText', 'hosts[0].vms[0].append'],
  ['two VMs of one name', host({ vms: [VM, VM] }), 'scenario.duplicate', 'hosts[0].vms[1].name'],
  ['a VM named as a switch', vm({ name: 'lan' }), 'scenario.duplicate', 'hosts[0].vms[0].name'],
  [
    'two hosts of one name',
    { version: 1, hosts: [{ name: 'h' }, { name: 'h' }] },
    'scenario.duplicate',
    'hosts[1].name',
  ],
  [
    'more than 64 VMs',
    {
      version: 1,
      hosts: [0, 1].map((index) => ({
        name: `h${index}`,
        vms: Array.from({ length: 33 }, (_, at) => ({ name: `v${at}` })),
      })),
    },
    'scenario.tooManyVms',
    'hosts',
  ],
  [
    'more RAM than all hosts may have',
    { version: 1, hosts: [0, 1, 2].map((index) => ({ name: `h${index}`, ramBytes: 0x4000_0000 })) },
    'scenario.tooMuchRam',
    'hosts',
  ],
  [
    'more commands than a file may have',
    { ...host({}), commands: Array.from({ length: 32_769 }, () => ({})) },
    'document.listTooLong',
    'commands',
  ],
  [
    'an unknown command',
    command({ op: 'vm.explode', args: { vm: 'a' } }),
    'scenario.choice',
    'commands[0].op',
  ],
  [
    'a command for nobody',
    command({ op: 'vm.start', args: { vm: 'b' } }),
    'scenario.noSuchVm',
    'commands[0].args.vm',
  ],
  [
    'a command for no host',
    command({ op: 'vm.start', args: { vm: 'a' }, host: 1 }),
    'scenario.noSuchHost',
    'commands[0].host',
  ],
  [
    'a command before the start',
    command({ op: 'vm.start', args: { vm: 'a' }, at: -1 }),
    'scenario.tooSmall',
    'commands[0].at',
  ],
  [
    'typing beyond bytes',
    command({ op: 'console.input', args: { vm: 'a', text: '中' } }),
    'scenario.badTyping',
    'commands[0].args.text',
  ],
  [
    'a VM created at no switch',
    command({ op: 'vm.create', args: { vm: { name: 'b', nics: [{ switch: 'x' }] } } }),
    'scenario.noSuchSwitch',
    'commands[0].args.vm.nics[0].switch',
  ],
  [
    'a place that is no node',
    { ...host({}), layout: { 'h/<b>': { x: 0, y: 0 } } },
    'scenario.badName',
    'layout.h/<b>',
  ],
  ['a place far away', { ...host({}), layout: { h: { x: 1e9, y: 0 } } }, 'scenario.tooLarge', 'layout.h.x'],
  ['a list as layout', { ...host({}), layout: [] }, 'scenario.type', 'layout'],
];

describe('refused with its place:', () => {
  test.each(REFUSED)('%s', (_, document, code, where) => {
    const result = readScenario(document);
    expect(result.ok ? result : { code: result.error.code, where: result.error.where }).toEqual({
      code,
      where,
    });
  });
});

test('what an error repeats of hostile text is short and printable', () => {
  const result = readScenario(vm({ [`\u001b[31m${'k'.repeat(1000)}`]: 1 }));
  if (result.ok) throw new Error('accepted');
  const said = `${result.error.where} ${JSON.stringify(result.error.data)}`;
  expect(said.length).toBeLessThan(300);
  expect(said).not.toContain('\u001b');
});

test('a VM that a command creates can be spoken to', () => {
  const document = {
    ...host({}),
    commands: [
      { op: 'vm.create', args: { vm: { name: 'b' } } },
      { at: 5, op: 'vm.start', args: { vm: 'b' } },
    ],
  };
  expect(readScenario(document)).toMatchObject({
    ok: true,
    value: { commands: [{ at: 0, host: 0 }, { at: 5 }] },
  });
});

test('text that is no JSON, or too long, is refused', () => {
  expect(readScenarioText('{')).toMatchObject({ error: { code: 'document.notJson' } });
  expect(readScenarioText(' '.repeat(4_194_305))).toMatchObject({ error: { code: 'document.tooLong' } });
  expect(readScenarioText(`${'['.repeat(17)}${']'.repeat(17)}`)).toMatchObject({
    error: { code: 'document.tooDeep' },
  });
});
