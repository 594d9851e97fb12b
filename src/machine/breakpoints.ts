/**
 * Breakpoints on addresses of guests: writes the engine's table of them. A run ends before the instruction at one; going on
 * from there is the run that there would have been without. Who set them, and what then, is the hypervisor's.
 */
import type { EngineExports } from './engine-module.ts';
import type { Hart } from './hart.ts';
import { addressOfField, BREAK_SIZE, BREAKS_MAX } from './layout.ts';

/** In place of a VMID: whoever is on the hart, guest or not. */
export const ANYBODY = 0xffff_ffff;

/** A virtual address of a VM. */
export interface AddressBreakpoint {
  readonly vmid: number;
  readonly lo: number;
  readonly hi: number;
  /** `vsatp` of the address space, as halves; any space unless given. */
  readonly space?: readonly [lo: number, hi: number];
}

/** How many there can be. */
export const MOST_BREAKPOINTS: number = BREAKS_MAX;

const COUNT = addressOfField('BREAK_COUNT') / 4;
const TABLE = addressOfField('BREAKS') / 4;
const PASS = addressOfField('BREAK_PASS') / 4;
const ANY = 0xffff_ffff;

export class Breakpoints {
  readonly #engine: EngineExports;
  readonly #words: Uint32Array;
  readonly #harts: readonly Hart[];
  #list: readonly AddressBreakpoint[] = [];

  constructor(engine: EngineExports, buffer: ArrayBufferLike, harts: readonly Hart[]) {
    this.#engine = engine;
    this.#words = new Uint32Array(buffer);
    this.#harts = harts;
  }

  /** Replaces all; while no hart runs. What is beyond {@link MOST_BREAKPOINTS} is left out. */
  set(list: readonly AddressBreakpoint[]): void {
    const kept = list.slice(0, MOST_BREAKPOINTS);
    const places = (of: readonly AddressBreakpoint[]): Set<number> => new Set(of.map(({ lo }) => lo & 0xffe));
    const [before, after] = [places(this.#list), places(kept)];
    this.#list = kept;
    this.#words[COUNT] = kept.length;
    kept.forEach(({ lo, hi, vmid, space }, index) => {
      this.#words.set(
        [lo, hi, space?.[0] ?? ANY, space?.[1] ?? ANY, vmid, 0],
        TABLE + (index * BREAK_SIZE) / 4,
      );
    });
    for (const place of new Set([...before, ...after]))
      if (before.has(place) !== after.has(place)) this.#engine.decodeAnew(place);
  }

  /** Harts go on from where they are, also from a breakpoint: all, unless one is given. */
  pass(only?: Hart): void {
    for (const hart of only === undefined ? this.#harts : [only]) {
      const { instructions } = hart;
      const words = [hart.pcLo, hart.pcHi, instructions >>> 0, Math.floor(instructions / 0x1_0000_0000)];
      this.#words.set(words, PASS + hart.index * 4);
    }
  }
  /** A run that begins anew stops also where one before it was told to go on. */
  forgetPassed(): void {
    this.#words.fill(ANY, PASS, PASS + this.#harts.length * 4);
  }
}
