import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Command } from '../commands.ts';
import { expectSameState } from '../fixtures/same-state.ts';
import {
  bootHost,
  consoleText,
  ENGINE,
  ENVIRONMENT,
  teachingKernel,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import { Host } from '../host.ts';

const MS = 1_000_000;
const QUANTUM_MS = 0.1;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-snapshot-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Typing, traffic, a pause and a reset, at virtual times in milliseconds. */
const SCRIPT: readonly (readonly [number, Command])[] = [
  [60, { op: 'console.input', args: { vm: 'a', text: 'cpu 40 &\nping 10.0.0.2 9 20\n' } }],
  [120, { op: 'console.input', args: { vm: 'b', text: 'dirty 64 1024 &\n' } }],
  [180, { op: 'vm.pause', args: { vm: 'c' } }],
  [230, { op: 'vm.resume', args: { vm: 'c' } }],
  [240, { op: 'vm.powerOff', args: { vm: 'c' } }],
  [250, { op: 'vm.delete', args: { vm: 'c' } }],
  [300, { op: 'vm.reset', args: { vm: 'b' } }],
];

function busyHost(harts: number): Host {
  const kernel = teachingKernel();
  const nics = [{ switch: 'lan' }];
  return bootHost(
    [
      vmSpec('c', kernel, { nics }),
      vmSpec('a', kernel, {
        nics,
        append: 'virtlab.ip=10.0.0.1/24',
        vcpus: 2,
        disks: [{ sizeBytes: 1 << 20 }],
      }),
      vmSpec('b', kernel, { nics, append: 'virtlab.ip=10.0.0.2/24', allocation: 'fixed' }),
    ],
    { harts, timeSliceNs: 2 * MS },
  );
}

/** Runs up to a time in slices, with the commands of the script at theirs. */
function runTo(host: Host, untilMs: number, sliceMs: () => number): void {
  while (host.now < untilMs * MS) {
    for (const [at, command] of SCRIPT) if (at * MS === host.now) expect(host.execute(command).ok).toBe(true);
    const next = SCRIPT.find(([at]) => at * MS > host.now)?.[0] ?? untilMs;
    host.advance(Math.min(untilMs * MS, next * MS, host.now + sliceMs() * MS));
  }
}

/** Slices of no pattern, the same in every run. */
function unevenSlices(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fff_ffff;
    return 0.1 + (state % 9000) / 1000;
  };
}

test.each([1, 2, 4])(
  'with %i harts, how a run is cut into slices does not matter, nor that it was saved',
  (harts) => {
    const straight = busyHost(harts);
    runTo(straight, 200, () => 50);
    const atHalf = straight.hash();
    const file = straight.snapshot();
    expect(straight.hash()).toBe(atHalf);
    runTo(straight, 400, () => 50);
    expect(consoleText(vmOf(straight))).toContain('9 sent, 9 received');

    const uneven = busyHost(harts);
    runTo(uneven, 200, unevenSlices());
    expect(uneven.hash()).toBe(atHalf);
    expect(uneven.snapshot()).toEqual(file);

    // A hart that has the host for itself does several quanta in one go, where it may.
    const quantumByQuantum = busyHost(harts);
    runTo(quantumByQuantum, 200, () => QUANTUM_MS);
    expect(quantumByQuantum.hash()).toBe(atHalf);

    const restored = must(Host.restore(ENGINE, file, ENVIRONMENT));
    expect(restored.hash()).toBe(atHalf);
    runTo(restored, 400, unevenSlices());
    expectSameState(restored, straight);
    expect(consoleText(vmOf(restored))).toBe(consoleText(vmOf(straight)));
  },
);

test('a snapshot goes on in another process to the same hash', () => {
  const host = busyHost(1);
  runTo(host, 200, () => 50);
  const file = join(folder, 'host.snapshot');
  writeFileSync(file, host.snapshot());
  runTo(host, 300, () => 50);
  const script = fileURLToPath(new URL('../fixtures/continue-snapshot.ts', import.meta.url));
  const commands = JSON.stringify(SCRIPT.filter(([at]) => at >= 200 && at < 300));
  const child = spawnSync('npx', ['tsx', script, file, '300', commands], { encoding: 'utf8' });
  expect(child.stdout.trim()).toBe(host.hash());
});

test('the hash knows shared from unshared memory as little as the guests do', () => {
  const hashes = [true, false].map((shared) => {
    const { spec, settings } = busyHost(1);
    const host = Host.create(ENGINE, spec, settings, { ...ENVIRONMENT, shared });
    runTo(host, 150, () => 10);
    return host.hash();
  });
  expect(hashes[0]).toBe(hashes[1]);
});

test('damaged, cut, foreign and newer files are refused, and nothing is restored', () => {
  const host = busyHost(1);
  runTo(host, 100, () => 50);
  const file = host.snapshot();
  const refusal = (bytes: Uint8Array): string => {
    const result = Host.restore(ENGINE, bytes, ENVIRONMENT);
    return result.ok ? 'restored' : result.error.code;
  };
  const changed = (at: number, bit: number): Uint8Array => {
    const copy = file.slice();
    copy[at]! ^= 1 << bit;
    return copy;
  };
  for (let n = 0; n < 60; n++)
    expect(refusal(changed(12 + ((n * 7919 * 31) % (file.length - 12)), n % 8))).not.toBe('restored');
  for (const length of [0, 7, 11, 28, 1000, file.length - 1])
    expect(refusal(file.slice(0, length))).not.toBe('restored');
  expect(refusal(changed(0, 0))).toBe('snapshot.foreign');
  expect(refusal(changed(8, 7))).toBe('snapshot.version');
  expect(refusal(changed(file.length - 1, 0))).toBe('snapshot.damaged');
});

test('every part of the state is in the hash', () => {
  const busy = busyHost(1);
  runTo(busy, 100, () => 50);
  const file = busy.snapshot();
  const hashAfter = (change: (host: Host) => void): string => {
    const host = must(Host.restore(ENGINE, file, ENVIRONMENT));
    change(host);
    return host.hash();
  };
  const same = hashAfter(() => {});
  expect(hashAfter(() => {})).toBe(same);
  const changes: Readonly<Record<string, (host: Host) => void>> = {
    'a byte of guest memory': (host) => vmOf(host).memory.fill(0x8000_1000, 1, 0x77),
    'a register of a vCPU': (host) => {
      const [vcpu] = vmOf(host).vcpus;
      if (vcpu!.hart === undefined) vcpu!.context[10]! ^= 1;
      else vcpu!.hart.setX(5, vcpu!.hart.xLo(5) ^ 1, 0);
    },
    'a typed byte': (host) => vmOf(host).devices.terminal?.input?.(Uint8Array.of(65)),
    'a register of the serial port': (host) => vmOf(host).devices.uart.write(7, 1, 1),
    'a register of the PLIC': (host) => vmOf(host).devices.plic.write(4, 4, 5),
    'a frame on its way': (host) => host.network.switches.get('lan')!.send(0, new Uint8Array(60).fill(2)),
    'a byte of console output': (host) => vmOf(host).consoleOutput(Uint8Array.of(65)),
    'a virtio register': (host) => vmOf(host).devices.slots[7]!.configChanged(),
  };
  for (const [what, change] of Object.entries(changes)) expect(hashAfter(change), what).not.toBe(same);
});
