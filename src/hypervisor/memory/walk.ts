/**
 * A two-stage walk in probe mode: every entry that the hart would read for an address, in its order (privileged spec
 * 12.3.2, 18.5). It changes no A or D bit and no TLB entry, and names at most 15 entries under Sv39 and Sv39x4,
 * 35 under Sv57 and Sv57x4.
 */
import { addressOf, type Gpa, type Spa } from '#base/addresses';
import type { PhysicalMemory } from '#machine/memory';
import {
  LEVELS,
  levelsOfMode,
  PTE_A,
  PTE_D,
  PTE_R,
  PTE_SIZE,
  PTE_U,
  PTE_W,
  PTE_X,
  ROOT_LEVEL,
} from '#machine/page-tables/page-table-entry';
import { type EntryForm, EntryReader, type FormFault, gStageIndex } from '#machine/page-tables/table-walk';
import { gpaLimit } from './g-stage-table.ts';
import { modeOf, rootOf, SATP_BARE, VS_MODES, type VsMode } from './vsatp.ts';

export type WalkAccess = 'load' | 'store' | 'execute';

/** What decides a walk: the registers of a vCPU and its VM's root. */
export interface WalkContext {
  readonly ram: PhysicalMemory;
  /** Frame number in hgatp. */
  readonly gRoot: number;
  /** Levels of the G-stage; those of Sv39x4, which all VMs have, unless said. */
  readonly gLevels?: number;
  readonly vsatpLo: number;
  readonly vsatpHi: number;
  readonly vsstatusLo: number;
  /** The access is made in VU-mode. */
  readonly user: boolean;
}

/** One entry, as it was read. */
export interface WalkStep {
  readonly stage: 'VS' | 'G';
  readonly level: number;
  /** G-stage: what its walk is for. */
  readonly purpose: 'vs-entry' | 'final';
  /** G-stage walks that find a VS-stage entry: that entry's level; else -1. */
  readonly forVsLevel: number;
  /** G-stage: the GPA that its walk looks for; else -1. */
  readonly forGpa: Gpa;
  readonly index: number;
  /** Where the entry lies: GPA of a VS-stage entry, else -1. */
  readonly entryGpa: Gpa;
  readonly entrySpa: Spa;
  readonly lo: number;
  readonly hi: number;
  readonly kind: 'pointer' | 'leaf' | 'fault';
  /** Next table or page: GPA in the VS-stage, SPA in the G-stage; -1 on a fault. */
  readonly leadsTo: Gpa | Spa;
  /** Bits that the hart would set in a leaf: hosts and VMs have the hart's own updates of A and D on (hs-setup.ts). */
  readonly sets: UpdatedBits;
}

export type UpdatedBits = '' | 'A' | 'D' | 'AD';

export type WalkFaultReason = FormFault | 'permission' | 'user' | 'range';

export interface WalkFault {
  readonly cause: number;
  readonly stage: 'VS' | 'G';
  readonly level: number;
  readonly why: WalkFaultReason;
  /** Which of the steps is the entry that ends the walk; -1: the walk ended before an entry could be read. */
  readonly step: number;
}

export interface WalkResult {
  readonly vsMode: VsMode;
  readonly steps: readonly WalkStep[];
  /** -1 when the walk ended before. */
  readonly gpa: Gpa;
  readonly spa: Spa;
  /** Bytes that the smaller of both leaves maps. */
  readonly pageBytes: number;
  readonly fault?: WalkFault;
}

/** Page faults and guest page faults, by access (18.6.1, table 35). */
const PAGE_FAULT = { execute: 12, load: 13, store: 15 } as const;
const GUEST_PAGE_FAULT = { execute: 20, load: 21, store: 23 } as const;

const VSSTATUS_SUM = 1 << 18;
const VSSTATUS_MXR = 1 << 19;

/** An address that there is none of. */
const NO_GPA = -1 as Gpa;
const NO_SPA = -1 as Spa;
const NO_STEP = -1;

/** One stage's answer. */
interface StageResult<Address extends Gpa | Spa> {
  readonly address: Address;
  readonly pageBytes: number;
}

/** Walks both stages for a guest virtual address. */
export function probeWalk(
  context: WalkContext,
  gvaLo: number,
  gvaHi: number,
  access: WalkAccess,
): WalkResult {
  return new Probe(context, access).walk(gvaLo, gvaHi);
}

/** Walks the G-stage alone for a GPA. */
export function probeGuestPhysical(context: WalkContext, gpa: Gpa, access: WalkAccess): WalkResult {
  return new Probe(context, access).walkGuestPhysical(gpa);
}

/** Index of an address into the table of a level; shifts of 12, 21, 30, 39 and 48 bits. */
function indexAt(lo: number, hi: number, level: number): number {
  const shift = 12 + 9 * level;
  return (shift < 32 ? (lo >>> shift) | (hi << (32 - shift)) : hi >>> (shift - 32)) & 0x1ff;
}

/** The offset of an address in what is aligned and has so many bytes: a power of two of at most 48 bits. */
function offsetIn(lo: number, hi: number, size: number): number {
  if (size <= 0x1_0000_0000) return (lo >>> 0) % size;
  return (hi & (size / 0x1_0000_0000 - 1)) * 0x1_0000_0000 + (lo >>> 0);
}

class Probe {
  readonly #context: WalkContext;
  readonly #access: WalkAccess;
  readonly #steps: WalkStep[] = [];
  readonly #reader: EntryReader;
  readonly #gRoot: number;
  readonly #gpaLimit: number;
  #fault: WalkFault | undefined;

  constructor(context: WalkContext, access: WalkAccess) {
    this.#context = context;
    this.#access = access;
    this.#reader = new EntryReader(context.ram);
    const { gLevels = LEVELS } = context;
    this.#gRoot = gLevels - 1;
    this.#gpaLimit = gpaLimit(gLevels);
  }

  walk(gvaLo: number, gvaHi: number): WalkResult {
    const mode = modeOf(this.#context.vsatpHi);
    const levels = levelsOfMode(mode) as keyof typeof VS_MODES;
    if (levels === 0 && mode !== SATP_BARE) return this.#failed('sv39', 'VS', ROOT_LEVEL, 'reserved');
    const vsMode = VS_MODES[levels];
    const vs = mode === SATP_BARE ? this.#bare(gvaLo, gvaHi) : this.#vsStage(gvaLo, gvaHi, levels);
    if (vs === undefined) return this.#result(vsMode, NO_GPA, NO_SPA, 0);
    return this.#final(vsMode, vs);
  }

  walkGuestPhysical(gpa: Gpa): WalkResult {
    return this.#final('bare', { address: gpa, pageBytes: this.#gpaLimit });
  }

  #final(vsMode: VsMode, vs: StageResult<Gpa>): WalkResult {
    const g = this.#gStage(vs.address, this.#access, 'final', -1);
    if (g === undefined) return this.#result(vsMode, vs.address, NO_SPA, 0);
    return this.#result(vsMode, vs.address, g.address, Math.min(vs.pageBytes, g.pageBytes));
  }

  #result(vsMode: VsMode, gpa: Gpa, spa: Spa, pageBytes: number): WalkResult {
    const result = { vsMode, steps: this.#steps, gpa, spa, pageBytes };
    return this.#fault === undefined ? result : { ...result, fault: this.#fault };
  }

  #failed(vsMode: VsMode, stage: 'VS' | 'G', level: number, why: WalkFaultReason): WalkResult {
    this.#fail(stage, level, why);
    return this.#result(vsMode, NO_GPA, NO_SPA, 0);
  }

  /** VS-stage off: the GVA is the GPA. */
  #bare(gvaLo: number, gvaHi: number): StageResult<Gpa> | undefined {
    const gpa = addressOf(gvaLo, gvaHi);
    if (gpa === undefined) return this.#fail('G', this.#gRoot, 'range');
    return { address: gpa as Gpa, pageBytes: this.#gpaLimit };
  }

  #vsStage(gvaLo: number, gvaHi: number, levels: number): StageResult<Gpa> | undefined {
    const root = levels - 1;
    // All bits above equal the highest that is translated: bit 38, 47 or 56 (12.4.1, 12.5.1, 12.6.1).
    const above = 9 * levels - 21;
    if (gvaHi >> above !== (gvaHi << (31 - above)) >> 31) return this.#fail('VS', root, 'range');
    const { vsatpLo, vsatpHi } = this.#context;
    let table = rootOf(vsatpLo, vsatpHi);
    const reader = this.#reader;
    for (let level = root; ; level--) {
      const index = indexAt(gvaLo, gvaHi, level);
      const entryGpa = (table + index * PTE_SIZE) as Gpa;
      // Entries are read with the permissions of a load, whatever the access is (18.5.2).
      const found = this.#gStage(entryGpa, 'load', 'vs-entry', level);
      if (found === undefined) return undefined;
      const form = reader.read(found.address, level);
      const why = form === 'leaf' ? this.#vsLeafFault(reader.flags) : undefined;
      const sets = form === 'leaf' && why === undefined ? updatesOf(reader.flags, this.#access) : '';
      const place = { stage: 'VS', level, purpose: 'final', forVsLevel: -1, forGpa: NO_GPA } as const;
      if (!this.#add({ ...place, index, entryGpa }, form, why, sets)) return undefined;
      if (form === 'pointer') {
        table = reader.target;
        continue;
      }
      // The fields of the reader are those of the last entry: what is needed of this one is taken before.
      const { target, size } = reader;
      if (sets !== '' && !this.#entryIsWritten(level)) return undefined;
      return { address: (target + offsetIn(gvaLo, gvaHi, size)) as Gpa, pageBytes: size };
    }
  }

  /** The hart would set a bit in the VS-stage entry found last: for the G-stage that is a store to its page (18.5.2). */
  #entryIsWritten(vsLevel: number): boolean {
    const at = this.#steps.findLastIndex(({ kind, forVsLevel }) => kind === 'leaf' && forVsLevel === vsLevel);
    const step = this.#steps[at];
    if (step === undefined) return true;
    if ((step.lo & PTE_W) === 0) {
      this.#fail('G', step.level, 'permission', at);
      return false;
    }
    this.#steps[at] = { ...step, sets: updatesOf(step.lo, 'store') };
    return true;
  }

  #gStage(
    gpa: Gpa,
    access: WalkAccess,
    purpose: 'vs-entry' | 'final',
    forVsLevel: number,
  ): StageResult<Spa> | undefined {
    if (gpa >= this.#gpaLimit) return this.#fail('G', this.#gRoot, 'range');
    const reader = this.#reader;
    const note = ({ form: each, level, flags }: EntryReader): void => {
      const index = gStageIndex(gpa, level, this.#gRoot);
      const place = { stage: 'G', level, purpose, forVsLevel, forGpa: gpa } as const;
      const why = each === 'leaf' ? gLeafFault(flags, access) : undefined;
      this.#add(
        { ...place, index, entryGpa: NO_GPA },
        each,
        why,
        each === 'leaf' && why === undefined ? updatesOf(flags, access) : '',
      );
    };
    const form = reader.descend(this.#context.gRoot, gpa, 0, note, this.#gRoot);
    if (form !== 'leaf' || this.#fault !== undefined) return undefined;
    const { size } = reader;
    return { address: (reader.target + (gpa % size)) as Spa, pageBytes: size };
  }

  /** Notes the entry that was read last; false when the walk ends there. */
  #add(
    place: Pick<WalkStep, 'stage' | 'level' | 'purpose' | 'forVsLevel' | 'forGpa' | 'index' | 'entryGpa'>,
    form: EntryForm,
    refusal: WalkFaultReason | undefined,
    sets: UpdatedBits,
  ): boolean {
    const { lo, hi } = this.#reader;
    const entrySpa = this.#reader.spa as Spa;
    const target = this.#reader.target as Gpa | Spa;
    const isGood = (form === 'pointer' || form === 'leaf') && refusal === undefined;
    const why = form === 'pointer' || form === 'leaf' ? refusal : form;
    if (form !== 'no-memory') {
      const leads = isGood ? { kind: form, leadsTo: target } : { kind: 'fault' as const, leadsTo: NO_SPA };
      this.#steps.push({ ...place, entrySpa, lo, hi, ...leads, sets });
    }
    const at = form === 'no-memory' ? NO_STEP : this.#steps.length - 1;
    if (why !== undefined) this.#fail(place.stage, place.level, why, at);
    return isGood;
  }

  #vsLeafFault(flags: number): WalkFaultReason | undefined {
    const { user, vsstatusLo } = this.#context;
    const isUserPage = (flags & PTE_U) !== 0;
    if (user && !isUserPage) return 'user';
    const supervisorMay = this.#access !== 'execute' && (vsstatusLo & VSSTATUS_SUM) !== 0;
    if (!user && isUserPage && !supervisorMay) return 'user';
    return permissionFault(flags, this.#access, (vsstatusLo & VSSTATUS_MXR) !== 0);
  }

  #fail(stage: 'VS' | 'G', level: number, why: WalkFaultReason, step = NO_STEP): undefined {
    const cause = (stage === 'VS' ? PAGE_FAULT : GUEST_PAGE_FAULT)[this.#access];
    this.#fault = { cause, stage, level, why, step };
  }
}

function permissionFault(
  flags: number,
  access: WalkAccess,
  readExecutable: boolean,
): WalkFaultReason | undefined {
  const wanted = access === 'execute' ? PTE_X : access === 'store' ? PTE_W : PTE_R;
  if ((flags & wanted) !== 0) return undefined;
  return access === 'load' && readExecutable && (flags & PTE_X) !== 0 ? undefined : 'permission';
}

/** All G-stage accesses count as user's (18.5.1). */
function gLeafFault(flags: number, access: WalkAccess): WalkFaultReason | undefined {
  return (flags & PTE_U) === 0 ? 'user' : permissionFault(flags, access, false);
}

/** Which of A and D an access would set in a leaf (12.3.2, step 7). */
function updatesOf(flags: number, access: WalkAccess): UpdatedBits {
  const setsA = (flags & PTE_A) === 0;
  const setsD = access === 'store' && (flags & PTE_D) === 0;
  return setsA ? (setsD ? 'AD' : 'A') : setsD ? 'D' : '';
}
