/** What a frame costs in exits, by the way in which a VM has its card: the same packets to the same neighbour, one VM after the other. */
import { DISK_WAY_IDS, type DiskWay, isPassedThrough } from '#base/catalogue/disk-ways';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { GuestFiles } from '#cli/guest-files';
import type { Host } from '#hypervisor/host';
import { comparedDevice, rolesOf } from '#hypervisor/io/comparison/compared-devices';
import { softwareResolver } from '#lab/software';
import type { Figure, Wanted } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { exitsOf, tellAndAwait, tenth } from './work-of-ways.ts';

const MIB = 1 << 20;
const PACKETS = 256;
const PAYLOAD = 1024;
const ECHO = '10.0.0.100';
const GROUP = 'ways';

const nameOf = (way: DiskWay): string => `card ${way}`;

export const CARD_WAYS_WANTED: readonly Wanted[] = [
  ...DISK_WAY_IDS.flatMap((way): Wanted[] => [
    { name: `${nameOf(way)}: exits for a frame of 1 KiB`, group: GROUP, unit: '', bound: undefined },
    {
      name: `${nameOf(way)}: of these at registers of the card`,
      group: GROUP,
      unit: '',
      bound: isPassedThrough({ way }) ? { is: 0 } : undefined,
    },
    {
      name: `${nameOf(way)}: frames in a second of virtual time`,
      group: GROUP,
      unit: '1/s',
      bound: undefined,
    },
  ]),
  { name: 'card emulated PIO against virtio: exits', group: GROUP, unit: 'times', bound: { least: 20 } },
  { name: 'card emulated DMA against virtio: exits', group: GROUP, unit: 'times', bound: undefined },
];

function vmWith(name: string, address: string, way: DiskWay): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 * MIB, vcpus: 1 },
    ...{ disks: [], nics: [{ switch: 'lan', address, way }], autostart: true },
    allocation: isPassedThrough({ way }) ? 'fixed' : 'on-demand',
  };
}

const CARD = comparedDevice('card');

/** Sends packets and takes them back; all of the VM's exits for each frame that goes or comes. */
function work(host: Host, way: DiskWay): { exits: number; registers: number; perSecond: number } {
  const vm = host.vm(way)!;
  const counts = () => ({ roles: rolesOf(vm, CARD), frames: CARD.operations(vm) });
  const before = counts();
  const from = host.now;
  tellAndAwait(host, way, `bounce ${ECHO} ${PACKETS} ${PAYLOAD}`, 'all came back as they were sent');
  const after = counts();
  const frames = after.frames - before.frames;
  return {
    exits: (exitsOf(after.roles) - exitsOf(before.roles)) / frames,
    registers: (exitsOf(after.roles, 'registers') - exitsOf(before.roles, 'registers')) / frames,
    perSecond: Math.round(frames / ((host.now - from) / (1000 * NS_PER_MS))),
  };
}

export function measureCards(say: (text: string) => void): Figure[] {
  const senders = DISK_WAY_IDS.map((way, index) => vmWith(way, `10.0.0.${index + 2}/24`, way));
  const vms = [...senders, vmWith('echo', `${ECHO}/24`, 'virtio')];
  const files = new GuestFiles('.');
  must(files.load(vms));
  const host = hostOnNode(vms, softwareResolver(files), { ramBytes: 64 * MIB, harts: vms.length });
  host.advance(200 * NS_PER_MS);
  const costs = DISK_WAY_IDS.map((way) => ({ way, ...work(host, way) }));
  for (const { way, exits, perSecond } of costs)
    say(`${nameOf(way)}: ${tenth(exits)} exits, ${perSecond} frames a second`);
  const exitsBy = (way: DiskWay): number => costs.find((cost) => cost.way === way)?.exits ?? 0;
  const ratio = (way: DiskWay): number => tenth(exitsBy(way) / exitsBy('virtio'));
  return [
    ...costs.flatMap(({ way, exits, registers, perSecond }): Figure[] => [
      { name: `${nameOf(way)}: exits for a frame of 1 KiB`, value: tenth(exits) },
      { name: `${nameOf(way)}: of these at registers of the card`, value: tenth(registers) },
      { name: `${nameOf(way)}: frames in a second of virtual time`, value: perSecond },
    ]),
    { name: 'card emulated PIO against virtio: exits', value: ratio('emulated-pio') },
    { name: 'card emulated DMA against virtio: exits', value: ratio('emulated-dma') },
  ];
}
