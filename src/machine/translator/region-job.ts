/**
 * One region on its way from samples to functions, in pieces: a piece is short, so that the hart does not stand still for long, and says
 * beforehand what it costs. Between two pieces the hart goes on.
 */
import { type Cover, coverOf } from './cache/cover.ts';
import { ENTRY_WORD } from './discover/decoded-pages.ts';
import { type Code, findRegion, type Region } from './discover/region.ts';
import { type Emitted, neededOf, needsExact, writeRegion } from './emit/region-function.ts';
import { isTranslated } from './emit/translatable.ts';
import { planRegion } from './plan/plan.ts';
import type { Plan } from './plan/plan-nodes.ts';
import { type Structure, structureOf } from './plan/structure.ts';
import type { FunctionWriter } from './wasm/function-writer.ts';

/** The longest function, in bytes: V8 compiles it in one go when it is first called. */
const LONGEST_FUNCTION = 120_000;
/**
 * Functions up to this many bytes have registers allocated well: V8 falls back to a simple allocator for more than 8,192 values, which keeps
 * everything in memory and takes twice the time.
 */
const LONGEST_WELL_COMPILED = 44_000;
/** Instructions in all nodes of a plan: less than this comes of what compilers make. */
const MOST_PLANNED = 5000;
/** What the pieces cost for each instruction, copies counted: one is about a microsecond of code that is warm. */
const COST = { find: 1, plan: 2, structure: 2, write: 3 } as const;

export interface JobStart {
  readonly code: Code;
  /** Decoded pages by number, as far as they were asked for. */
  readonly pages: ReadonlyMap<number, number>;
  readonly decodedPage: (number: number) => number;
  readonly seeds: readonly number[];
  /** Instructions of the region, at most. */
  readonly limit: number;
  /** Room for so many descriptors. */
  readonly allocate: (entries: number) => number | undefined;
}

type Piece = 'find' | 'plan' | 'structure' | 'write' | 'writeShort' | 'writeExact' | 'none';

export class RegionJob {
  readonly #start: JobStart;
  #next: Piece = 'find';
  #region: Region | undefined;
  #cover: Cover = new Map();
  #plan: Plan | undefined;
  #structure: Structure | undefined;
  #descriptors = 0;
  #emitted: Emitted | undefined;
  /** Instructions in all nodes. */
  #planned = 0;
  #copies = true;

  constructor(start: JobStart) {
    this.#start = start;
  }

  get pages(): ReadonlyMap<number, number> {
    return this.#start.pages;
  }
  get limit(): number {
    return this.#start.limit;
  }
  /** What was found; `undefined` before, or when there is nothing. */
  get region(): Region | undefined {
    return this.#region;
  }
  get cover(): Cover {
    return this.#cover;
  }
  /** Address of the first descriptor. */
  get descriptors(): number {
    return this.#descriptors;
  }
  /** The functions, once all pieces are done; `undefined` then: nothing came of it. */
  get emitted(): Emitted | undefined {
    return this.#emitted;
  }
  get isDone(): boolean {
    return this.#next === 'none';
  }

  /** What the next piece costs. */
  get cost(): number {
    switch (this.#next) {
      case 'find':
        return this.#start.limit * COST.find;
      case 'plan':
        return (this.#region?.instructions ?? 0) * COST.plan;
      case 'structure':
        return this.#planned * COST.structure;
      default:
        return this.#planned * COST.write;
    }
  }

  /** Does the next piece. */
  advance(): void {
    this.#next = this.#done(this.#next);
  }

  #done(piece: Piece): Piece {
    const { code, seeds, limit, pages } = this.#start;
    switch (piece) {
      case 'find':
        this.#region = findRegion(code, isTranslated, seeds, limit);
        if (this.#region === undefined) return 'none';
        this.#cover = coverOf(this.#region, pages);
        return 'plan';
      case 'plan':
        this.#plan = planRegion(this.#region as Region);
        if (this.#plan === undefined || this.#plan.entries.length === 0) return 'none';
        for (const node of this.#plan.nodes)
          if (node.kind === 'block') this.#planned += node.block.steps.length;
        return this.#planned > MOST_PLANNED ? 'none' : 'structure';
      case 'structure':
        this.#structure = structureOf(this.#plan as Plan);
        return this.#structure === undefined ? 'none' : 'write';
      case 'write':
        return this.#write();
      case 'writeShort':
        this.#copies = false;
        return this.#written(this.#function(false));
      case 'writeExact': {
        const { body, entries, needs } = this.#emitted as Emitted;
        const exact = this.#function(true);
        this.#emitted = exact.code.length > LONGEST_FUNCTION ? undefined : { body, exact, entries, needs };
        return 'none';
      }
      case 'none':
        return 'none';
    }
  }

  #write(): Piece {
    const descriptors = this.#start.allocate((this.#structure as Structure).entries.length);
    if (descriptors === undefined) return 'none';
    this.#descriptors = descriptors;
    const body = this.#function(false);
    return body.code.length > LONGEST_WELL_COMPILED ? 'writeShort' : this.#written(body);
  }

  /** The usual function is there. */
  #written(body: FunctionWriter): Piece {
    const structure = this.#structure as Structure;
    if (body.code.length > LONGEST_FUNCTION) return 'none';
    const entries = structure.entries.map(({ offset }) => offset);
    this.#emitted = { body, exact: undefined, entries, needs: neededOf(structure) };
    return needsExact(this.#region as Region) ? 'writeExact' : 'none';
  }

  #function(exact: boolean): FunctionWriter {
    const { decodedPage } = this.#start;
    return writeRegion(
      this.#region as Region,
      this.#structure as Structure,
      { descriptors: this.#descriptors, decodedPage, entryWord: ENTRY_WORD, copies: this.#copies },
      exact,
    );
  }
}
