/** What the layout of a disk's queue does for a Linux guest: the same work over split and packed virtqueues, by what leaves the guest and by virtual time. */
import type { VmSpec } from '#base/scenario';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';
import { begin, bootDisks, diskVm, finish, linuxDisk } from './linux-disk.ts';

const GROUP = 'queues';
const LAYOUTS = ['split', 'packed'] as const;
const READS = 20_000;
/** A disk that is never what one waits for. */
const FAST = { kind: 'flat', latencyNs: 5000, picosecondsPerByte: 100, parallel: 32 };
const WORKS = [
  { id: 'one at a time', work: `random 4096 ${READS} 1` },
  { id: '32 in flight', work: `random 4096 ${READS} 32` },
] as const;

export const QUEUES_WANTED: readonly Wanted[] = LAYOUTS.flatMap((layout) =>
  WORKS.flatMap(({ id }): Wanted[] => {
    const row = { group: GROUP, bound: undefined };
    const name = `4 KiB reads, ${id}, ${layout} queue`;
    return [
      { ...row, name: `${name}: notifications`, unit: 'per read' },
      { ...row, name: `${name}: interrupts`, unit: 'per read' },
      { ...row, name: `${name}: instructions`, unit: 'per read' },
      { ...row, name: `${name}: virtual time`, unit: 'µs per read' },
    ];
  }),
);

export const QUEUES: FigureGroup = {
  id: GROUP,
  async measure({ say }) {
    const software = linuxDisk();
    if (typeof software === 'string') {
      say(software);
      return [];
    }
    return LAYOUTS.flatMap((layout): Figure[] => {
      const vm: VmSpec = { ...diskVm('a'), ...(layout === 'packed' ? { virtqueues: layout } : {}) };
      const host = bootDisks(software, [vm], [{ name: 'disk0', model: FAST }]);
      const slot = host.vm('a')?.devices.slots.find(({ device }) => device?.kind === 'block');
      if (slot === undefined || slot.queue(0).packed !== (layout === 'packed'))
        throw new Error(`the guest does not use ${layout} queues`);
      return WORKS.flatMap(({ id, work }): Figure[] => {
        begin(host, 'a', work);
        const { notifications, interrupts } = slot.counters;
        const [before, instructions] = [host.now, host.instructions];
        finish(host, 'a');
        const name = `4 KiB reads, ${id}, ${layout} queue`;
        const per = (count: number): number => Math.round((count / READS) * 1000) / 1000;
        return [
          { name: `${name}: notifications`, value: per(slot.counters.notifications - notifications) },
          { name: `${name}: interrupts`, value: per(slot.counters.interrupts - interrupts) },
          { name: `${name}: instructions`, value: Math.round((host.instructions - instructions) / READS) },
          { name: `${name}: virtual time`, value: per((host.now - before) / 1000) },
        ];
      });
    });
  },
};
