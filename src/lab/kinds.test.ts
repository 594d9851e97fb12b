/** Things that a scenario names by kind: read with defaults filled in, written without them, refused where no list has them. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { shortDocument } from './defaults.ts';
import { decodeLink, encodeLink } from './link.ts';
import { readScenario } from './versions.ts';

/** Somebody's own device, which nobody builds here. */
const registries: Registries = {
  ...REGISTRIES,
  devices: [
    ...REGISTRIES.devices,
    {
      id: 'lamp',
      settings: {
        level: v.optional(v.pipe(v.number(), v.maxValue(9)), 7),
        color: v.exactOptional(v.string()),
      },
      create: () => {
        throw new Error('nobody builds it');
      },
    },
  ],
};

const document = {
  hosts: [
    {
      name: 'h',
      scheduler: { kind: 'round-robin', sliceNs: 2_000_000 },
      switches: [{ name: 'lan' }],
      vms: [
        {
          name: 'a',
          disks: [{ sizeBytes: 512, content: { kind: 'memory' } }],
          nics: [{ port: { wire: { delayNs: 5 }, queue: {} } }],
          devices: [{ kind: 'lamp' }, { kind: 'lamp', level: 2, color: 'red' }],
        },
      ],
    },
  ],
};

function read(change: object = {}) {
  const [host] = document.hosts;
  const [vm] = host!.vms;
  return readScenario({ version: 1, hosts: [{ ...host, vms: [{ ...vm, ...change }] }] }, registries);
}

test('settings are read with their defaults, and written without them', () => {
  const scenario = read();
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.error));
  const vm = scenario.value.hosts[0]?.vms[0];
  expect(vm?.devices).toEqual([
    { kind: 'lamp', level: 7 },
    { kind: 'lamp', level: 2, color: 'red' },
  ]);
  expect(vm?.nics[0]?.port).toEqual({
    wire: { bitsPerSecond: 1_000_000_000, delayNs: 5 },
    queue: { frames: 256 },
  });
  expect(shortDocument(scenario.value, registries)).toEqual(document);
});

test('a link carries them', () => {
  const scenario = read();
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.error));
  const link = encodeLink(scenario.value, registries);
  if (!link.ok) throw new Error(JSON.stringify(link.error));
  expect(decodeLink(link.value, registries)).toEqual(scenario);
  expect(decodeLink(link.value)).toMatchObject({
    ok: false,
    error: { code: 'scenario.choice', where: 'hosts[0].vms[0].devices[0].kind' },
  });
});

test.each([
  [{ devices: [{ kind: 'lamp', level: 10 }] }, 'scenario.tooLarge', 'devices[0].level'],
  [{ devices: [{ kind: 'lamp', hue: 1 }] }, 'scenario.unknownKey', 'devices[0].hue'],
  [{ devices: [{ kind: 'rng' }] }, 'scenario.choice', 'devices[0].kind'],
  [{ devices: ['lamp'] }, 'scenario.type', 'devices[0]'],
  [{ nics: [{ port: { wire: { delayNs: -1 } } }] }, 'scenario.tooSmall', 'nics[0].port.wire.delayNs'],
  [{ nics: [{ port: { mesh: {} } }] }, 'scenario.unknownKey', 'nics[0].port.mesh'],
  [{ nics: [{ port: [] }] }, 'scenario.type', 'nics[0].port'],
  [{ disks: [{ sizeBytes: 512, content: { kind: 'tape' } }] }, 'scenario.choice', 'disks[0].content.kind'],
])('%o is refused', (change, code, where) => {
  expect(read(change)).toMatchObject({ ok: false, error: { code, where: `hosts[0].vms[0].${where}` } });
});
