/** A two-stage walk in probe mode, in the words of the wire. */
import type { AccessKind, EntryFlags, WalkResult, WalkStep } from '#bridge/protocol/answers';
import type { WalkStep as EngineStep, Vcpu, Vm } from '#hypervisor/host';
import { hex64, hexNumber } from '../values.ts';

const PAGE = 4096;
/** hgatp: VMID in bits 57:44; vsatp: ASID in bits 59:44. */
const ID_SHIFT = 12;
const PPN_HI_MASK = 0xfff;
const LEVELS = 3;

function flagsOf(low: number): EntryFlags {
  const bit = (n: number): boolean => ((low >>> n) & 1) === 1;
  return { v: bit(0), r: bit(1), w: bit(2), x: bit(3), u: bit(4), g: bit(5), a: bit(6), d: bit(7) };
}

function stepOf(step: EngineStep): WalkStep {
  return {
    stage: step.stage,
    level: step.level,
    purpose: step.purpose,
    forVsLevel: step.forVsLevel,
    index: step.index,
    ...(step.entryGpa < 0 ? {} : { entryGpa: hexNumber(step.entryGpa) }),
    ...(step.entrySpa < 0 ? {} : { entrySpa: hexNumber(step.entrySpa) }),
    value: hex64(step.lo, step.hi),
    flags: flagsOf(step.lo),
    kind: step.kind,
    ...(step.leadsTo < 0 ? {} : { leadsTo: hexNumber(step.leadsTo) }),
    sets: step.sets,
  };
}

/** Asks the hart that holds the vCPU; while none does, TLBs speak of others. */
function cached({ hart }: Vcpu, lo: number, hi: number, access: AccessKind): WalkResult['tlb'] {
  if (hart === undefined) return 'unknown';
  if (hart.caches(access, lo, hi)) return 'hit';
  return access === 'store' && hart.caches('load', lo, hi) ? 'dirty' : 'miss';
}

export function walk(vm: Vm, vcpu: Vcpu, lo: number, hi: number, access: AccessKind): WalkResult {
  const found = vm.walk(vcpu, lo, hi, access);
  const vsatpLo = vcpu.csrLo('vsatp');
  const vsatpHi = vcpu.csrHi('vsatp');
  const steps = found.steps.map(stepOf);
  const vsSteps = steps.filter(({ stage }) => stage === 'VS').length;
  return {
    gva: hex64(lo, hi),
    access,
    vsMode: found.vsMode,
    vsRoot: hexNumber((((vsatpHi >>> 0) & PPN_HI_MASK) * 2 ** 32 + (vsatpLo >>> 0)) * PAGE),
    gRoot: hexNumber(vm.memory.root * PAGE),
    vmid: vm.slot + 1,
    asid: (vsatpHi >>> ID_SHIFT) & 0xffff,
    steps,
    ...(found.gpa < 0 ? {} : { gpa: hexNumber(found.gpa) }),
    ...(found.spa < 0 ? {} : { spa: hexNumber(found.spa) }),
    ...(found.spa < 0 ? {} : { pageBytes: found.pageBytes }),
    ...(found.fault === undefined ? {} : { fault: found.fault }),
    references: { nested: steps.length, native: found.vsMode === 'bare' ? LEVELS : vsSteps },
    tlb: cached(vcpu, lo, hi, access),
  };
}
