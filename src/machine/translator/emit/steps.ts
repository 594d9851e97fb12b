/**
 * Writes the steps of a node: what each instruction does to registers and memory. Branches amid the steps are the caller's.
 */
import type { Decoded } from '#isa/decode';
import type { Expression } from '#isa/semantics';
import type { Step } from '../discover/region.ts';
import { emitFloat } from '../float/emitters.ts';
import { type Groups, groupsOf } from '../plan/access-groups.ts';
import type { Access } from '../plan/accesses.ts';
import { I32, OP } from '../wasm/opcodes.ts';
import { emitAtomic, isAtomic } from './atomics.ts';
import { emitCsr } from './csrs.ts';
import type { LeaveIf } from './emit-context.ts';
import { isWordValued, pushExpression } from './expressions.ts';
import { emitRefill } from './refill.ts';
import { NOWHERE, type RegionContext } from './region-context.ts';

type Load = Extract<Access, { kind: 'load' }>;
const NO_GROUPS: Groups = { groups: new Map(), places: new Map() };
const RS1: Expression = { kind: 'x', field: 'rs1' };

/** Writes the branch that a step is, when it leads out of the steps. */
export type WriteExit = (index: number) => void;

/** Writes all steps of a node. */
export function writeSteps(
  c: RegionContext,
  steps: readonly Step[],
  hasCopies: boolean,
  exit: WriteExit,
): void {
  c.words = new Set();
  // What is served amid a group may push the group's page out of the TLB.
  const hasMisses = steps.some(({ offset }) => c.misses.at.has(offset));
  const groups = hasMisses ? NO_GROUPS : groupsOf(steps);
  new StepWriter(c, steps, hasCopies, exit).from(0, groups, new Map());
}

class StepWriter {
  readonly #c: RegionContext;
  readonly #steps: readonly Step[];
  readonly #hasCopies: boolean;
  readonly #exit: WriteExit;

  constructor(c: RegionContext, steps: readonly Step[], hasCopies: boolean, exit: WriteExit) {
    this.#c = c;
    this.#steps = steps;
    this.#hasCopies = hasCopies;
    this.#exit = exit;
  }

  /**
   * The steps from one on. Where a group of accesses begins, the rest is written twice: for the case that the fast TLB holds the group's page,
   * and for the others. Without copies, the others are the interpreter's.
   * @param hosts locals with the host addresses of the groups that have begun
   */
  from(first: number, groups: Groups, hosts: ReadonlyMap<number, number>): void {
    const c = this.#c;
    const steps = this.#steps;
    for (let i = first; i < steps.length; i++) {
      const step = steps[i] as Step;
      const group = groups.groups.get(i);
      if (group !== undefined && !hosts.has(i)) {
        const host = c.w.local(I32, 'host');
        c.begin(step, steps.length - i);
        if (!this.#hasCopies) {
          c.memory.beginGroup(group, host, c.leaveIf);
          this.from(i, groups, new Map([...hosts, [i, host]]));
          return;
        }
        const { words } = c;
        const { unboxed, unrecorded } = c.floats;
        c.words = new Set(words);
        c.open(OP.block, NOWHERE);
        c.open(OP.block, NOWHERE);
        c.memory.beginGroup(group, host, (deeper = 0) => c.w.branch(OP.brIf, deeper));
        this.from(i, groups, new Map([...hosts, [i, host]]));
        c.w.branch(OP.br, 1);
        c.close();
        c.words = words;
        c.floats.unboxed = unboxed;
        c.floats.unrecorded = unrecorded;
        this.from(i, { groups: new Map(), places: groups.places }, hosts);
        c.close();
        return;
      }
      const following = steps[i + 1];
      if (following !== undefined && isZeroExtension(step.decoded, following.decoded)) {
        this.#zeroExtend(step.decoded, following.decoded);
        i++;
        continue;
      }
      this.#exit(i);
      c.begin(step, steps.length - i);
      const place = groups.places.get(i);
      const host = place === undefined ? undefined : hosts.get(place.first);
      if (place === undefined || host === undefined) this.#current();
      else this.#grouped(host, place.at);
    }
  }

  /** Two shifts that take the upper half away, as code without Zba does it. */
  #zeroExtend(first: Decoded, second: Decoded): void {
    const c = this.#c;
    const { w } = c;
    w.get(c.x(first.rs1));
    w.op(OP.i32WrapI64);
    w.op(OP.i64ExtendI32U);
    if (second.immediate < 32) {
      w.i64(32 - second.immediate);
      w.op(OP.i64Shl);
    } else if (second.immediate > 32) {
      w.i64(second.immediate - 32);
      w.op(OP.i64ShrU);
    }
    c.setX(second.rd);
  }

  /** The current instruction as an access of a group: `at` bytes behind the host address in a local. */
  #grouped(host: number, at: number): void {
    const { memory, decoded } = this.#c;
    const { effect } = decoded.instruction;
    if (effect.kind === 'store') memory.storeTo(host, at, effect);
    else if (effect.kind === 'load') {
      memory.loadFrom(host, at, effect);
      this.#setLoaded(effect);
    }
  }

  /** The current instruction by itself. */
  #current(): void {
    const c = this.#c;
    const { w, decoded } = c;
    const { effect } = decoded.instruction;
    switch (effect.kind) {
      case 'set':
        if (decoded.rd === 0) return;
        pushExpression(c, effect.value);
        c.setX(decoded.rd, isWordValued(c, effect.value));
        return;
      case 'load':
        c.memory.load(effect, this.#slow(effect));
        this.#setLoaded(effect);
        return;
      case 'store':
        c.memory.store(effect, this.#slow(effect));
        return;
      case 'jump':
        this.#link();
        return;
      case 'jumpRegister':
        // The target is read before the link is written: they may be one register.
        pushExpression(c, RS1);
        w.i64(decoded.immediate);
        w.op(OP.i64Add);
        w.set(c.pc);
        this.#link();
        return;
      case 'float':
        emitFloat(c);
        return;
      case 'call':
        if (isAtomic(effect)) emitAtomic(c, effect);
        else emitCsr(c, effect);
        return;
      default:
    }
  }

  /** Where the current instruction goes when the fast TLB has not its page. */
  #slow(effect: Access): LeaveIf {
    const c = this.#c;
    if (!c.misses.at.has(c.offset)) return c.leaveIf;
    return (deeper = 0) => emitRefill(c, effect, deeper);
  }

  /** Pops what the current instruction has loaded into its register. */
  #setLoaded(effect: Load): void {
    const { floats, decoded } = this.#c;
    if (effect.into === 'f') floats.setLoaded(decoded.rd, effect.bytes);
    else this.#c.setX(decoded.rd, isWordLoad(effect));
  }

  /** Gives the address behind the current instruction to its register. */
  #link(): void {
    const c = this.#c;
    const { rd, length } = c.decoded;
    if (rd === 0) return;
    c.pushAddressOf(c.offset + length);
    c.setX(rd);
  }
}

/** True for loads whose value, extended as they do it, is a sign-extended word. */
function isWordLoad({ bytes, signed }: Load): boolean {
  return bytes < 4 || (bytes === 4 && signed);
}

/** slli rd, rs1, 32 and srli of the same register into itself, so that the value between them is seen by nobody. */
function isZeroExtension(first: Decoded, second: Decoded): boolean {
  return (
    first.instruction.name === 'slli' &&
    first.immediate === 32 &&
    first.rs1 !== 0 &&
    first.rd !== 0 &&
    second.instruction.name === 'srli' &&
    second.rs1 === first.rd &&
    second.rd === first.rd
  );
}
