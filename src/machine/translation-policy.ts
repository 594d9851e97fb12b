/** When code is worth translating, and what translates it. The translator itself is behind an interface: who runs a machine says where it comes from. */
import type { Refill } from './engine-module.ts';

/** What has been done so far. */
export interface TranslatorCounters {
  readonly regions: number;
  readonly live: number;
  readonly killed: number;
  readonly bytes: number;
  /** Memory that compiled code takes, about. */
  readonly cost: number;
  readonly instructions: number;
}

/** What a machine has for its translator. */
export interface TranslatorHost {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  readonly shared: boolean;
  /** The engine's function that translated code calls; see engine/refill.ts. */
  readonly refill: Refill;
}

/** What makes hot code fast. Nothing of it is architectural, so it may begin at any time. */
export interface CodeTranslator {
  readonly counters: TranslatorCounters;
  /** The engine's buffer of samples is full. */
  samplesFull(): void;
  /** Halfwords of a decoded page are about to change. */
  codeChanged(page: number, first: number, last: number): void;
  /** The decoded pages from one address to another are gone. */
  codeDropped(from: number, to: number): void;
}

export type MakeTranslator = (host: TranslatorHost, policy: TranslationPolicy) => CodeTranslator;

/** How hot code is found. */
export interface TranslationPace {
  /** Instructions that the interpreter executes between two samples. */
  readonly sampleEvery: number;
  /** Samples that make a page hot. */
  readonly hot: number;
  /** Instructions that may be translated for each sample in their page; as many as a region may have unless given. */
  readonly perSample?: number;
  /** Memory that compiled code may take, about, in bytes; 64 MiB unless given. What was made first goes first. */
  readonly cacheBytes?: number;
}

export interface TranslationPolicy extends TranslationPace {
  /**
   * What translates. It is asked whenever samples are full and there is no translator yet; as long as its code has not come,
   * everything is interpreted.
   */
  readonly translator: () => MakeTranslator | undefined;
  /** Milliseconds of a clock of the caller's, to say how long translating took; nothing is decided by it. */
  readonly clock?: () => number;
}

/**
 * To translate an instruction takes as long as to interpret some thousands: code is translated when as much time has been spent on
 * interpreting it, so that never more than half of the time is wasted.
 */
export const USUAL_PACE: TranslationPace = { sampleEvery: 4096, hot: 16, perSample: 2 };
