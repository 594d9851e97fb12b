/**
 * Who looks before instructions are executed: at watched addresses, at conditions of breakpoints, at how many instructions a vCPU has done.
 * While addresses of a VM are watched its vCPUs do one instruction at a time, as in steps, which changes when harts run and never what they do.
 */
import { type Hart, PRIV_S } from '#machine/hart';
import type { PhysicalMemory } from '#machine/memory';
import { accessOf, nextInstruction, overlap } from '#machine/next-access';
import { probeWalk, type WalkAccess, type WalkContext } from '../memory/walk.ts';
import { type Circumstances, holds, parseCondition } from './condition.ts';
import type { Goal, StatedCondition, WatchStop } from './looking-part.ts';

export { parseCondition };

/** A VM and its vCPU on a hart, as far as it matters here. */
export interface Runs {
  readonly vm: {
    readonly slot: number;
    readonly ram: PhysicalMemory;
    readonly memory: { readonly root: number };
  };
  readonly vcpu: { readonly id: number; readonly index: number };
  readonly hart: Hart;
  /** Instructions of the vCPU so far. */
  readonly done: number;
}

/** Why a vCPU stands before its next instruction. */
export type Met = { readonly kind: 'watch'; readonly watched: WatchStop } | { readonly kind: 'count' };

const WORD = 0xffff_ffffn;
const wide = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** Bytes of one load, as a number. */
function loaded(ram: PhysicalMemory, spa: number, bytes: number): bigint {
  let value = 0n;
  for (let at = bytes - 1; at >= 0; at--) value = (value << 8n) | BigInt(ram.view(spa + at, 1)[0] ?? 0);
  return value;
}

/** Where addresses of what is on a hart lie, by the tables of the guest and of its VM; undefined where they lie nowhere. */
function translator({ vm, hart }: Runs, access: WalkAccess): (address: bigint) => number | undefined {
  const context: WalkContext = {
    ram: vm.ram,
    gRoot: vm.memory.root,
    vsatpLo: hart.csrLo('vsatp'),
    vsatpHi: hart.csrHi('vsatp'),
    vsstatusLo: hart.csrLo('vsstatus'),
    user: hart.privilege < PRIV_S,
  };
  let page = -1n;
  let frame: number | undefined;
  return (address) => {
    if (address >> 12n !== page) {
      page = address >> 12n;
      const [lo, hi] = [Number(address & 0xffff_f000n), Number(address >> 32n)];
      const { spa, fault } = probeWalk(context, lo, hi, access);
      frame = fault === undefined && spa >= 0 ? spa : undefined;
    }
    return frame === undefined ? undefined : frame + Number(address & 0xfffn);
  };
}

/** What a condition can ask of a vCPU on a hart. */
function circumstances(runs: Runs): Circumstances {
  const { vm, vcpu, hart } = runs;
  const physicalOf = translator(runs, 'load');
  return {
    x: (index) => wide(hart.xLo(index), hart.xHi(index)),
    csr: (name) => wide(hart.csrLo(name), hart.csrHi(name)),
    pc: hart.pc,
    vcpu: vcpu.index,
    memory: (address, bytes) => {
      let value = 0n;
      for (let at = 0; at < bytes; at++) {
        const spa = physicalOf(BigInt.asUintN(64, address + BigInt(at)));
        if (spa === undefined || !vm.ram.holds(spa, 1)) return undefined;
        value |= loaded(vm.ram, spa, 1) << BigInt(8 * at);
      }
      return value;
    },
  };
}

/** Whether a condition holds for what is on a hart; one that there is none of does. */
export function isMet(condition: StatedCondition | undefined, runs: Runs): boolean {
  return condition === undefined || holds(condition.holds, circumstances(runs));
}

export class Looking {
  watches: readonly WatchStop[] = [];
  goal: Goal | undefined;
  /** Instructions that may be executed before it has to look again. */
  rest: number = Number.POSITIVE_INFINITY;
  /** By hart: where it was when it was told to go on. */
  readonly #passed: string[] = [];

  /** By the lower halves of addresses, some of what is watched may be accessed. */
  readonly #isNear = (lo: number, length: number): boolean =>
    this.watches.some(
      (each) => (lo + length - 1 - Number(each.address & WORD)) >>> 0 < each.length + length - 1,
    );

  /** All harts go on from where they are, also from an access that is watched. */
  pass(harts: readonly Hart[]): void {
    for (const hart of harts) this.#passed[hart.index] = placeOf(hart);
  }

  /** Why a vCPU is to stand before its next instruction; sets {@link rest}. */
  before(runs: Runs): Met | undefined {
    const { vm, vcpu, hart, done } = runs;
    this.rest = Number.POSITIVE_INFINITY;
    const { goal } = this;
    if (goal?.is === 'instructions' && goal.vcpu === vcpu.id) {
      this.rest = goal.count - done;
      if (this.rest < 0 || (this.rest === 0 && (goal.pc === undefined || goal.pc === hart.pc)))
        return { kind: 'count' };
      this.rest = Math.max(1, this.rest);
    }
    if (!this.watches.some(({ slot }) => slot === vm.slot)) return undefined;
    this.rest = 1;
    const raw = nextInstruction(hart, vm.ram, (address) => translator(runs, 'execute')(address));
    const access = accessOf(hart, raw, this.#isNear);
    if (access === undefined || this.#passed[hart.index] === placeOf(hart)) return undefined;
    const watched = this.watches.find(
      (each) =>
        each.slot === vm.slot &&
        (each.access === 'write' ? access.stores : each.access === 'read' ? access.loads : true) &&
        overlap(each, access) &&
        isMet(each.condition, runs),
    );
    return watched && { kind: 'watch', watched };
  }
}

function placeOf(hart: Hart): string {
  return `${hart.instructions} ${hart.pcLo} ${hart.pcHi}`;
}
