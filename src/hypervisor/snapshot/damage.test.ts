/** Damage of snapshots (R12): whatever happens to the bytes of a file, it is refused whole or means what it meant. */
import { expect, test } from 'vitest';
import { randomNumbers } from '#base/fixtures/random-numbers';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode } from '#base/state/codec';
import { expectSameState } from '../fixtures/same-state.ts';
import { bootHost, ENGINE, ENVIRONMENT, program, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import { unwrapSnapshot, wrapSnapshot } from './file.ts';
import { partsOf, SAVED_HOST } from './host-state.ts';
import { readVmFile, vmFile } from './vm-file.ts';

const MS = 1_000_000;
const DAMAGES = 10_000;

/** Two VMs that write to memory, console and each other, on a host that makes a small file. */
function smallHost(): Host {
  const busy = program(
    'busy',
    `
    li s0, 0x80004000
  next:
    addi s1, s1, 1
    sd s1, 0(s0)
    li a7, 0x4442434e
    li a6, 2
    andi a0, s1, 63
    ecall
    j next`,
  );
  const nics = [{ switch: 'lan' }];
  const host = bootHost([vmSpec('a', busy, { nics }), vmSpec('b', busy, { nics, vcpus: 2 })], {
    ramBytes: 8 << 20,
  });
  host.advance(25 * MS);
  return host;
}

const host: Host = smallHost();
const file: Uint8Array = host.snapshot();
const hash: string = host.hash();

/** Bytes before the content: name, version, hash. */
const ENVELOPE = 28;

function flipped(bit: number): Uint8Array {
  const bytes = file.slice();
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes;
}

/** Nothing, or the host that was saved: what the door may give for damaged bytes. The result says which. */
function expectWhole(bytes: Uint8Array, what: string): boolean {
  const result = Host.restore(ENGINE, bytes, ENVIRONMENT);
  if (result.ok) expect(result.value.hash(), what).toBe(hash);
  else expect(result.error.code, what).toMatch(/^snapshot\./);
  return result.ok;
}

test('10,000 random bits and truncations are noticed', () => {
  const random = randomNumbers(1);
  const hashBytes = (bytes: Uint8Array): string => host.machine.hash(bytes, []);
  expect(unwrapSnapshot('host', file, hashBytes).ok).toBe(true);
  for (let n = 0; n < DAMAGES; n++) {
    const at = random(file.length * 8);
    const bytes = n % 4 === 0 ? file.subarray(0, at >> 3) : flipped(at);
    // All of the way when the envelope lets it pass (the cut took zeros that the hash adds), and now and then: it costs a machine.
    // (`npm run measure -- breadth` goes all of the way each time.)
    if (n % 50 === 0 || unwrapSnapshot('host', bytes, hashBytes).ok) expectWhole(bytes, `damage at ${at}`);
  }
});

test('every bit of the envelope is noticed', () => {
  for (let bit = 0; bit < ENVELOPE * 8; bit++) expect(expectWhole(flipped(bit), `bit ${bit}`)).toBe(false);
});

test('a file that lacks its last bytes, or has more, is noticed', () => {
  // The hash counts in blocks of 32 bytes, filled up with zeros.
  for (let n = 1; n <= 64; n++) {
    expect(expectWhole(file.slice(0, -n), `${n} bytes less`)).toBe(false);
    const longer = new Uint8Array(file.length + n);
    longer.set(file);
    expect(expectWhole(longer, `${n} bytes more`)).toBe(false);
  }
});

test('a damaged file with a right hash gives a host that runs, or none', () => {
  const random = randomNumbers(2);
  // Up to the frames, whose bytes are the guests' own affair.
  const { ram } = decode(SAVED_HOST, file.subarray(ENVELOPE), { parts: partsOf(REGISTRIES) });
  const state = ram.reduce((at, frame) => at - (frame === undefined ? 1 : 1 + 4 + frame.length), file.length);
  expect(state).toBeGreaterThan(10_000);
  let restored = 0;
  for (let n = 0; n < 100; n++) {
    const bytes = flipped((ENVELOPE + random(state - ENVELOPE)) * 8 + random(8));
    const rightly = wrapSnapshot('host', bytes.subarray(ENVELOPE), host.hashBytes);
    const result = Host.restore(ENGINE, rightly, ENVIRONMENT);
    if (result.ok) {
      restored += 1;
      result.value.advance(result.value.now + MS / 10);
    } else expect(result.error.code).toBe('snapshot.format');
  }
  expect(restored).toBeGreaterThan(0);
});

test('the file of a VM, damaged, gives nothing; with a right hash a VM that runs, or nothing', () => {
  const random = randomNumbers(3);
  const vm = vmFile(host.vm('b')!, host.hashBytes);
  const there = bootHost([]);
  const moveIn = (bytes: Uint8Array): boolean => {
    const read = readVmFile(bytes, there.hashBytes, partsOf(REGISTRIES));
    if (!read.ok) return false;
    try {
      return there.vmTable.moveIn(read.value.vm, read.value.ram).ok;
    } catch (error) {
      expect(error).toBeInstanceOf(SnapshotFormatError);
      return false;
    }
  };
  for (let n = 0; n < 2000; n++) {
    const bytes = n % 4 === 0 ? vm.subarray(0, random(vm.length)) : vm.slice();
    if (n % 4 !== 0) bytes[random(vm.length)]! ^= 1 << random(8);
    expect(moveIn(bytes)).toBe(false);
  }
  let moved = 0;
  for (let n = 0; n < 100; n++) {
    const bytes = vm.slice(ENVELOPE);
    bytes[random(Math.min(bytes.length, 12_000))]! ^= 1 << random(8);
    if (moveIn(wrapSnapshot('vm', bytes, there.hashBytes))) {
      moved += 1;
      there.advance(there.now + MS / 10);
      for (const each of there.vms()) there.vmTable.remove(each);
    }
    expect(there.vms()).toHaveLength(0);
    expect(there.frames.free).toBe(there.frames.count);
  }
  expect(moved).toBeGreaterThan(0);
});

test('the file itself still restores, and goes on as its host does', () => {
  const restored = Host.restore(ENGINE, file, ENVIRONMENT);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  expect(restored.value.hash()).toBe(hash);
  host.advance(50 * MS);
  restored.value.advance(50 * MS);
  expectSameState(restored.value, host);
});
