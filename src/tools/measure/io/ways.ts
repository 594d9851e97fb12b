/** What a block of 4 KiB costs in exits, by the way in which a VM has its disk: the same work in VMs of one host, one after the other. */
import { DISK_WAY_IDS, type DiskWay, isPassedThrough, isPassedVirtio } from '#base/catalogue/disk-ways';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { GuestFiles } from '#cli/guest-files';
import type { Host } from '#hypervisor/host';
import type { DiskWayAnswer } from '#hypervisor/io/questions/disk-ways';
import { softwareResolver } from '#lab/software';
import type { Figure, FigureGroup } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { measureCards } from './card-ways.ts';
import { exitsOf, tellAndAwait, tenth } from './work-of-ways.ts';

const MIB = 1 << 20;
/** The physical disks that VMs are given whole. */
const WHOLE = ['disk1', 'disk2'] as const;
const BLOCKS = 128;

interface Cost {
  readonly exits: number;
  readonly registers: number;
  readonly perSecond: number;
}

function vmWith(way: DiskWay): VmSpec {
  return {
    ...{ name: way, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 * MIB, vcpus: 1 },
    ...{ allocation: isPassedThrough({ way }) ? 'fixed' : 'on-demand', nics: [], autostart: true },
    disks: [
      {
        sizeBytes: MIB,
        way,
        ...(isPassedThrough({ way }) ? { on: WHOLE[isPassedVirtio({ way }) ? 1 : 0] } : {}),
      },
    ],
  };
}

function answerOf(host: Host, way: DiskWay): DiskWayAnswer {
  const answers = must(host.ask('disk-ways', {})).value as readonly DiskWayAnswer[];
  const found = answers.find(({ vm }) => vm === way);
  if (found === undefined) throw new Error(`no disk in ${way}`);
  return found;
}

/** Exits at registers of the disk, and for its interrupts: what a request can cost beside time. */
const forRequests = ({ roles }: DiskWayAnswer): number => exitsOf(roles, 'registers', 'interrupts');

/** What each block more costs in such exits where the driver polls: what a command costs by itself is the same for few as for many. */
function polled(host: Host, way: DiskWay): number {
  const cost = (blocks: number): number => {
    const before = answerOf(host, way);
    const done = `wrote ${blocks} blocks`;
    tellAndAwait(host, way, `disk 0 write ${blocks} poll`, done);
    // To the prompt.
    host.advance(host.now + 5 * NS_PER_MS);
    return forRequests(answerOf(host, way)) - forRequests(before);
  };
  const few = cost(BLOCKS / 2);
  return Math.max(0, cost(2 * BLOCKS - 1) - few) / (1.5 * BLOCKS - 1);
}

/** Writes blocks and reads them again; the exits between two answers, all of them, for each block. */
function work(host: Host, way: DiskWay): Cost {
  const before = answerOf(host, way);
  const from = host.now;
  tellAndAwait(host, way, `disk 0 write ${BLOCKS}; disk 0 read ${BLOCKS}`, 'all hold what was written');
  const after = answerOf(host, way);
  const operations = after.operations - before.operations;
  if (operations !== 2 * BLOCKS) throw new Error(`${way}: ${operations} requests`);
  return {
    exits: (exitsOf(after.roles) - exitsOf(before.roles)) / operations,
    registers: (exitsOf(after.roles, 'registers') - exitsOf(before.roles, 'registers')) / operations,
    perSecond: Math.round(operations / ((host.now - from) / (1000 * NS_PER_MS))),
  };
}

export const WAYS: FigureGroup = {
  id: 'ways',
  measure({ say }) {
    const vms = DISK_WAY_IDS.map(vmWith);
    const files = new GuestFiles('.');
    must(files.load(vms));
    const host = hostOnNode(vms, softwareResolver(files), {
      ...{ ramBytes: 64 * MIB, harts: vms.length },
      storage: [{ name: 'disk0' }, ...WHOLE.map((name) => ({ name, sizeBytes: MIB }))],
    });
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
    figures.push({
      name: 'passed-through, polled: exits for a block of 4 KiB',
      value: tenth(polled(host, 'passed-through')),
    });
    const ratio = (way: DiskWay): number => tenth(costs.get(way)!.exits / costs.get('virtio')!.exits);
    figures.push(
      { name: 'emulated PIO against virtio: exits', value: ratio('emulated-pio') },
      { name: 'emulated DMA against virtio: exits', value: ratio('emulated-dma') },
    );
    return Promise.resolve([...figures, ...measureCards(say)]);
  },
};
