/** A two-stage walk in probe mode: it changes no A or D bit and no TLB entry. */
import * as v from 'valibot';
import { PAGE_STATES, type PageStateId } from '#base/catalogue/page-states';
import { type Hex64, hex64, hexNumber, parseHex64 } from '#base/hex64';
import { ok } from '#base/result';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { ADDRESS } from '../../shapes/values.ts';
import type { Vcpu } from '../../vcpu/vcpu.ts';
import type { Vm } from '../../vm/vm.ts';
import type { WalkStep as ProbedStep } from '../walk.ts';

export type AccessKind = 'load' | 'store' | 'execute';

/** The flags of a page-table entry, from the least significant bit. */
export interface EntryFlags {
  readonly v: boolean;
  readonly r: boolean;
  readonly w: boolean;
  readonly x: boolean;
  readonly u: boolean;
  readonly g: boolean;
  readonly a: boolean;
  readonly d: boolean;
}

/** One page-table entry that the hardware would read, in the order in which it reads. */
export interface WalkStep {
  readonly stage: 'VS' | 'G';
  /** 2 is the root of Sv39 and Sv39x4. */
  readonly level: number;
  /** For a G-stage step: what its walk is for. */
  readonly purpose: 'vs-entry' | 'final';
  /** For G-stage steps that find a VS-stage entry: the level of that entry; otherwise -1. */
  readonly forVsLevel: number;
  /** Index in its table. */
  readonly index: number;
  /** Where the entry lies: as GPA (VS-stage only) and as SPA (absent when the G-stage did not find it). */
  readonly entryGpa?: Hex64;
  readonly entrySpa?: Hex64;
  readonly value: Hex64;
  readonly flags: EntryFlags;
  readonly kind: 'pointer' | 'leaf' | 'fault';
  /** Where it leads: next table or page, as GPA for the VS-stage, SPA for the G-stage. Absent on a fault. */
  readonly leadsTo?: Hex64;
  /** Bits that the hart would set in this entry for the access. */
  readonly sets: '' | 'A' | 'D' | 'AD';
}

export interface WalkResult {
  readonly gva: Hex64;
  readonly access: AccessKind;
  /** `bare`: vsatp.MODE = 0, the GVA is the GPA. */
  readonly vsMode: 'bare' | 'sv39';
  readonly vsRoot: Hex64;
  readonly gRoot: Hex64;
  readonly vmid: number;
  readonly asid: number;
  readonly steps: readonly WalkStep[];
  readonly gpa?: Hex64;
  /** State of the page at that address; absent where no memslot is. */
  readonly page?: PageStateId;
  readonly spa?: Hex64;
  readonly pageBytes?: number;
  readonly fault?: {
    readonly cause: number;
    readonly stage: 'VS' | 'G';
    readonly level: number;
    /** A word from the walker: `not-valid`, `permission`, `reserved`, `misaligned`, `user`, `range`, `no-memory`. */
    readonly why: string;
  };
  /** Entries read for this address by the two-stage walk, and what one stage alone would have read. */
  readonly references: { readonly nested: number; readonly native: number };
  /**
   * What the TLB of the vCPU's hart holds now for this access: `dirty` is a store whose page is cached for loads only, so that
   * D may have to be set. `unknown`: no hart holds the vCPU.
   */
  readonly tlb: 'hit' | 'miss' | 'dirty' | 'unknown';
}

interface Args {
  readonly address: Hex64;
  /** A load unless said. */
  readonly access?: AccessKind;
}

/** Kinds of access, as arguments. */
export const ACCESS_KINDS = ['load', 'store', 'execute'] as const;

export const walk: Question<'walk', OfVcpu & Args, WalkResult> = defineVcpuQuestion<'walk', WalkResult, Args>(
  {
    id: 'walk',
    text: {
      en: 'the page-table entries that the hardware reads for an address of a vCPU, and what its TLB holds',
      zh: '硬件为某个 vCPU 的地址读取的页表项，以及其 TLB 中的内容',
    },
    more: { address: ADDRESS, access: v.exactOptional(v.picklist(ACCESS_KINDS)) },
    ask(vm, vcpu, { address, access = 'load' }) {
      const parsed = parseHex64(address);
      return parsed.ok ? ok(walkOf(vm, vcpu, parsed.value.lo, parsed.value.hi, access)) : parsed;
    },
  },
);

const PAGE = 4096;
/** hgatp: VMID in bits 57:44; vsatp: ASID in bits 59:44. */
const ID_SHIFT = 12;
const PPN_HI_MASK = 0xfff;
const LEVELS = 3;

function flagsOf(low: number): EntryFlags {
  const bit = (n: number): boolean => ((low >>> n) & 1) === 1;
  return { v: bit(0), r: bit(1), w: bit(2), x: bit(3), u: bit(4), g: bit(5), a: bit(6), d: bit(7) };
}

function stepOf(step: ProbedStep): WalkStep {
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

function pageOf({ memory }: Vm, gpa: number): { readonly page?: PageStateId } {
  const slot = memory.slotOf(gpa);
  const row = slot === undefined ? undefined : PAGE_STATES[slot.states[slot.pageOf(gpa)]!];
  return row === undefined ? {} : { page: row.id };
}

function walkOf(vm: Vm, vcpu: Vcpu, lo: number, hi: number, access: AccessKind): WalkResult {
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
    ...(found.gpa < 0 ? {} : { gpa: hexNumber(found.gpa), ...pageOf(vm, found.gpa) }),
    ...(found.spa < 0 ? {} : { spa: hexNumber(found.spa) }),
    ...(found.spa < 0 ? {} : { pageBytes: found.pageBytes }),
    ...(found.fault === undefined ? {} : { fault: found.fault }),
    references: { nested: steps.length, native: found.vsMode === 'bare' ? LEVELS : vsSteps },
    tlb: cached(vcpu, lo, hi, access),
  };
}
