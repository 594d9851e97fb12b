/** What checkpoints take of a host: all of it the first time, then what is new; and nothing of it is noticed. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { expectSameState } from '../fixtures/same-state.ts';
import {
  bootHost,
  ENGINE,
  ENVIRONMENT,
  teachingKernel,
  type as typeLine,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import type { HostCheckpoint, HostImage } from './host-checkpoint.ts';
import { PieceTracker } from './pieces.ts';

const MS = 1_000_000;
const COMMANDS = 'dirty 25 256 &\nping 10.0.0.2 9 20\n';

function busyHost(): Host {
  const kernel = teachingKernel();
  const nics = [{ switch: 'lan' }];
  return bootHost([
    vmSpec('a', kernel, { nics, append: 'virtlab.ip=10.0.0.1/24' }),
    vmSpec('b', kernel, { nics, append: 'virtlab.ip=10.0.0.2/24', allocation: 'fixed' }),
  ]);
}

/** Puts checkpoints together as a store does. */
class Collector {
  known = 0;
  readonly #contents = new Map<number, Uint8Array>();

  take(host: Host): HostCheckpoint {
    const checkpoint = host.checkpoint(this.known);
    for (const [index, piece] of checkpoint.fresh.entries())
      this.#contents.set(checkpoint.contents[piece]!, checkpoint.freshPieces[index]!);
    this.known = checkpoint.known;
    return checkpoint;
  }

  image({ state, contents }: HostCheckpoint): HostImage {
    return { state, pieces: Array.from(contents, (content) => this.#contents.get(content)!) };
  }
}

function restored(host: Host, image: HostImage): Host {
  const result = Host.fromImage(ENGINE, image, host.spec, ENVIRONMENT);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

test('a run goes on from each of its checkpoints as it did, and does not notice that they were taken', () => {
  const undisturbed = busyHost();
  const host = busyHost();
  const collector = new Collector();
  const taken: { at: number; hash: string; image: HostImage }[] = [];
  for (let ms = 20; ms <= 400; ms += 20) {
    // Some are copied ahead, and the host runs on to where they are taken.
    host.advance((ms - 7) * MS);
    if (ms % 40 === 0) host.copyAhead(collector.known);
    host.advance(ms * MS);
    if (ms === 200) typeLine(host, 'a', COMMANDS);
    const image = collector.image(collector.take(host));
    taken.push({ at: host.now, hash: host.hash(), image });
  }
  undisturbed.advance(200 * MS);
  typeLine(undisturbed, 'a', COMMANDS);
  undisturbed.advance(400 * MS);
  expectSameState(host, undisturbed);
  for (const { hash, image, at } of [taken[0]!, taken[11]!, taken.at(-1)!]) {
    const again = restored(host, image);
    expect([again.now, again.hash()]).toEqual([at, hash]);
    if (at <= 200 * MS) continue;
    again.advance(400 * MS);
    expectSameState(again, undisturbed);
  }
});

test('a checkpoint brings what has changed since the one that is known', () => {
  const host = busyHost();
  host.advance(200 * MS);
  const first = host.checkpoint(0);
  expect(first.fresh.length).toBeGreaterThan(50);
  // Nothing has happened.
  expect(host.checkpoint(first.known).fresh).toHaveLength(0);
  typeLine(host, 'a', 'ping 10.0.0.2 9 20\n');
  host.advance(240 * MS);
  const second = host.checkpoint(first.known);
  expect(second.fresh.length).toBeLessThan(first.fresh.length / 2);
  // Somebody else who asks for all takes nothing away from who asks for what is new.
  host.advance(300 * MS);
  expect(host.checkpoint(0).fresh.length).toBeGreaterThan(50);
  expect(host.checkpoint(second.known).fresh.length).toBeGreaterThan(0);
});

test('what is written after it was copied ahead is copied again', () => {
  const large = vmSpec('a', teachingKernel(), { memoryBytes: 32 << 20 });
  const host = bootHost([large], { ramBytes: 64 << 20 });
  host.advance(60 * MS);
  const known = host.checkpoint(0).known;
  const { memory } = vmOf(host);
  const from = RAM_BASE + (16 << 20);
  const pages = 2000;
  for (let page = 0; page < pages; page++) memory.fill(from + page * PAGE_SIZE, PAGE_SIZE, 1);
  expect(host.copyAhead(known)).toBe(true);
  for (let page = 0; page < pages; page += 10) memory.fill(from + page * PAGE_SIZE + 8, 1, 2);
  expect(host.copyAhead(known)).toBe(false);
  // In another round, and after it.
  memory.fill(from + PAGE_SIZE, 1, 3);
  expect(host.copyAhead(known)).toBe(false);
  memory.fill(from + 2 * PAGE_SIZE, 1, 4);
  const whole = host.checkpoint(known);
  const contents = whole.freshPieces.filter(({ length }) => length === PAGE_SIZE);
  const count = (second: number, first = 1): number =>
    contents.filter((page) => page[0] === first && page[8] === second && page[4095] === 1).length;
  expect([count(1), count(2), count(1, 3), count(1, 4)]).toEqual([1798, 200, 1, 1]);
});

test('a part of a disk, which nobody marks, is new when its bytes are others', () => {
  const tracker = new PieceTracker(busyHost().machine, () => false);
  const parts = [new Uint8Array(65_536).fill(1), new Uint8Array(65_536).fill(2)];
  const disk = { state: new Uint8Array(0), pieces: parts };
  const first = tracker.take(disk, 0);
  expect([...first.fresh]).toEqual([0, 1]);
  expect([...tracker.take(disk, first.known).fresh]).toEqual([]);
  parts[1]![60_000] = 3;
  const second = tracker.take(disk, first.known);
  expect([...second.fresh]).toEqual([1]);
  expect(second.freshPieces).toEqual([parts[1]]);
  expect(second.contents[0]).toBe(first.contents[0]);
});

test('an image of another host, or one that lacks a piece, is refused whole', () => {
  const host = busyHost();
  host.advance(100 * MS);
  const collector = new Collector();
  const image = collector.image(collector.take(host));
  const codeOf = (of: HostImage, spec = host.spec): string => {
    const result = Host.fromImage(ENGINE, of, spec, ENVIRONMENT);
    return result.ok ? 'restored' : result.error.code;
  };
  expect(codeOf(image)).toBe('restored');
  expect(codeOf(image, { ...host.spec, ramBytes: 64 << 20 })).toBe('snapshot.format');
  expect(codeOf({ ...image, pieces: image.pieces.slice(1) })).toBe('snapshot.format');
  expect(codeOf({ ...image, state: image.state.subarray(0, 5000) })).toBe('snapshot.format');
});
