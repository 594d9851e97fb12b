import { expect, test } from 'vitest';
import type { HostDescription } from '#bridge/protocol/answers';
import type { ImageInfo } from '#bridge/protocol/lab-api';
import { complaintsOf, type Draft, diskFrom, draftFor, type Place, specOf } from './draft.ts';

const image: ImageInfo = {
  spec: { kind: 'builtin', name: 'teach' },
  kind: 'kernel',
  format: 'elf',
  bytes: 60_000,
  available: true,
  minMemoryBytes: 3 * 2 ** 20,
  defaultMemoryBytes: 2 ** 22,
  maxVcpus: 8,
};
const neighbour: HostDescription['vms'][number] = {
  slot: 0,
  terminal: { columns: 80, rows: 25, follows: true },
  state: 'running',
  spec: {
    ...{ name: 'a', image: image.spec, memoryBytes: 2 ** 22, vcpus: 1, allocation: 'on-demand' },
    ...{ disks: [], nics: [{ switch: 'lan', address: '10.0.0.1/24' }], autostart: true },
  },
};
const host: HostDescription = { name: 'h', ramBytes: 2 ** 28, harts: 2, switches: ['lan'], vms: [neighbour] };
const place: Place = { lab: { hosts: [host], links: [] }, host: 0 };
const draft = draftFor(image, place);

function wrong(change: Partial<Draft>): string[] {
  return complaintsOf({ ...draft, ...change }, place, [image]).map((complaint) =>
    'error' in complaint ? complaint.error.code : complaint.key,
  );
}

test('the draft that is offered works as it is', () => {
  expect(wrong({})).toEqual([]);
  expect(specOf(draft)).toMatchObject({
    name: 'vm1',
    memoryBytes: 4 * 2 ** 20,
    nics: [{ switch: 'lan', address: '10.0.0.2/24' }],
    disks: [],
  });
});

test('a name that an appliance has is taken', () => {
  const appliance = { spec: { name: 'vm1', kind: 'gateway', switch: 'lan' }, ports: [] };
  const there: Place = { lab: { hosts: [{ ...host, appliances: [appliance] }], links: [] }, host: 0 };
  expect(draftFor(image, there).name).toBe('vm2');
  expect(complaintsOf({ ...draft, name: 'vm1' }, there, [image])).toMatchObject([
    { key: 'create.wrong.nameTaken' },
  ]);
});

test('a disk lies on a kept image, and is as large as that at least', () => {
  const layer = 'ab'.repeat(32);
  const kept = { layer, title: 'disk.raw', sizeBytes: 5 * 2 ** 20 + 512, bytes: 1, changedMs: 0, usedBy: [] };
  const chosen = { ...draft, ...diskFrom(kept, 0) };
  const content = { kind: 'layered', layer };
  expect(specOf(chosen)?.disks).toEqual([{ sizeBytes: 6 * 2 ** 20, content }]);
  expect(specOf({ ...chosen, ...diskFrom(undefined, chosen.diskMib) })?.disks).toEqual([
    { sizeBytes: 6 * 2 ** 20 },
  ]);
  expect(diskFrom(kept, 64).diskMib).toBe(64);
});

test('a disk is given in the way that was chosen, and its space made at once where that is wanted', () => {
  const disksFor = (change: Partial<Draft>) => specOf({ ...draft, diskMib: 4, ...change })?.disks;
  const sizeBytes = 4 << 20;
  expect(disksFor({ diskWay: 'emulated-pio' })).toEqual([{ sizeBytes, way: 'emulated-pio' }]);
  const fixed = { kind: 'memory', allocation: 'fixed' };
  expect(disksFor({ diskAtOnce: true })).toEqual([{ sizeBytes, content: fixed }]);
  expect(disksFor({ firstUseUs: 50 })).toEqual([
    { sizeBytes, content: { kind: 'memory', firstUseNs: 50_000 } },
  ]);
  expect(disksFor({ firstUseUs: 50, diskAtOnce: true })).toEqual([{ sizeBytes, content: fixed }]);
  expect(disksFor({ firstUseUs: 0 })).toEqual([{ sizeBytes }]);
  const layer = 'ab'.repeat(32);
  expect(disksFor({ diskAtOnce: true, diskLayer: layer })).toEqual([
    { sizeBytes, content: { kind: 'layered', layer } },
  ]);
});

test('its terminal is a port of the agent’s device, where it has that and it is wanted', () => {
  const devicesFor = (change: Partial<Draft>) => specOf({ ...draft, ...change })?.devices;
  expect(devicesFor({ agent: true, agentTerminal: true })).toEqual([{ kind: 'agent', terminal: true }]);
  expect(devicesFor({ agent: true })).toEqual([{ kind: 'agent' }]);
  expect(devicesFor({ agentTerminal: true })).toBe(undefined);
  expect(wrong({ firstUseUs: 20_000_000 })).toEqual(['create.wrong.amount']);
});

test('a card is given in the way that was chosen', () => {
  expect(specOf({ ...draft, cardWay: 'emulated-dma' })?.nics).toEqual([
    { switch: 'lan', address: '10.0.0.2/24', way: 'emulated-dma' },
  ]);
});

test('a guest whose file system is on the disk needs a disk with content', () => {
  const onDisk: ImageInfo = { ...image, onDisk: true };
  const said = (change: Partial<Draft>) =>
    complaintsOf({ ...draft, ...change }, place, [onDisk]).map((complaint) => complaint.field);
  expect(said({})).toEqual(['diskLayer']);
  expect(said({ diskMib: 8 })).toEqual(['diskLayer']);
  expect(said({ diskMib: 8, diskLayer: 'ab'.repeat(32) })).toEqual([]);
  // It was filled by an earlier VM of this name.
  expect(said({ diskMib: 8, keepDisk: true })).toEqual([]);
  expect(said({ initrd: 'file:own.cpio' })).toEqual([]);
});

test('each mistake is named at its field', () => {
  expect(wrong({ name: 'a b' })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'a-' })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'a'.repeat(32) })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'lan' })).toEqual(['create.wrong.nameTaken']);
  expect(wrong({ image: '' })).toEqual(['create.wrong.image']);
  expect(wrong({ memoryMib: 1 })).toEqual(['create.wrong.memory']);
  expect(wrong({ memoryMib: 2 })).toEqual(['create.wrong.memoryTooSmall']);
  expect(wrong({ memoryMib: 4096 })).toEqual(['create.wrong.memoryTooLarge']);
  // As the machine takes them: what is given on demand may be more than there is.
  expect(wrong({ memoryMib: 512 })).toEqual([]);
  expect(wrong({ memoryMib: 512, allocation: 'fixed' })).toEqual(['create.wrong.memoryTooLargeFixed']);
  expect(wrong({ balloon: true, usableMib: 300 })).toEqual(['create.wrong.usable']);
  expect(wrong({ balloon: true, usableMib: 4 })).toEqual([]);
  expect(wrong({ vcpus: 9 })).toEqual(['create.wrong.vcpus']);
  expect(wrong({ address: '10.0.0.300/24' })).toEqual(['create.wrong.address']);
  expect(wrong({ address: '10.0.0.1/24' })).toEqual(['card.addressTaken']);
  expect(wrong({ address: '10.0.0.255/24' })).toEqual(['card.broadcast']);
  expect(wrong({ address: '10.0.0.3/24' })).toEqual([]);
});

test('a balloon is a device of the VM, with what it may use at first', () => {
  expect(specOf({ ...draft, balloon: true })?.devices).toEqual([{ kind: 'balloon' }]);
  const small = { ...draft, balloon: true, usableMib: 3, agent: true } as const;
  expect(specOf(small)?.devices).toEqual([{ kind: 'balloon', usableBytes: 3 << 20 }, { kind: 'agent' }]);
  expect(specOf({ ...small, balloon: false, agent: false })?.devices).toBeUndefined();
});

test('errors, queues and what a card takes over are said where they are not as usual', () => {
  const device = { diskMib: 4, readErrors: 'stop', writeErrors: 'report', diskQueues: 2 } as const;
  const card = {
    mtu: 1400,
    vlan: 10,
    cardQueues: 4,
    offload: false,
    portOnDemand: true,
    packed: true,
  } as const;
  expect(specOf({ ...draft, ...device, ...card })).toMatchObject({
    disks: [{ sizeBytes: 4 << 20, queues: 2, readErrors: 'stop', writeErrors: 'report' }],
    nics: [
      {
        ...{ switch: 'lan', mtu: 1400, port: { vlan: { access: 10 } }, queues: 4, offload: false },
        portAllocation: 'on-demand',
      },
    ],
    virtqueues: 'packed',
  });
  expect(specOf({ ...draft, ...card, cardWay: 'emulated-pio' })?.nics).toEqual([
    {
      ...{ switch: 'lan', address: '10.0.0.2/24', way: 'emulated-pio', mtu: 1400 },
      ...{ port: { vlan: { access: 10 } }, portAllocation: 'on-demand' },
    },
  ]);
  expect(wrong({ mtu: 10, cardQueues: 99 })).toEqual(['create.wrong.amount', 'create.wrong.amount']);
});
