/**
 * sifive,plic-1.0.0: routes 31 sources to contexts (a privilege mode of a hart or vCPU).
 * It tells a context only whether something is pending; what that does to a hart is the owner's affair.
 */

import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { InterruptLine, MmioDevice } from '../device.ts';
import { PLIC_SOURCES } from '../platform.ts';
import type { RegisterRow } from '../register.ts';
import * as reg from './registers.ts';
import { PLIC } from './state.ts';

export interface PlicOptions {
  /** Targets, in the order of `interrupts-extended` in the device tree. */
  readonly contexts: number;
  /** Called when a context's interrupt changes. */
  readonly onChange: (context: number, pending: boolean) => void;
}

/** How far a request of a source has come. */
export interface SourceState {
  readonly level: boolean;
  readonly pending: boolean;
  readonly claimed: boolean;
}

/**
 * One bit of each word is a source:
 *
 *     level ──gateway──▶ pending ──claim──▶ claimed ──complete──▶ pending, if asserted since the claim and still high
 *
 * A device asserts its wire at whatever happens to it, whether it is high or not (section 5 leaves to the gateway what a request is). One
 * that merely stays high through a handler that never looked at the device does not ask again: QEMU's does not either,
 * and kernels were written for that.
 */
export class Plic implements MmioDevice {
  readonly name = 'plic';
  readonly registers: readonly RegisterRow[];
  readonly contexts: number;
  readonly #onChange: (context: number, pending: boolean) => void;
  readonly #priority = new Uint8Array(PLIC_SOURCES + 1);
  readonly #enable: Uint32Array;
  readonly #threshold: Uint8Array;
  /** What each context was last told. */
  readonly #output: Uint8Array;
  #level = 0;
  #pending = 0;
  #claimed = 0;
  /** Of those claimed: asserted since. */
  #asserted = 0;

  constructor(options: PlicOptions) {
    this.contexts = options.contexts;
    this.registers = reg.plicRegisters(options.contexts);
    this.#onChange = options.onChange;
    this.#enable = new Uint32Array(options.contexts);
    this.#threshold = new Uint8Array(options.contexts);
    this.#output = new Uint8Array(options.contexts);
  }

  /** The wire of a source (1 to 31). */
  line(source: number): InterruptLine {
    return { set: (level) => this.setLevel(source, level) };
  }

  /** Sets the level of a source's wire; high again is a request of its own. */
  setLevel(source: number, level: boolean): void {
    const bit = 1 << source;
    if (!level) {
      // A request that has passed the gateway stays: the handler will find nothing to do (§5).
      this.#level &= ~bit;
      return;
    }
    this.#level |= bit;
    if ((this.#claimed & bit) !== 0) this.#asserted |= bit;
    else if ((this.#pending & bit) === 0) {
      this.#pending |= bit;
      this.#tellContexts();
    }
  }

  /** True while a context has an enabled, pending source above its threshold. */
  pending(context: number): boolean {
    return this.#output[context] === 1;
  }

  /** What is known of a source: its wire is high, it is pending, it was claimed and not completed. */
  source(number: number): SourceState {
    const has = (sources: number): boolean => ((sources >>> number) & 1) === 1;
    return { level: has(this.#level), pending: has(this.#pending), claimed: has(this.#claimed) };
  }
  /** Contexts that a source may interrupt, if its priority is above their thresholds. */
  routesOf(number: number): { readonly context: number; readonly isHeard: boolean }[] {
    return [...this.#enable].flatMap((sources, context) => {
      const isHeard = this.#priority[number]! > this.#threshold[context]!;
      return ((sources >>> number) & 1) === 1 ? [{ context, isHeard }] : [];
    });
  }

  peek(offset: number): number {
    const register = (offset - reg.CONTEXT) % reg.CONTEXT_STRIDE;
    if (offset < reg.CONTEXT || register !== reg.CLAIM) return this.read(offset, 4);
    const context = Math.floor((offset - reg.CONTEXT) / reg.CONTEXT_STRIDE);
    return context < this.contexts ? this.#mostUrgent(context, 0) : 0;
  }

  read(offset: number, size: number): number {
    if (size !== 4) return 0;
    if (offset < reg.PENDING) return this.#priority[offset >> 2] ?? 0;
    if (offset < reg.ENABLE) return offset === reg.PENDING ? this.#pending >>> 0 : 0;
    if (offset < reg.CONTEXT) {
      const context = Math.floor((offset - reg.ENABLE) / reg.ENABLE_STRIDE);
      return (offset - reg.ENABLE) % reg.ENABLE_STRIDE === 0 ? (this.#enable[context] ?? 0) : 0;
    }
    const context = Math.floor((offset - reg.CONTEXT) / reg.CONTEXT_STRIDE);
    if (context >= this.contexts) return 0;
    const register = (offset - reg.CONTEXT) % reg.CONTEXT_STRIDE;
    if (register === reg.THRESHOLD) return this.#threshold[context]!;
    return register === reg.CLAIM ? this.#claim(context) : 0;
  }

  write(offset: number, size: number, value: number): void {
    if (size !== 4) return;
    if (offset < reg.PENDING) {
      const source = offset >> 2;
      if (source === 0 || source > PLIC_SOURCES) return;
      this.#priority[source] = value & reg.PRIORITY_MASK;
    } else if (offset < reg.ENABLE) {
      return;
    } else if (offset < reg.CONTEXT) {
      const context = Math.floor((offset - reg.ENABLE) / reg.ENABLE_STRIDE);
      if (context >= this.contexts || (offset - reg.ENABLE) % reg.ENABLE_STRIDE !== 0) return;
      this.#enable[context] = value & reg.ALL_SOURCES;
    } else {
      const context = Math.floor((offset - reg.CONTEXT) / reg.CONTEXT_STRIDE);
      if (context >= this.contexts) return;
      const register = (offset - reg.CONTEXT) % reg.CONTEXT_STRIDE;
      if (register === reg.THRESHOLD) this.#threshold[context] = value & reg.PRIORITY_MASK;
      else if (register === reg.CLAIM) this.#complete(context, value);
    }
    this.#tellContexts();
  }

  /** System reset: devices lower their wires in the same moment. */
  reset(): void {
    this.#priority.fill(0);
    this.#enable.fill(0);
    this.#threshold.fill(0);
    this.#level = 0;
    this.#pending = 0;
    this.#claimed = 0;
    this.#asserted = 0;
    this.#tellContexts();
  }

  capture(): PartState {
    return partState(PLIC, {
      priority: this.#priority,
      enable: this.#enable,
      threshold: this.#threshold,
      level: this.#level >>> 0,
      pending: this.#pending >>> 0,
      claimed: this.#claimed >>> 0,
      asserted: this.#asserted >>> 0,
      output: this.#output,
    });
  }

  /** Takes the saved state without telling contexts anything: their own state was saved with it. */
  restore(saved: PartState): void {
    const state = stateIn(PLIC, saved);
    refill(this.#priority, state.priority, 'priorities');
    refill(this.#enable, state.enable, 'enable bits');
    refill(this.#threshold, state.threshold, 'thresholds');
    this.#level = state.level;
    this.#pending = state.pending;
    this.#claimed = state.claimed;
    this.#asserted = state.asserted & state.claimed;
    refill(this.#output, state.output, 'outputs');
  }

  /** Takes the most urgent source; the threshold does not matter here (§8). 0 when there is none. */
  #claim(context: number): number {
    const source = this.#mostUrgent(context, 0);
    if (source === 0) return 0;
    this.#pending &= ~(1 << source);
    this.#claimed |= 1 << source;
    this.#tellContexts();
    return source;
  }

  /** Ignored unless the source is enabled for the context (§9). */
  #complete(context: number, source: number): void {
    if (source === 0 || source > PLIC_SOURCES) return;
    const bit = 1 << source;
    if ((this.#enable[context]! & bit) === 0) return;
    this.#pending |= this.#claimed & this.#asserted & this.#level & bit;
    this.#claimed &= ~bit;
    this.#asserted &= ~bit;
  }

  /** Of equal priorities the lowest number wins (§4). */
  #mostUrgent(context: number, above: number): number {
    let candidates = this.#pending & this.#enable[context]!;
    let best = 0;
    let bestPriority = above;
    while (candidates !== 0) {
      const source = 31 - Math.clz32(candidates & -candidates);
      candidates &= candidates - 1;
      if (this.#priority[source]! <= bestPriority) continue;
      best = source;
      bestPriority = this.#priority[source]!;
    }
    return best;
  }

  #tellContexts(): void {
    for (let context = 0; context < this.contexts; context++) {
      const pending = this.#mostUrgent(context, this.#threshold[context]!) !== 0 ? 1 : 0;
      if (this.#output[context] === pending) continue;
      this.#output[context] = pending;
      this.#onChange(context, pending === 1);
    }
  }
}
