/**
 * What a kernel is measured on: each engine runs it once, and says how long that took and what came out. The wall clock
 * is what a benchmark is about.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NS_PER_S } from '#base/virtual-time';
import { parseImage } from '#guests/image';
import { BarePlatform } from '#machine/bare-platform';
import { EngineModule } from '#machine/engine-module';

export type EngineName = 'virtlab-interpreter' | 'wasm';

/** One run of a kernel. */
export interface Round {
  readonly ms: number;
  readonly result: number;
  /** Retired by the hart; other engines have no such count. */
  readonly instructions?: number;
}

export interface Engine {
  readonly name: EngineName;
  round(): Round;
}

const MIB = 1 << 20;
/** More than any kernel takes: a kernel that is still running then hangs. */
const LONGEST_NS = 100 * NS_PER_S;

/** The engine as it is shipped. */
export function shippedEngine(): EngineModule {
  const path = fileURLToPath(new URL('../../../.cache/engine/engine.wasm', import.meta.url));
  return new EngineModule(new Uint8Array(readFileSync(path)));
}

/** The kernel's ELF on a bare hart, as `virtlab bare` runs it. */
export function onHart(engine: EngineModule, elf: Uint8Array): Engine {
  const image = parseImage(elf);
  if (!image.ok) throw new Error(image.error.code);
  const platform = new BarePlatform(engine, { ramBytes: 64 * MIB, harts: 1, output: () => undefined });
  const { ram, harts } = platform.machine;
  const hart = harts[0]!;
  for (const { address, data } of image.value.segments) ram.write(address, data);
  hart.setPc(image.value.entry, 0);
  const result = image.value.symbols('result');
  if (result === undefined) throw new Error('the start-up code has no place for the result');
  return {
    name: 'virtlab-interpreter',
    round() {
      const before = hart.instructions;
      const startMs = performance.now();
      platform.advance(platform.now + LONGEST_NS);
      const ms = performance.now() - startMs;
      if (platform.finish === undefined) throw new Error('the kernel does not come to an end');
      platform.finish = undefined;
      return { ms, result: ram.u32(result), instructions: hart.instructions - before };
    },
  };
}

/** What is needed here of the WebAssembly that Node has: DOM types exist only in the page's project. */
interface DirectWasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** The same C, compiled straight to WebAssembly. */
export function onWasm(bytes: Uint8Array): Engine {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: DirectWasm }).WebAssembly;
  const run = new Instance(new Module(bytes)).exports['run'] as () => number;
  return {
    name: 'wasm',
    round() {
      const startMs = performance.now();
      const result = run() >>> 0;
      return { ms: performance.now() - startMs, result };
    },
  };
}
