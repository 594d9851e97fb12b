/**
 * Linux `desk` with four vCPUs, on one hart and on four, under a program that makes its harts meet: futexes, LR/SC, IPIs,
 * remote fences, changing code. However time is cut, and with the translator as without, it is the same run to the bit.
 * Both runs go on from one boot: that Linux boots the same with the translator is a test of the hypervisor.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { DEFAULT_NS_PER_INSTRUCTION, DEFAULT_QUANTUM_INSTRUCTIONS, NS_PER_MS } from '#base/virtual-time';
import { packCpio } from '#guests/linux/cpio';
import { Host, type SoftwareResolver } from '#hypervisor/host';
import { softwareResolver } from '#lab/software';
import type { TranslationPolicy } from '#machine/translation-policy';
import { translatingAt } from '#machine/usual-policy';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const linux = requirement('linux-smp');
const compiler = requirement('linux-compiler');
const isSkipped = linux.skip || compiler.skip;
const PROGRAM: string = fileURLToPath(new URL('fixtures/linux-threads.c', import.meta.url));
const FINISHED = /threads: [^\r\n]+(?=\r?\n)/;
/** Finds code hot at once: a short run is translated too. */
const EAGER: TranslationPolicy = translatingAt({ sampleEvery: 2048, hot: 8, perSample: 8 });
/** The shell waits for input long before, and the program has ended long before the second. */
const TYPE_AT_NS: number = 1000 * NS_PER_MS;
const COMPARE_AT_NS: number = 4000 * NS_PER_MS;

const folder = mkdtempSync(join(tmpdir(), 'virtlab-threads-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = new GuestFiles('/');
const VM: VmSpec = {
  ...{ name: 'desk', image: { kind: 'builtin', name: 'linux-desk' }, memoryBytes: 64 * MIB, vcpus: 4 },
  ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true, append: 'quiet' },
};

beforeAll(() => {
  if (isSkipped) return;
  const binary = join(folder, 'threads');
  execFileSync(compiler.path, ['-O2', '-static', '-pthread', '-s', PROGRAM, '-o', binary]);
  files = new GuestFiles('/');
  const loaded = files.load([VM]);
  if (!loaded.ok) throw new Error(loaded.error.code);
  // Linux unpacks one archive behind the other.
  const program = packCpio([
    { path: 'bin/threads', kind: 'file', mode: 0o755, data: new Uint8Array(readFileSync(binary)) },
  ]);
  initrd = Buffer.concat([files.bytes('initrd') ?? new Uint8Array(), program]);
});

let initrd = new Uint8Array();

const software: SoftwareResolver = {
  load: (vm) => {
    const found = softwareResolver(files).load(vm);
    return found.ok ? { ok: true, value: { ...found.value, initrd } } : found;
  },
};

/** A host whose Linux waits at its shell, as a file. */
function booted(harts: number, quantum: number): Uint8Array {
  const host = Host.create(
    engineModule(),
    { name: 'host', ramBytes: 80 * MIB, harts, switches: [], vms: [VM], timeSliceNs: 10 * NS_PER_MS },
    { seed: 3, nsPerInstruction: DEFAULT_NS_PER_INSTRUCTION, quantumInstructions: quantum },
    { software, shared: false },
  );
  host.advance(TYPE_AT_NS);
  return host.snapshot();
}

/** Runs in slices of this length until a text is there; the console's text. */
function runUntil(host: Host, text: RegExp, sliceNs: number): string {
  for (;;) {
    const written = new TextDecoder().decode(host.vm(VM.name)?.console.since(0).bytes);
    if (text.test(written) || host.now >= COMPARE_AT_NS) return written;
    host.advance(Math.min(host.now + sliceNs, COMPARE_AT_NS));
  }
}

/** Runs the program, and goes on to a time at which all runs are compared. */
function play(
  file: Uint8Array,
  sliceNs: number,
  translate?: TranslationPolicy,
): { line: string; hash: string } {
  const environment = { software, shared: false, ...(translate === undefined ? {} : { translate }) };
  const host = must(Host.restore(engineModule(), file, environment));
  host.execute({ op: 'console.input', args: { vm: VM.name, text: 'threads\n' } });
  const written = runUntil(host, FINISHED, sliceNs);
  host.advance(COMPARE_AT_NS);
  return { line: FINISHED.exec(written)?.[0] ?? written.slice(-500), hash: host.hash() };
}

// Short quanta tear apart what a hart does between LR and SC, or between a fence and the access behind it; a prime
// number of instructions, since a loop that divides the quantum would always be cut at the same place.
test.skipIf(isSkipped).each([
  [1, DEFAULT_QUANTUM_INSTRUCTIONS, 0],
  [4, DEFAULT_QUANTUM_INSTRUCTIONS, 1],
  [4, 97, 10_000],
])(
  'four vCPUs meet on %i hart(s), in quanta of %i instructions, without an error and always the same way',
  (harts, quantum, leastFailures) => {
    const file = booted(harts, quantum);
    const first = play(file, 10 * NS_PER_MS);
    expect(first.line).toMatch(/^threads: OK [0-9a-f]{8} on 4 processors/);
    const failures = Number(/(\d+) SC failed/.exec(first.line)?.[1]);
    expect(failures).toBeGreaterThanOrEqual(leastFailures);
    expect(play(file, 777_777, EAGER)).toEqual(first);
  },
  300_000,
);
