/**
 * The compiled engine in its two forms. V8 refuses an unshared memory for a module that declares a shared one and the
 * reverse, so the flag of the memory import is patched before compiling (WebAssembly core spec 5.3.12, limits).
 */
import { invariant } from '#base/result';

/** What the engine calls in the machine; see engine/mmio.ts. */
export interface EngineImports {
  /** Reads `size` bytes of a device; the low half of the value. */
  mmioRead(spaLo: number, spaHi: number, size: number): number;
  /** The high half of the last read. */
  mmioReadHigh(): number;
  /** 1 when the last access found no device. */
  mmioFault(): number;
  mmioWrite(spaLo: number, spaHi: number, size: number, lo: number, hi: number): void;
}

/** What the engine tells the translator; see engine/translator.ts. */
export interface TranslatorImports {
  samplesFull(): void;
  codeChanged(page: number, first: number, last: number): void;
  codeDropped(from: number, to: number): void;
}

/** Serves a miss of the TLB; see engine/refill.ts. */
export type Refill = (va: bigint, what: number, left: number) => number;

/** The exports that TypeScript calls. */
export interface EngineExports {
  /** Functions of translated code. */
  readonly table: WebAssembly.Table;
  runUntil(untilNs: number): number;
  /** Virtual time of the running hart. */
  currentNs(): number;
  /** Ends the current leg, to look at interrupts. */
  requestLook(): void;
  /** Makes `runUntil` return early. */
  requestStop(): void;
  selectHart(hart: number): void;
  resetHart(): void;
  contextChanged(): void;
  afterRestore(): void;
  sret(): void;
  /** For translated code; see engine/refill.ts. */
  readonly refill: Refill;
  /** A CSR of the selected hart by its address, whatever mode it is in. */
  readCsr(address: number): bigint;
  writeCsr(address: number, value: bigint): void;
  flushVmid(vmid: number): void;
  flushTranslations(): void;
  /** RAM was written by somebody who is no hart. */
  ramWrittenOutside(host: number, size: number): void;
  /** Begins anew to mark frames that change. */
  forgetWritten(): void;
  dropDecoded(): void;
  /** Instructions at this offset of their page have a breakpoint now, or none any more. */
  decodeAnew(offset: number): void;
  hashStart(): void;
  hashBlocks(at: number, size: number): void;
  hashEnd(): bigint;
}

const MEMORY_IMPORT = 2;
const IMPORT_SECTION = 2;
const HAS_MAXIMUM = 1;
const SHARED = 2;

/** Reads an unsigned LEB128; returns [value, next position]. */
function leb(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  let shift = 0;
  let p = at;
  for (;;) {
    const byte = bytes[p++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, p];
    shift += 7;
  }
}

/** Position of the limits flag of the (only) memory import. */
function memoryFlagPosition(bytes: Uint8Array): number {
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at] ?? 0;
    const [size, content] = leb(bytes, at + 1);
    if (id === IMPORT_SECTION) {
      let [count, p] = leb(bytes, content);
      for (; count > 0; count--) {
        for (let name = 0; name < 2; name++) {
          const [length, text] = leb(bytes, p);
          p = text + length;
        }
        const kind = bytes[p++];
        if (kind === MEMORY_IMPORT) return p;
        invariant(kind === 0, 'the engine imports functions and one memory');
        p = leb(bytes, p)[1];
      }
    }
    at = content + size;
  }
  throw new Error('the engine imports no memory');
}

/** The engine, compiled on first use for shared or unshared memory. */
export class EngineModule {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #modules: { shared?: WebAssembly.Module; unshared?: WebAssembly.Module } = {};

  /** @param bytes the content of `engine.wasm` */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** The content of `engine.wasm`, for another thread. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The module that takes a memory of this kind. */
  module(shared: boolean): WebAssembly.Module {
    const form = shared ? 'shared' : 'unshared';
    let module = this.#modules[form];
    if (module === undefined) {
      const bytes = this.#bytes.slice();
      bytes[memoryFlagPosition(bytes)] = HAS_MAXIMUM | (shared ? SHARED : 0);
      module = new WebAssembly.Module(bytes);
      this.#modules[form] = module;
    }
    return module;
  }
}
