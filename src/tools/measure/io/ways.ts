/** What a block of 4 KiB costs in exits, by the way in which a VM has its disk: the same work in VMs of one host, one after the other. */
import { DISK_WAY_IDS, type DiskWay } from '#base/catalogue/disk-ways';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { GuestFiles } from '#cli/guest-files';
import type { Host } from '#hypervisor/host';
import type { DiskWayAnswer } from '#hypervisor/io/questions/disk-ways';
import { softwareResolver } from '#lab/software';
import type { Figure, FigureGroup } from '../figure.ts';
import { hostOnNode, tell } from '../memory/host-on-node.ts';
import { measureCards } from './card-ways.ts';

const MIB = 1 << 20;
const BLOCKS = 128;
const MOST_NS = 5000 * NS_PER_MS;

interface Cost {
  readonly exits: number;
  readonly registers: number;
  readonly perSecond: number;
}

function vmWith(way: DiskWay): VmSpec {
  return {
    ...{ name: way, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [{ sizeBytes: MIB, way }], nics: [], autostart: true },
  };
}

function answerOf(host: Host, way: DiskWay): DiskWayAnswer {
  const answers = must(host.ask('disk-ways', {})).value as readonly DiskWayAnswer[];
  const found = answers.find(({ vm }) => vm === way);
  if (found === undefined) throw new Error(`no disk in ${way}`);
  return found;
}
const exitsOf = ({ roles }: DiskWayAnswer): number => roles.reduce((sum, { exits }) => sum + exits, 0);
const registersOf = ({ roles }: DiskWayAnswer): number =>
  roles.find(({ role }) => role === 'registers')?.exits ?? 0;

/** Writes blocks and reads them again; the exits between two answers, all of them, for each block. */
function work(host: Host, way: DiskWay): Cost {
  const vm = host.vm(way)!;
  const said = (): string => new TextDecoder().decode(vm.console.since(0).bytes);
  const before = answerOf(host, way);
  const from = host.now;
  tell(host, 'console.input', { vm: way, text: `disk 0 write ${BLOCKS}; disk 0 read ${BLOCKS}\r` });
  while (!said().includes('all hold what was written')) {
    if (host.now > from + MOST_NS) throw new Error(`${way}: ${said()}`);
    host.advance(host.now + NS_PER_MS / 10);
  }
  const after = answerOf(host, way);
  const operations = after.operations - before.operations;
  if (operations !== 2 * BLOCKS) throw new Error(`${way}: ${operations} requests`);
  return {
    exits: (exitsOf(after) - exitsOf(before)) / operations,
    registers: (registersOf(after) - registersOf(before)) / operations,
    perSecond: Math.round(operations / ((host.now - from) / (1000 * NS_PER_MS))),
  };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

export const WAYS: FigureGroup = {
  id: 'ways',
  measure({ say }) {
    const vms = DISK_WAY_IDS.map(vmWith);
    const files = new GuestFiles('.');
    must(files.load(vms));
    const host = hostOnNode(vms, softwareResolver(files), { ramBytes: 64 * MIB, harts: vms.length });
    host.advance(200 * NS_PER_MS);
    const figures: Figure[] = [];
    const costs = new Map<DiskWay, Cost>();
    for (const way of DISK_WAY_IDS) {
      const cost = work(host, way);
      costs.set(way, cost);
      say(`${way}: ${tenth(cost.exits)} exits, ${cost.perSecond} blocks a second`);
      figures.push(
        { name: `${way}: exits for a block of 4 KiB`, value: tenth(cost.exits) },
        { name: `${way}: of these at registers of the disk`, value: tenth(cost.registers) },
        { name: `${way}: blocks in a second of virtual time`, value: cost.perSecond },
      );
    }
    const ratio = (way: DiskWay): number => tenth(costs.get(way)!.exits / costs.get('virtio')!.exits);
    figures.push(
      { name: 'emulated PIO against virtio: exits', value: ratio('emulated-pio') },
      { name: 'emulated DMA against virtio: exits', value: ratio('emulated-dma') },
    );
    return Promise.resolve([...figures, ...measureCards(say)]);
  },
};
