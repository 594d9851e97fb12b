/** A test of determinism that fails says where the states differ. */
import { expect, test } from 'vitest';
import { expectSameState, expectSameVm } from '../fixtures/same-state.ts';
import { bootHost, teachingKernel, vmOf, vmSpec } from '../fixtures/test-host.ts';

const MS = 1_000_000;

function booted(ms = 60): ReturnType<typeof bootHost> {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(ms * MS);
  return host;
}

test('the same states pass', () => {
  expectSameState(booted(), booted());
  expectSameVm(booted(), booted());
});

test('a byte of memory and a typed byte are named', () => {
  const [a, b] = [booted(), booted()];
  vmOf(b).memory.fill(0x8000_1234, 1, 0x77);
  vmOf(b).type(Uint8Array.of(65));
  expect(() => expectSameState(a, b)).toThrow(
    /^two hosts differ:[\s\S]*counters\.bytesIn: 0 against 1[\s\S]*ram\.frame\[0x8\w+ \(a: gfn 0x80001\)\]/,
  );
  expect(() => expectSameVm(a, b)).toThrow(
    /^two VMs differ:[\s\S]*ram\.gfn\[0x80001\]: the page differs, first at 0x80001234/,
  );
});
