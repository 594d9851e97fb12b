import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { exactly, words } from '#base/state/types';
import type { MmioDevice } from './device.ts';
import { BUS, MmioBus } from './mmio-bus.ts';

const WORDS = declare<{ readonly words: Uint32Array }>('words', { words: words(exactly(4)) });

class Words implements MmioDevice {
  readonly name: string;
  readonly words = new Uint32Array(4);
  constructor(name: string) {
    this.name = name;
  }
  read(offset: number): number {
    return this.words[offset >> 2] ?? 0;
  }
  write(offset: number, _size: number, value: number): void {
    this.words[offset >> 2] = value;
  }
  reset(): void {
    this.words.fill(0);
  }
  capture(): PartState {
    return partState(WORDS, { words: this.words });
  }
  restore(state: PartState): void {
    this.words.set(stateIn(WORDS, state).words);
  }
}

function newBus() {
  const bus = new MmioBus();
  const a = new Words('a');
  const b = new Words('b');
  bus.attach(b, 0x2000, 16);
  bus.attach(a, 0x1000, 16);
  return { bus, a, b };
}

test('accesses reach the device at the address, with their counts', () => {
  const { bus, b } = newBus();
  bus.write(0x2004, 4, 7);
  expect(b.words[1]).toBe(7);
  expect(bus.read(0x2004, 4)).toBe(7);
  expect(bus.slots.map(({ device, reads, writes }) => [device.name, reads, writes])).toEqual([
    ['a', 0, 0],
    ['b', 1, 1],
  ]);
});

test('a 64-bit access is two of 32 bits, low half first', () => {
  const { bus, a } = newBus();
  bus.write(0x1008, 8, 0xffff_fffe, -1);
  expect([...a.words]).toEqual([0, 0, 0xffff_fffe, 0xffff_ffff]);
  expect([bus.read(0x1008, 8), bus.high]).toEqual([0xffff_fffe, 0xffff_ffff]);
});

test('narrow writes carry no bits above their size', () => {
  const { bus, a } = newBus();
  bus.write(0x1000, 1, 0x1234);
  bus.write(0x1004, 2, 0x1234_5678);
  expect([...a.words]).toEqual([0x34, 0x5678, 0, 0]);
});

test('what no device answers reads 0 and is counted: outside, across an edge, misaligned', () => {
  const { bus } = newBus();
  for (const [at, size] of [
    [0, 4],
    [0x1010, 4],
    [0x1002, 4],
    [0x2ffffffffffff, 8],
  ] as const) {
    expect(bus.read(at, size)).toBe(0);
    bus.write(at, size, 1, 1);
  }
  expect(bus.unclaimed).toBe(8);
  expect([bus.covers(0x100f), bus.covers(0x1010)]).toEqual([true, false]);
});

test('overlapping windows are our own mistake', () => {
  const { bus } = newBus();
  expect(() => bus.attach(new Words('c'), 0x100f, 16)).toThrow('overlaps');
});

test('state round-trips; a device that does not fit is refused by name', () => {
  const { bus } = newBus();
  bus.write(0x1000, 4, 5);
  bus.read(0, 4);
  const save = (from: MmioBus) => encode(BUS, from.capture());
  const load = (into: MmioBus) => into.restore(decode(BUS, bytes, { parts: [WORDS] }));
  const bytes = save(bus);
  const other = newBus().bus;
  expect(save(other)).not.toEqual(bytes);
  load(other);
  expect(save(other)).toEqual(bytes);
  const foreign = new MmioBus();
  foreign.attach(new Words('c'), 0, 16);
  foreign.attach(new Words('d'), 16, 16);
  expect(() => load(foreign)).toThrow('"a" where c belongs');
  expect(() => load(new MmioBus())).toThrow('other devices');
});
