/**
 * Writes the steps of a node: what each instruction does to registers and memory. Branches amid the steps are the caller's.
 */
import type { Decoded } from '#isa/decode';
import type { Effect } from '#isa/semantics';
import type { Step } from '../discover/region.ts';
import { type Groups, groupsOf } from '../plan/access-groups.ts';
import { isWordValued, pushExpression } from './expressions.ts';
import { NOWHERE, type RegionCode } from './region-code.ts';
import { I32, OP } from './wasm-writer.ts';

/** Writes the branch that a step is, when it leads out of the steps. */
export type WriteExit = (index: number) => void;

/** Writes all steps of a node. */
export function writeSteps(
  code: RegionCode,
  steps: readonly Step[],
  hasCopies: boolean,
  exit: WriteExit,
): void {
  code.words = new Set();
  new StepWriter(code, steps, hasCopies, exit).from(0, groupsOf(steps), new Map());
}

class StepWriter {
  readonly #code: RegionCode;
  readonly #steps: readonly Step[];
  readonly #hasCopies: boolean;
  readonly #exit: WriteExit;

  constructor(code: RegionCode, steps: readonly Step[], hasCopies: boolean, exit: WriteExit) {
    this.#code = code;
    this.#steps = steps;
    this.#hasCopies = hasCopies;
    this.#exit = exit;
  }

  /**
   * The steps from one on. Where a group of accesses begins, the rest is written twice: for the case that the group's page is at hand,
   * and for the others. Without copies, the others are the interpreter's.
   * @param hosts locals with the host addresses of the groups that have begun
   */
  from(first: number, groups: Groups, hosts: ReadonlyMap<number, number>): void {
    const code = this.#code;
    const steps = this.#steps;
    for (let i = first; i < steps.length; i++) {
      const step = steps[i] as Step;
      const group = groups.groups.get(i);
      if (group !== undefined && !hosts.has(i)) {
        const host = code.w.local(I32);
        if (!this.#hasCopies) {
          code.memory.beginGroup(group, host, code.leaver(step.offset, steps.length - i));
          this.from(i, groups, new Map([...hosts, [i, host]]));
          return;
        }
        const { words } = code;
        const { atHand, unnoted } = code.floats;
        code.words = new Set(words);
        code.open(OP.block, NOWHERE);
        code.open(OP.block, NOWHERE);
        code.memory.beginGroup(group, host, (deeper) => code.w.branch(OP.brIf, deeper));
        this.from(i, groups, new Map([...hosts, [i, host]]));
        code.w.branch(OP.br, 1);
        code.close();
        code.words = words;
        code.floats.atHand = atHand;
        code.floats.unnoted = unnoted;
        this.from(i, { groups: new Map(), places: groups.places }, hosts);
        code.close();
        return;
      }
      const following = steps[i + 1];
      if (following !== undefined && isZeroExtension(step.decoded, following.decoded)) {
        this.#zeroExtend(step.decoded, following.decoded);
        i++;
        continue;
      }
      this.#exit(i);
      const place = groups.places.get(i);
      const host = place === undefined ? undefined : hosts.get(place.first);
      if (place === undefined || host === undefined) this.#step(step, steps.length - i);
      else this.#grouped(step, host, place.at);
    }
  }

  /** Two shifts that take the upper half away, as code without Zba does it. */
  #zeroExtend(first: Decoded, second: Decoded): void {
    const code = this.#code;
    const { w } = code;
    w.get(code.x(first.rs1));
    w.op(OP.i32WrapI64);
    w.op(OP.i64ExtendI32U);
    if (second.immediate < 32) {
      w.i64(32 - second.immediate);
      w.op(OP.i64Shl);
    } else if (second.immediate > 32) {
      w.i64(second.immediate - 32);
      w.op(OP.i64ShrU);
    }
    code.setX(second.rd);
  }

  #grouped({ decoded, offset }: Step, host: number, at: number): void {
    const code = this.#code;
    const { effect } = decoded.instruction;
    if (effect.kind === 'store') code.memory.storeTo(host, at, effect, decoded, offset);
    else if (effect.kind === 'load') {
      code.memory.loadFrom(host, at, effect);
      this.#setLoaded(decoded, effect);
    }
  }

  #step(step: Step, refund: number): void {
    const { effect } = step.decoded.instruction;
    const { decoded, offset } = step;
    const code = this.#code;
    const { w } = code;
    switch (effect.kind) {
      case 'set':
        if (decoded.rd === 0) return;
        pushExpression(w, effect.value, decoded, offset, code);
        code.setX(decoded.rd, isWordValued(effect.value, decoded, code));
        return;
      case 'load':
        code.memory.load(effect, decoded, offset, code.leaver(offset, refund));
        this.#setLoaded(decoded, effect);
        return;
      case 'store':
        code.memory.store(effect, decoded, offset, code.leaver(offset, refund));
        return;
      case 'jump':
        this.#link(step);
        return;
      case 'jumpRegister':
        // The target is read before the link is written: they may be one register.
        pushExpression(w, { kind: 'x', field: 'rs1' }, decoded, offset, code);
        w.i64(decoded.immediate);
        w.op(OP.i64Add);
        w.set(code.pc);
        this.#link(step);
        return;
      case 'float':
        code.floats.instruction(decoded, code.leaver(offset, refund));
        return;
      default:
    }
  }

  #setLoaded({ rd }: Decoded, effect: Extract<Effect, { kind: 'load' }>): void {
    if (effect.into === 'f') this.#code.floats.setLoaded(rd, effect.bytes);
    else this.#code.setX(rd, isWordLoad(effect));
  }

  #link({ decoded, offset }: Step): void {
    if (decoded.rd === 0) return;
    this.#code.pushPc(offset + decoded.length);
    this.#code.setX(decoded.rd);
  }
}

/** True for loads whose value, extended as they do it, is a sign-extended word. */
function isWordLoad({ bytes, signed }: Extract<Effect, { kind: 'load' }>): boolean {
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
