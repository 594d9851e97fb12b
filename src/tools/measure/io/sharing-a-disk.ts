/** Limits and fair queueing with Linux guests that work on their disks: in virtual time, so load of the machine does not show. */
import type { KindSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';
import type { LinuxGuest } from '../linux-guest.ts';
import { tell } from '../memory/host-on-node.ts';
import { begin, bootDisks, diskVm, doneBy, linuxDisk } from './linux-disk.ts';

const S = 1000 * NS_PER_MS;
const MB = 1_000_000;
const SECONDS = 4;
const FLASH = { kind: 'flash' };
/** One request at a time. */
const FLAT = { kind: 'flat' };
/** What an arm reads in half a second is too little for a percentile. */
const HARD_DISK = { kind: 'hard-disk' };
const HARD_DISK_SPAN = 8 * S;
const MANY = 1_000_000;

/** How far what is done in each second is from what is allowed, in percent: the largest of a few seconds. */
function deviation(host: Host, of: 'requests' | 'bytes', allowed: number): number {
  let most = 0;
  // The work begins in a second of its own.
  host.advance(host.now + S);
  for (let second = 0; second < SECONDS; second++) {
    const before = doneBy(host, 0)[of];
    host.advance(host.now + S);
    most = Math.max(most, (100 * Math.abs(doneBy(host, 0)[of] - before - allowed)) / allowed);
  }
  return rounded(most, 2);
}

function limits(software: LinuxGuest): Figure[] {
  const measured = (limit: object, work: string, of: 'requests' | 'bytes', allowed: number): number => {
    const host = bootDisks(software, [diskVm('a')], [{ name: 'disk0', model: FLASH }]);
    tell(host, 'vm.setDiskLimits', { vm: 'a', disk: 0, shares: 100, ...limit });
    begin(host, 'a', work);
    return deviation(host, of, allowed);
  };
  return [
    {
      name: '2,000 requests a second: most off in a second',
      value: measured({ iops: 2000 }, `random 4096 ${MANY} 32`, 'requests', 2000),
    },
    {
      name: '20 MB/s of writes: most off in a second',
      value: measured({ bytesPerSecond: 20 * MB }, `write 262144 ${MANY}`, 'bytes', 20 * MB),
    },
  ];
}

interface Victim {
  readonly perSecond: number;
  readonly p99: number;
}

interface MeasuredDisk {
  readonly disk: string;
  readonly model: KindSpec;
  /** Virtual time that is measured. */
  readonly span?: number;
}

/** A VM that reads at places by chance, four at a time; beside it perhaps one that writes as much as it can. */
function victim(
  software: LinuxGuest,
  { model, span = S / 2 }: MeasuredDisk,
  scheduler: string,
  isBeside: boolean,
): Victim {
  const vms = isBeside ? [diskVm('victim'), diskVm('noisy')] : [diskVm('victim')];
  const host = bootDisks(software, vms, [{ name: 'disk0', model, scheduler: { kind: scheduler } }]);
  if (isBeside) begin(host, 'noisy', `write 1048576 ${MANY}`);
  begin(host, 'victim', `random 4096 ${MANY} 4`);
  const { stream } = host.storage.streamOf(0, 0)!;
  stream.latencies.clear();
  const before = doneBy(host, 0).requests;
  host.advance(host.now + span);
  const perSecond = Math.round((doneBy(host, 0).requests - before) / (span / S));
  return { perSecond, p99: stream.latencies.percentile(99) };
}

function neighbour(software: LinuxGuest, say: (text: string) => void): Figure[] {
  return [
    { disk: 'flash', model: FLASH },
    { disk: 'usual disk', model: FLAT },
    { disk: 'hard disk', model: HARD_DISK, span: HARD_DISK_SPAN },
  ].flatMap((measured: MeasuredDisk) => {
    const { disk } = measured;
    const alone = victim(software, measured, 'fair', false);
    const fair = victim(software, measured, 'fair', true);
    const deadline = victim(software, measured, 'deadline', true);
    const fifo = victim(software, measured, 'fifo', true);
    for (const [what, { perSecond, p99 }] of Object.entries({ alone, fair, deadline, fifo }))
      say(`${disk}, ${what}: ${perSecond} reads/s, p99 ${Math.round(p99 / 1000)} µs`);
    // Two disks with equal shares: a half of what it can have alone.
    const ofShare = (each: Victim): number => Math.round((100 * each.perSecond) / (alone.perSecond / 2));
    const times = (each: Victim): number => rounded(each.p99 / alone.p99, 2);
    return Object.entries({ fair, deadline, fifo }).flatMap(([scheduler, each]) => [
      { name: `noisy neighbour at ${disk}, ${scheduler}: of the share`, value: ofShare(each) },
      { name: `noisy neighbour at ${disk}, ${scheduler}: p99 against alone`, value: times(each) },
    ]);
  });
}

export const SHARING_A_DISK: FigureGroup = {
  id: 'sharing-a-disk',
  measure: async ({ say }) => {
    const software = linuxDisk();
    if (typeof software === 'string') throw new Error(software);
    return [...limits(software), ...neighbour(software, say)];
  },
};
