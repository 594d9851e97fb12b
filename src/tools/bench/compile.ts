/**
 * One C file for each engine, as alike as compilers make it: -O2, no vectors, no fused multiply-adds that the source does
 * not ask for; what compilers call by themselves is the same C, except on the native machine.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_KERNELS } from './kernel-files.ts';

const RUNTIME: string = fileURLToPath(new URL('./runtime', import.meta.url));
const GUEST = join(RUNTIME, 'guest');
/** Keeps a compiler from making of `memcpy` a call to itself. */
const NO_LOOP_IDIOMS = '-fno-tree-loop-distribute-patterns';
/** What a C library would bring. */
const MEMORY_C = join(RUNTIME, 'memory.c');

/** A `main` that a person's kernel has for its own tests is no start of ours. */
const COMMON = ['-O2', '-std=gnu11', '-ffp-contract=off', '-fno-math-errno', '-w', '-Dmain=kernel_main'];
const FREESTANDING = ['-ffreestanding', '-nostdlib', `-I${join(RUNTIME, 'include')}`];

/** Who runs a guest: a VM of ours, or QEMU in S-mode with Sv39, or in VS-mode with two stages. */
export type GuestHome = 'vm' | 'qemu' | 'qemu-two-stage';

const START: Readonly<Record<GuestHome, readonly string[]>> = {
  vm: [join(GUEST, 'start-vm.S')],
  qemu: [join(GUEST, 'start-qemu.S')],
  'qemu-two-stage': ['-DTWO_STAGE', join(GUEST, 'start-qemu.S')],
};

function compile(command: string, args: readonly string[], output: string): void {
  const { status, stderr, error } = spawnSync(command, [...args, '-o', output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}

function headers(path: string): string[] {
  return [`-I${dirname(path)}`, `-I${OWN_KERNELS}`];
}

/** An ELF for RV64GC that translates with Sv39 and runs the kernel each time that it is told to; see runtime/guest. */
export function compileForGuest(compiler: string, path: string, home: GuestHome, output: string): void {
  const target = ['-march=rv64gc', '-mabi=lp64d', '-mcmodel=medany', NO_LOOP_IDIOMS];
  const layout = ['-T', join(GUEST, 'guest.ld'), '-static', '-Wl,--no-warn-rwx-segments', `-I${GUEST}`];
  const files = [...START[home], join(GUEST, 'user.S'), join(GUEST, 'main.c'), MEMORY_C, path];
  compile(compiler, [...COMMON, ...FREESTANDING, ...target, ...layout, ...headers(path), ...files], output);
}

/** A WebAssembly module that exports `run`. */
export function compileForWasm(compiler: string, path: string, output: string): Uint8Array<ArrayBuffer> {
  const target = ['--target=wasm32', '-fno-vectorize', '-fno-slp-vectorize', '-fno-builtin'];
  const layout = ['-Wl,--no-entry', '-Wl,--export=run', '-Wl,-z,stack-size=1048576'];
  compile(
    compiler,
    [...COMMON, ...FREESTANDING, ...target, ...layout, ...headers(path), MEMORY_C, path],
    output,
  );
  return new Uint8Array(readFileSync(output));
}

/** A program of this machine that runs the kernel each time that it is told to. */
export function compileNative(compiler: string, path: string, output: string): void {
  const main = join(RUNTIME, 'native/main.c');
  compile(compiler, [...COMMON, '-fno-tree-vectorize', ...headers(path), main, path, '-lm'], output);
}
