/** The same C, compiled straight to WebAssembly by clang: what a browser can run at all. In Node and in a browser. */
import type { Message } from './message.ts';

/** What is needed here of WebAssembly: its types exist only in the page's project. */
interface DirectWasm {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

export class WasmKernel {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #run: (() => number) | undefined;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** Runs the kernel once; the first time it is compiled, as guest code is. */
  round(): Message {
    const startMs = performance.now();
    this.#run ??= this.#compiled();
    const result = this.#run() >>> 0;
    return { result, instructions: 0, ms: performance.now() - startMs };
  }

  #compiled(): () => number {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: DirectWasm }).WebAssembly;
    return new Instance(new Module(this.#bytes)).exports['run'] as () => number;
  }
}
