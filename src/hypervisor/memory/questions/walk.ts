/** A two-stage walk in probe mode: it changes no A or D bit and no TLB entry. */
import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATES, type PageStateId } from '#base/catalogue/page-states';
import { type Hex64, hex64, hexNumber, parseHex64 } from '#base/hex64';
import { fail, ok } from '#base/result';
import type { GuestSpace } from '#machine/guest-space';
import { LEVELS } from '#machine/page-tables/page-table-entry';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { ADDRESS, SHORT_TEXT } from '../../shapes/values.ts';
import { walkContextOf } from '../../vcpu/inspect.ts';
import { placeOf, type VcpuPlace } from '../../vcpu/place.ts';
import type { Vcpu } from '../../vcpu/vcpu.ts';
import type { Vm } from '../../vm/vm.ts';
import { type KnownSpace, type KnownSpaces, knownSpaces, NOW, spaceNamed } from '../known-spaces.ts';
import { G_MODES, type GMode, type VsMode } from '../vsatp.ts';
import {
  type WalkResult as Probed,
  type WalkStep as ProbedStep,
  probeWalk,
  type WalkContext,
} from '../walk.ts';

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
  /** 2 is the root of Sv39 and Sv39x4, 4 that of Sv57 and Sv57x4. */
  readonly level: number;
  /** For a G-stage step: what its walk is for. */
  readonly purpose: 'vs-entry' | 'final';
  /** For G-stage steps that find a VS-stage entry: the level of that entry; otherwise -1. */
  readonly forVsLevel: number;
  /** For a G-stage step: the GPA that its walk looks for. */
  readonly forGpa?: Hex64;
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
  /** Where the vCPU is, and the address space that the walk was made in. */
  readonly vcpu: VcpuPlace;
  readonly space: KnownSpace;
  /** The mode in which the access was tried. */
  readonly mode: WalkMode;
  /** `bare`: vsatp.MODE = 0, the GVA is the GPA. */
  readonly vsMode: VsMode;
  readonly gMode: GMode;
  readonly gRoot: Hex64;
  readonly vmid: number;
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
    /** Position of the entry that ends the walk, among the steps; absent where none could be read. */
    readonly step?: number;
  };
  /** Entries read for this address by the two-stage walk, and what one stage alone would have read. */
  readonly references: { readonly nested: number; readonly native: number };
  /**
   * What the TLB of the vCPU's hart holds now for this access: `dirty` is a store whose page is cached for loads only, so that
   * D may have to be set. `unknown`: no hart holds the vCPU.
   */
  readonly tlb: 'hit' | 'miss' | 'dirty' | 'unknown';
  /** Where the VS-stage finds nothing: other spaces that are known, in which it finds a page for the address. */
  readonly elsewhere?: readonly KnownSpace[];
}

/** Privileged modes of a guest. */
export type WalkMode = 'VS' | 'VU';

/** What is drawn of a walk, whoever's address it was made for. */
export type DrawnWalk = Pick<
  WalkResult,
  | ('gva' | 'access' | 'mode' | 'vsMode' | 'gMode' | 'gRoot' | 'vmid' | 'steps')
  | ('gpa' | 'spa' | 'pageBytes' | 'fault' | 'references')
>;

interface Args {
  readonly address: Hex64;
  /** A load unless said. */
  readonly access?: AccessKind;
  /** The address space: `now` (that of the vCPU), `kernel` or `pid:1` where the guest names it, or a value of vsatp. */
  readonly space?: string;
  /** Unless said, the mode of the vCPU in its own space; in others that for which the page is. */
  readonly mode?: WalkMode;
}

/** Kinds of access, as arguments. */
export const ACCESS_KINDS = ['load', 'store', 'execute'] as const;

export const walk: Question<'walk', OfVcpu & Args, WalkResult> = defineVcpuQuestion<'walk', WalkResult, Args>(
  {
    id: 'walk',
    text: {
      en: 'the page-table entries that the hardware reads for an address, and what the TLB holds; the space is that of the vCPU (now), kernel or pid:1 where the guest names it, or a value of vsatp',
      zh: '硬件为某个地址读取的页表项，以及 TLB 中的内容；地址空间可为 vCPU 当前的（now）、客户机列出的 kernel 或 pid:1，或 vsatp 的值',
    },
    more: {
      address: ADDRESS,
      access: v.exactOptional(v.picklist(ACCESS_KINDS)),
      space: v.exactOptional(SHORT_TEXT),
      mode: v.exactOptional(v.picklist(['VS', 'VU'])),
    },
    ask(vm, vcpu, { address, access = 'load', space = NOW, mode }, host) {
      const parsed = parseHex64(address);
      if (!parsed.ok) return parsed;
      if (!vm.hasMemory) return fail('vm.off', { vm: vm.spec.name });
      const known = knownSpaces(vm, vcpu, host.namesIn(vm), host.now);
      const found = spaceNamed(known, vcpu, space);
      if (!found.ok) return found;
      const { vsatpLo, vsatpHi } = found.value;
      const context = { ...walkContextOf(vm, vcpu), vsatpLo, vsatpHi };
      const tried = mode ?? (space === NOW ? (context.user ? 'VU' : 'VS') : undefined);
      const { lo, hi } = parsed.value;
      const made = walkAs(context, tried, lo, hi, access);
      const elsewhere =
        made.found.fault?.stage === 'VS' && made.found.fault.why === 'not-valid'
          ? mappedIn(known, context, lo, hi, access)
          : [];
      return ok({
        ...answerOf(vm, vcpu, made, lo, hi, access),
        space: found.value.space,
        ...(elsewhere.length === 0 ? {} : { elsewhere }),
      });
    },
  },
);

/** A walk, and what it was made by. */
interface Made {
  readonly context: WalkContext;
  readonly found: Probed;
}

/** In a mode; without one in VU-mode, and where the page is the supervisor's, in VS-mode. */
function walkAs(
  context: WalkContext,
  mode: WalkMode | undefined,
  lo: number,
  hi: number,
  access: AccessKind,
): Made {
  const asked = { ...context, user: mode !== 'VS' };
  const made = { context: asked, found: probeWalk(asked, lo, hi, access) };
  return mode === undefined && made.found.fault?.why === 'user' && made.found.fault.stage === 'VS'
    ? walkAs(context, 'VS', lo, hi, access)
    : made;
}

/** Spaces in which an address has a page are told of, at most so many. */
const MOST_ELSEWHERE = 8;

function mappedIn(
  { list }: KnownSpaces,
  context: WalkContext,
  lo: number,
  hi: number,
  access: AccessKind,
): KnownSpace[] {
  const found: KnownSpace[] = [];
  for (const space of list) {
    if (found.length === MOST_ELSEWHERE) break;
    const vsatp = parseHex64(space.vsatp);
    if (!vsatp.ok || space.root === undefined) continue;
    const there = { ...context, vsatpLo: vsatp.value.lo, vsatpHi: vsatp.value.hi };
    if (walkAs(there, undefined, lo, hi, access).found.gpa >= 0) found.push(space);
  }
  return found;
}

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
    ...(step.forGpa < 0 ? {} : { forGpa: hexNumber(step.forGpa) }),
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
function cached(
  { hart }: Vcpu,
  space: GuestSpace,
  lo: number,
  hi: number,
  access: AccessKind,
): WalkResult['tlb'] {
  if (hart === undefined) return 'unknown';
  if (hart.caches(access, space, lo, hi)) return 'hit';
  return access === 'store' && hart.caches('load', space, lo, hi) ? 'dirty' : 'miss';
}

function pageOf({ memory }: Vm, gpa: number): { readonly page?: PageStateId } {
  const slot = memory.slotOf(gpa);
  const row = slot === undefined ? undefined : PAGE_STATES[slot.states[slot.pageOf(gpa)]!];
  return row === undefined ? {} : { page: row.id };
}

function faultOf({ fault }: Probed): Pick<WalkResult, 'fault'> {
  if (fault === undefined) return {};
  const { step, ...what } = fault;
  return { fault: step < 0 ? what : { ...what, step } };
}

/** The walk for an address in the space that the registers say. */
export function drawnWalk(
  context: WalkContext,
  vmid: number,
  { lo, hi }: { readonly lo: number; readonly hi: number },
  access: AccessKind,
): DrawnWalk {
  return drawn({ context, found: probeWalk(context, lo, hi, access) }, vmid, lo, hi, access);
}

function drawn(
  { context, found }: Made,
  vmid: number,
  lo: number,
  hi: number,
  access: AccessKind,
): DrawnWalk {
  const steps = found.steps.map(stepOf);
  const vsSteps = steps.filter(({ stage }) => stage === 'VS').length;
  return {
    ...{ gva: hex64(lo, hi), access, mode: context.user ? 'VU' : 'VS', vsMode: found.vsMode },
    gMode: G_MODES[(context.gLevels ?? LEVELS) as keyof typeof G_MODES],
    ...{ gRoot: hexNumber(context.gRoot * PAGE_SIZE), vmid, steps },
    ...(found.gpa < 0 ? {} : { gpa: hexNumber(found.gpa) }),
    ...(found.spa < 0 ? {} : { spa: hexNumber(found.spa), pageBytes: found.pageBytes }),
    ...faultOf(found),
    references: { nested: steps.length, native: found.vsMode === 'bare' ? LEVELS : vsSteps },
  };
}

function answerOf(
  vm: Vm,
  vcpu: Vcpu,
  made: Made,
  lo: number,
  hi: number,
  access: AccessKind,
): Omit<WalkResult, 'space'> {
  const { context, found } = made;
  return {
    ...drawn(made, vm.slot + 1, lo, hi, access),
    vcpu: placeOf(vm, vcpu),
    ...(found.gpa < 0 ? {} : pageOf(vm, found.gpa)),
    tlb: cached(vcpu, context, lo, hi, access),
  };
}
