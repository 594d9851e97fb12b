/** Streams of several VMs at one physical disk: order, fairness, limits, merging, and a state that goes on as it would have. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PhysicalDiskSpec } from '#base/scenario';
import { decode, encode } from '#base/state/codec';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import type { Drive, DriveOp } from '#machine/devices/disk/drive';
import { TestHost } from '#machine/devices/virtio/test-host';
import { diskTimeNs } from '#machine/disk-time';
import { statesOf } from '#machine/kind';
import { IO_SCHEDULERS } from '../scheduling/io-schedulers.ts';
import { percentileOf } from '../scheduling/latencies.ts';
import { DISK_MODELS } from './models.ts';
import { PhysicalDisk, type StreamPlace } from './physical-disk.ts';
import { PHYSICAL_DISK } from './physical-disk-state.ts';

const MIB = 1 << 20;
await Promise.all(IO_SCHEDULERS.map(({ later }) => later?.code.come()));
const registries = { diskModels: DISK_MODELS, ioSchedulers: IO_SCHEDULERS };
const PARTS = [...statesOf(DISK_MODELS), ...statesOf(IO_SCHEDULERS)];

/** A disk of a VM that asks again as soon as it has been answered, so that so many are in flight. */
interface Asker {
  readonly drive: Drive;
  done: number;
  bytes: number;
  readonly latencies: number[];
}

class Rig {
  readonly host: TestHost = new TestHost();
  readonly disk: PhysicalDisk;
  readonly log: string[] = [];

  constructor(spec: Omit<PhysicalDiskSpec, 'name'> = {}) {
    const { events, now } = this.host;
    this.disk = new PhysicalDisk({ spec: { name: 'disk0', ...spec }, number: 0, events, now, registries });
  }

  /** One that only notes what is done. */
  open(slot: number, more: Partial<StreamPlace> = {}): Drive {
    return this.disk.open(
      { slot, index: 0, sizeBytes: 64 * MIB, ...more },
      { done: (tag) => this.log.push(`${slot}:${tag}@${this.host.time}`) },
    );
  }

  /** @param more its place; `thinksNs`: from an answer to the next request */
  asker(
    slot: number,
    depth: number,
    ask: (n: number) => readonly [DriveOp, number, number],
    { thinksNs = 0, ...more }: Partial<StreamPlace> & { readonly thinksNs?: number } = {},
  ): Asker {
    const channel = `asker${slot}`;
    if (thinksNs > 0) this.host.events.on(channel, (tag) => submit(tag));
    const at: number[] = [];
    let asked = 0;
    const submit = (tag: number): void => {
      const [op, offset, length] = ask(asked++);
      at[tag] = this.host.time;
      lengths[tag] = length;
      asker.drive.submit(tag, op, offset, length);
    };
    const lengths: number[] = [];
    const drive = this.disk.open(
      { slot, index: 0, sizeBytes: 64 * MIB, ...more },
      {
        done: (tag) => {
          asker.done += 1;
          asker.bytes += lengths[tag]!;
          asker.latencies.push(this.host.time - at[tag]!);
          if (thinksNs > 0) this.host.events.schedule(this.host.time + thinksNs, channel, tag);
          else submit(tag);
        },
      },
    );
    const asker: Asker = { drive, done: 0, bytes: 0, latencies: [] };
    for (let tag = 0; tag < depth; tag++) submit(tag);
    return asker;
  }
}

const percentile = (values: readonly number[], percent: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? 0;
/** Places by a fixed rule that looks like chance. */
const scattered = (n: number): number => (((n * 2_654_435_761) % 2 ** 32) % (16 * 1024)) * 4096;
const randomReads = (n: number) => ['read', scattered(n), 4096] as const;
const bigWrites = (n: number) => ['write', ((n * 512) % 32_768) * 1024, 512 * 1024] as const;

test('without anything said, one request after the other in the time that a disk takes', () => {
  const rig = new Rig();
  const [a, b] = [rig.open(0), rig.open(1)];
  a.submit(0, 'read', 0, 4096);
  b.submit(0, 'write', 4096, 512);
  a.submit(1, 'read', 4096, 512);
  rig.host.runTo(NS_PER_S);
  const [first, second] = [diskTimeNs(4096), diskTimeNs(512)];
  expect(rig.log).toEqual([`0:0@${first}`, `1:0@${first + second}`, `0:1@${first + 2 * second}`]);
  expect(rig.disk.counters).toMatchObject({ completed: 3, bytes: 5120, busyNs: first + 2 * second });
});

test.each([1000, 5000])(
  'a limit of %i requests in a second holds within a twentieth over any second',
  (iops) => {
    const rig = new Rig({ model: { kind: 'flat', latencyNs: 1000, picosecondsPerByte: 0, parallel: 8 } });
    const asker = rig.asker(0, 16, randomReads, { limits: { iops } });
    let before = 0;
    for (let second = 1; second <= 5; second++) {
      rig.host.runTo(second * NS_PER_S);
      expect(Math.abs(asker.done - before - iops) / iops).toBeLessThan(0.05);
      before = asker.done;
    }
  },
);

test('a limit of bytes holds whatever the requests are, and a burst comes once and above it', () => {
  const rig = new Rig({ model: { kind: 'flash' } });
  const limits = { bytesPerSecond: 10 * MIB, burstBytes: 4 * MIB };
  const asker = rig.asker(0, 8, (n) => ['read', 0, 4096 * (1 + (n % 32))], { limits });
  rig.host.runTo(NS_PER_S);
  expect(Math.abs(asker.bytes - 14 * MIB) / (14 * MIB)).toBeLessThan(0.05);
  const { bytes } = asker;
  rig.host.runTo(3 * NS_PER_S);
  expect(Math.abs(asker.bytes - bytes - 20 * MIB) / (20 * MIB)).toBeLessThan(0.01);
});

test('who is held back by limits holds nobody else back', () => {
  const alone = new Rig();
  const free = alone.asker(0, 4, randomReads);
  alone.host.runTo(NS_PER_S);
  const rig = new Rig();
  rig.asker(1, 32, bigWrites, { limits: { iops: 10 } });
  const beside = rig.asker(0, 4, randomReads);
  rig.host.runTo(NS_PER_S);
  expect(beside.done).toBeGreaterThan(free.done * 0.98);
});

test.each([{ kind: 'flat' }, { kind: 'hard-disk' }, { kind: 'flash' }])(
  'at a $kind disk that is queued for fairly, a neighbour that floods leaves at least nine tenths of the share',
  (model) => {
    const run = (kind: string, isNoisy: boolean) => {
      const rig = new Rig({ model, scheduler: { kind } });
      if (isNoisy) rig.asker(1, 64, bigWrites);
      const victim = rig.asker(0, 4, randomReads);
      rig.host.runTo(4 * NS_PER_S);
      const [own, noise] = rig.disk.streams.map(({ counters }) => counters.servedNs);
      return { done: victim.done, timeShare: own! / (own! + (noise ?? 0)) };
    };
    const [alone, fair, fifo] = [run('fair', false), run('fair', true), run('fifo', true)];
    // An arm that goes to and fro loses time: there the share is one of the time.
    if (model.kind === 'hard-disk') expect(fair.timeShare).toBeGreaterThan(0.45);
    else expect(fair.done).toBeGreaterThan((alone.done / 2) * 0.9);
    expect(fifo.done).toBeLessThan(fair.done / 2);
  },
);

test('shares divide a disk: three times the shares, three times the work', () => {
  const rig = new Rig({ scheduler: { kind: 'fair' } });
  const [one, three] = [
    rig.asker(0, 8, randomReads, { shares: 100 }),
    rig.asker(1, 8, randomReads, { shares: 300 }),
  ];
  rig.host.runTo(NS_PER_S);
  expect(three.done / one.done).toBeCloseTo(3, 1);
});

test('shares are those of VMs: with several disks a VM has one share, which its disks divide by theirs', () => {
  const rig = new Rig({ scheduler: { kind: 'fair' } });
  const one = rig.asker(0, 32, randomReads);
  const many = [0, 1, 2, 3].map((index) =>
    rig.asker(1, 32, randomReads, { index, shares: index === 3 ? 300 : 100 }),
  );
  rig.asker(2, 32, randomReads, { shares: 200 });
  rig.host.runTo(NS_PER_S);
  const [last, ...others] = many.map(({ done }) => done).reverse();
  const ofMany = last! + others.reduce((sum, done) => sum + done, 0);
  // The largest of its shares is that of the VM.
  expect(ofMany / one.done).toBeCloseTo(3, 1);
  for (const done of others) expect(last! / done).toBeCloseTo(3, 1);
});

const someWrites = (n: number) => ['write', scattered(n), 4096] as const;
const bigReads = (n: number) => ['read', ((n * 512) % 32_768) * 1024, 512 * 1024] as const;

/** Of a hundred requests of a VM with four in flight, 99 take no longer: beside one that floods, in times of what it is alone. */
function slower(
  model: { readonly kind: string },
  kind: string,
  ask: (n: number) => readonly [DriveOp, number, number],
  flood: (n: number) => readonly [DriveOp, number, number],
): number {
  const [alone, beside] = [false, true].map((isNoisy) => {
    const rig = new Rig({ model, scheduler: { kind } });
    if (isNoisy) rig.asker(1, 64, flood);
    const victim = rig.asker(0, 4, ask);
    rig.host.runTo(2 * NS_PER_S);
    return percentile(victim.latencies, 99);
  });
  return beside! / alone!;
}

test.each([
  { what: 'reads beside large writes', ask: randomReads, flood: bigWrites },
  { what: 'reads beside large reads', ask: randomReads, flood: bigReads },
  { what: 'reads beside small writes', ask: randomReads, flood: someWrites },
  { what: 'writes beside large reads', ask: someWrites, flood: bigReads },
])('one thing at a time and fairly, $what take less than twice as long as alone', ({ ask, flood }) => {
  expect(slower({ kind: 'flat' }, 'fair', ask, flood)).toBeLessThan(2);
  // By deadline VMs take turns in batches: longer, but not for all that the other asks for.
  expect(slower({ kind: 'flat' }, 'deadline', ask, flood)).toBeLessThan(7);
  expect(slower({ kind: 'flat' }, 'fifo', ask, flood)).toBeGreaterThan(15);
});

/** Places without any rule to them (the finalizer of MurmurHash3): an arm has a different way to each. */
function anywhere(n: number): number {
  let x = Math.imul(n + 1, 0x9e37_79b1) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35) >>> 0;
  return (((x ^ (x >>> 16)) >>> 0) % (16 * 1024)) * 4096;
}
const readsAnywhere = (n: number) => ['read', anywhere(n), 4096] as const;

test.each([
  { what: 'large writes', flood: bigWrites },
  { what: 'large reads', flood: bigReads },
  { what: 'small reads anywhere', flood: (n: number) => readsAnywhere(n + 1_000_000) },
])(
  'at a hard disk, fairly, four reads at a time beside $what take less than twice as long as alone',
  ({ flood }) => {
    const [alone, beside] = [false, true].map((isNoisy) => hardDisk(4, isNoisy ? flood : undefined));
    expect(beside! / alone!).toBeLessThan(2);
  },
);

test('at a hard disk one read at a time waits for one piece of the other at most, which no order can interrupt', () => {
  const [alone, beside] = [false, true].map((isNoisy) => hardDisk(1, isNoisy ? bigWrites : undefined));
  // The longest piece: a seek between two disks of VMs, a turn, and half a track.
  const piece = 2 * NS_PER_MS + 8_333_333 + Math.ceil((512 * 1024 * 8_333_333) / 1_000_000);
  expect(beside!).toBeLessThan(alone! + piece);
  expect(beside! / alone!).toBeLessThan(2.5);
});

/** How long 99 of a hundred reads take at most, so many at a time, at a hard disk that is queued for fairly. */
function hardDisk(
  depth: number,
  flood: ((n: number) => readonly [DriveOp, number, number]) | undefined,
): number {
  const rig = new Rig({ model: { kind: 'hard-disk' }, scheduler: { kind: 'fair' } });
  if (flood !== undefined) rig.asker(1, 64, flood);
  const victim = rig.asker(0, depth, readsAnywhere);
  rig.host.runTo(20 * NS_PER_S);
  return percentile(victim.latencies, 99);
}

/** What a VM that reads one block after the other, and thinks between them, and one that floods have of a hard disk. */
function beside(thinksNs: number, more: object) {
  const rig = new Rig({ model: { kind: 'hard-disk' }, scheduler: { kind: 'fair', ...more } });
  rig.asker(1, 64, bigWrites);
  const victim = rig.asker(0, 1, readsAnywhere, { thinksNs });
  rig.host.runTo(10 * NS_PER_S);
  const [own = 0, flood = 0] = rig.disk.streams.map(({ counters }) => counters.servedNs);
  const flooded = rig.disk.streams.find(({ slot }) => slot === 1)!.counters.bytes;
  return { share: own / (own + flood), p50: percentile(victim.latencies, 50), flooded };
}

test('a hard disk stands still for the next read of who has had less: it has its share, though it asks only when it has heard', () => {
  const [patient, impatient] = [beside(200_000, {}), beside(200_000, { patienceNs: 0 })];
  expect(patient.share).toBeGreaterThan(0.5);
  expect(impatient.share).toBeLessThan(0.45);
  expect(patient.p50).toBeLessThan(0.6 * impatient.p50);
});

test('who thinks for longer is waited for in vain, which costs the others little', () => {
  const [patient, impatient] = [beside(20 * NS_PER_MS, {}), beside(20 * NS_PER_MS, { patienceNs: 0 })];
  expect(patient.flooded).toBeGreaterThan(0.9 * impatient.flooded);
});

test('who has little in the queue gains by that, and no more than is said; both alike, and neither does', () => {
  const parts = (depth: number, more: object): number => {
    const rig = new Rig({ scheduler: { kind: 'fair', ...more } });
    const [light, heavy] = [rig.asker(0, depth, randomReads), rig.asker(1, 32, randomReads)];
    rig.host.runTo(NS_PER_S);
    return light.done / heavy.done;
  };
  expect(parts(2, {})).toBeCloseTo(100 / 60, 1);
  expect(parts(2, { lightPercent: 100 })).toBeCloseTo(1, 1);
  expect(parts(32, {})).toBeCloseTo(1, 1);
});

test('requests side by side become one, and each is answered', () => {
  const rig = new Rig({ scheduler: { kind: 'fifo', merge: true } });
  const drive = rig.open(0);
  drive.submit(9, 'read', 0, 512);
  for (const [tag, sector] of [10, 11, 9, 20].entries()) drive.submit(tag, 'read', sector * 4096, 4096);
  rig.host.runTo(NS_PER_S);
  const merged = diskTimeNs(512) + diskTimeNs(3 * 4096);
  expect(rig.log.slice(1, 4).map((line) => line.split('@')[1])).toEqual(Array(3).fill(`${merged}`));
  expect(rig.disk.counters).toMatchObject({ merges: 2, completed: 5, pieces: 3 });
});

test('by deadline, reads pass over the disk by place and go before writes', () => {
  const rig = new Rig({ scheduler: { kind: 'deadline' } });
  const drive = rig.open(0);
  drive.submit(0, 'read', 0, 512);
  drive.submit(1, 'write', 4096, 512);
  for (const [tag, at] of [9, 3, 6].entries()) drive.submit(2 + tag, 'read', at * MIB, 512);
  rig.host.runTo(NS_PER_S);
  expect(rig.log.map((line) => line.split('@')[0])).toEqual(['0:0', '0:3', '0:4', '0:2', '0:1']);
});

test('a request that waited for too long goes first', () => {
  const rig = new Rig({ scheduler: { kind: 'deadline', writeNs: NS_PER_MS, batch: 64 } });
  rig.asker(0, 8, randomReads);
  const drive = rig.open(1);
  drive.submit(0, 'write', 0, 512);
  rig.host.runTo(20 * NS_PER_MS);
  expect(rig.log).toHaveLength(1);
});

test('a hard disk takes long for what lies far apart, and little for what follows', () => {
  const run = (ask: (n: number) => readonly [DriveOp, number, number]): Asker => {
    const rig = new Rig({ model: { kind: 'hard-disk', sizeBytes: 64 * MIB } });
    const asker = rig.asker(0, 1, ask);
    rig.host.runTo(2 * NS_PER_S);
    return asker;
  };
  const [near, far] = [run((n) => ['read', (n % 16_384) * 4096, 4096]), run(randomReads)];
  expect(near.bytes / 2).toBeGreaterThan(40e6);
  expect(far.done / 2).toBeLessThan(200);
  expect(far.done / 2).toBeGreaterThan(50);
});

test('flash reads faster than it writes, and many at a time', () => {
  const run = (depth: number, op: DriveOp): Asker => {
    const rig = new Rig({ model: { kind: 'flash' } });
    const asker = rig.asker(0, depth, (n) => [op, scattered(n), 4096]);
    rig.host.runTo(NS_PER_S);
    return asker;
  };
  const [one, many, writes] = [run(1, 'read'), run(32, 'read'), run(1, 'write')];
  expect(many.done / one.done).toBeGreaterThan(4);
  expect(one.done / writes.done).toBeGreaterThan(4);
});

test('what is withdrawn is heard of no more, and a disk that is closed leaves no event', () => {
  const rig = new Rig({ scheduler: { kind: 'fifo', merge: true } });
  const drive = rig.open(0, { limits: { iops: 1, burstRequests: 5 } });
  for (let tag = 0; tag < 8; tag++) drive.submit(tag, 'read', tag * 512, 512);
  for (const tag of [0, 2, 4, 7]) drive.withdraw(tag);
  rig.host.runTo(NS_PER_S / 10);
  expect(rig.log.map((line) => line.split('@')[0])).toEqual(['0:1', '0:5', '0:3']);
  drive.submit(0, 'read', 0, 512);
  drive.close();
  expect([rig.host.events.length, rig.disk.inService]).toEqual([0, 0]);
});

test('another scheduler takes over what waits', () => {
  const rig = new Rig();
  rig.asker(1, 64, bigWrites);
  const victim = rig.asker(0, 1, randomReads);
  rig.host.runTo(NS_PER_S);
  const before = victim.done;
  rig.disk.setScheduler({ kind: 'fair' });
  rig.host.runTo(2 * NS_PER_S);
  expect(victim.done - before).toBeGreaterThan(10 * before);
});

test('percentiles are those of the latencies, to a class', () => {
  const rig = new Rig({ model: { kind: 'hard-disk' } });
  const asker = rig.asker(0, 2, randomReads);
  rig.host.runTo(4 * NS_PER_S);
  const { latencies } = rig.disk.streams[0]!;
  for (const percent of [50, 95, 99]) {
    const exact = percentile(asker.latencies, percent);
    expect(Math.abs(latencies.percentile(percent) - exact) / exact).toBeLessThan(0.13);
  }
});

test('what was lately is of the last half second to second, of all disks of a VM, and a look changes nothing', () => {
  const rig = new Rig();
  const lately = (): number => Math.round(percentileOf(rig.disk.recentOf(0), 99) / 1000);
  const [one, other] = [rig.open(0), rig.open(0, { index: 1 })];
  one.submit(0, 'read', 0, 512);
  rig.host.runTo(400 * NS_PER_MS);
  expect(lately()).toBeGreaterThanOrEqual(81);
  expect(lately()).toBeLessThan(92);
  rig.host.runTo(600 * NS_PER_MS);
  other.submit(0, 'read', 0, MIB);
  rig.host.runTo(900 * NS_PER_MS);
  expect(rig.disk.recentOf(0).reduce((sum, { total }) => sum + total, 0)).toBe(2);
  expect(lately()).toBeGreaterThan(2000);
  const state = encode(PHYSICAL_DISK, rig.disk.capture());
  rig.host.runTo(1400 * NS_PER_MS);
  expect(rig.disk.recentOf(0).reduce((sum, { total }) => sum + total, 0)).toBe(1);
  rig.host.runTo(1600 * NS_PER_MS);
  expect(lately()).toBe(0);
  expect(encode(PHYSICAL_DISK, rig.disk.capture())).toEqual(state);
});

const submission = fc.record({
  slot: fc.nat(2),
  op: fc.constantFrom<DriveOp>('read', 'write', 'flush', 'discard', 'write-zeroes'),
  block: fc.nat(40),
  blocks: fc.integer({ min: 1, max: 60 }),
  waitNs: fc.nat(200_000),
});

test('property: a disk that is restored in the middle goes on as it would have', () => {
  const kinds = fc.record({
    model: fc.constantFrom('flat', 'hard-disk', 'flash'),
    scheduler: fc.constantFrom('fifo', 'deadline', 'fair'),
  });
  fc.assert(
    fc.property(kinds, fc.array(submission, { maxLength: 60 }), ({ model, scheduler }, all) => {
      const spec = { model: { kind: model }, scheduler: { kind: scheduler } };
      const places = [{}, { limits: { iops: 2000, burstRequests: 3 } }, { shares: 400 }];
      const rig = new Rig(spec);
      const drives = places.map((place, slot) => rig.open(slot, place));
      for (const [tag, { slot, op, block, blocks, waitNs }] of all.entries()) {
        drives[slot]!.submit(tag, op, block * 4096, blocks * 4096);
        if (tag % 5 === 4) drives[slot]!.withdraw(tag);
        rig.host.runTo(rig.host.time + waitNs);
      }
      const state = encode(PHYSICAL_DISK, rig.disk.capture());
      const other = new Rig(spec);
      other.host.runTo(rig.host.time);
      const others = places.map((place, slot) => other.open(slot, place));
      // What devices submit again makes way.
      others[0]!.submit(0, 'read', 0, 4096);
      other.disk.restore(decode(PHYSICAL_DISK, state, { parts: PARTS }));
      expect(encode(PHYSICAL_DISK, other.disk.capture())).toEqual(state);
      const done = rig.log.length;
      for (const each of [rig, other]) each.host.runTo(rig.host.time + 20 * NS_PER_S);
      expect(other.log).toEqual(rig.log.slice(done));
      expect(other.disk.capture()).toEqual(rig.disk.capture());
    }),
    { numRuns: 60 },
  );
});
