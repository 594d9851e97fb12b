/**
 * One C file twice, as alike as two compilers make it: gcc for RV64GC with our start-up code, clang for WebAssembly.
 * -O2, no vectors (neither target has any), no fused multiply-adds; what compilers call by themselves is the same C.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_KERNELS } from './kernel-files.ts';

const RUNTIME: string = fileURLToPath(new URL('./runtime', import.meta.url));

const COMMON = ['-O2', '-std=gnu11', '-ffreestanding', '-ffp-contract=off', '-nostdlib', '-w'];
/** Keeps a compiler from making of `memcpy` a call to itself. */
const RUNTIME_C = join(RUNTIME, 'memory.c');

function compile(command: string, args: readonly string[], output: string): Uint8Array {
  const { status, stderr, error } = spawnSync(command, [...args, '-o', output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return new Uint8Array(readFileSync(output));
}

function headers(path: string): string[] {
  return [`-I${dirname(path)}`, `-I${OWN_KERNELS}`];
}

/** An ELF for a bare hart that runs the kernel for ever, stopping after each time. */
export function compileForHart(compiler: string, path: string, output: string): Uint8Array {
  const target = ['-march=rv64gc', '-mabi=lp64d', '-mcmodel=medany', '-fno-tree-loop-distribute-patterns'];
  const layout = ['-T', join(RUNTIME, 'riscv.ld'), '-static', '-Wl,--no-warn-rwx-segments'];
  const files = [join(RUNTIME, 'start.S'), RUNTIME_C, path];
  return compile(compiler, [...COMMON, ...target, ...layout, ...headers(path), ...files], output);
}

/** A module that exports `run`. */
export function compileForWasm(compiler: string, path: string, output: string): Uint8Array {
  const target = ['--target=wasm32', '-fno-vectorize', '-fno-slp-vectorize', '-fno-builtin'];
  const layout = ['-Wl,--no-entry', '-Wl,--export=run', '-Wl,-z,stack-size=1048576'];
  return compile(compiler, [...COMMON, ...target, ...layout, ...headers(path), RUNTIME_C, path], output);
}
