/**
 * Where QEMU 7.2 does something else than our hart in privileged streams, with what the specification says. Each entry corrects QEMU's
 * result as narrowly as it can, or leaves a stream out whose further way differs.
 */
import { csrNamed } from '#isa/csrs';
import { decode } from '#isa/decode';
import { offsetOf, type PrivilegedImage, type ResultCsr, resultOf } from './image.ts';
import type { PrivilegedStream } from './streams.ts';

type Name = ResultCsr | 'mstatus';

/** What a run left of a stream, by name. */
export class Result {
  readonly #view: DataView;
  constructor(view: DataView) {
    this.#view = view;
  }
  get(name: Name): bigint {
    return this.#view.getBigUint64(offsetOf(name), true);
  }
  set(name: Name, value: bigint): void {
    this.#view.setBigUint64(offsetOf(name), value, true);
  }
}

/** The trap that ended a stream's own instructions, wherever it went, as its level's registers tell. */
interface Ending {
  readonly level: 'm' | 's' | 'vs';
  /** It came from U or VU. */
  readonly isUser: boolean;
  readonly cause: bigint;
  readonly tval: bigint;
  /** Only of traps to M and HS. */
  readonly tval2: bigint;
  readonly tinst: bigint;
  /** The instruction, and its name; `undefined` when the trap came elsewhere, as in a handler. */
  readonly raw: number | undefined;
  readonly name: string | undefined;
}

interface Deviation {
  readonly what: string;
  readonly section: string;
  /** Makes of QEMU's result what our hart should give. */
  readonly correct?: (theirs: Result, ours: Result, ending: Ending, stream: PrivilegedStream) => void;
  /** True for a stream of which nothing can be compared. */
  readonly leavesOut?: (ending: Ending, stream: PrivilegedStream, theirs: Ending) => boolean;
}

const ADUE = 1n << 61n;
const FS_DIRTY = 3n << 13n;
const SD = 1n << 63n;
const MSTATUS_GVA = 1n << 38n;
const HSTATUS_GVA = 1n << 6n;
const MPRV = 1n << 17n;
const MRET = 0x3020_0073;
const SRET = 0x1020_0073;
const HGATP = 0x680;
const SATP = 0x180;
const HSTATUS = 0x600;
const MXR = 1n << 19n;
/** The same places in hstatus: VTVM and VTSR. */
const TVM_TSR = (1n << 20n) | (1n << 22n);
/** Bits that our hart has, fixed ones included. Of senvcfg FIOM: those of cache blocks come with Zicbom and Zicboz, which it does not have here. */
const EXISTING_BITS: ReadonlyMap<Name, bigint> = new Map([
  ['senvcfg', 1n],
  ...(
    [
      ['mie', 0n],
      ['mip', 0x1eeen],
      ['mideleg', 0x1444n],
      ['hstatus', 2n << 32n],
      ['mcounteren', 0n],
      ['hcounteren', 0n],
      ['scounteren', 0n],
    ] as const
  ).map(([name, fixed]) => [name, (csrNamed(name)?.mask ?? 0n) | fixed] as const),
]);
const FETCH_FAULTS: readonly bigint[] = [1n, 12n, 20n];
const STORE_FAULTS: readonly bigint[] = [6n, 7n, 15n, 23n];
const ACCESS_FAULTS: readonly bigint[] = [1n, 5n, 7n];
const PAGE_FAULTS: readonly bigint[] = [12n, 13n, 15n, 20n, 21n, 23n];
const ILLEGAL = 2n;
const BREAKPOINT = 3n;
const ECALL_S = 9n;
const ECALL_VS = 10n;
const VIRTUAL = 22n;
const isCsr = (raw: number | undefined, number: number): boolean =>
  raw !== undefined && (raw & 0x7f) === 0x73 && raw >>> 20 === number;
const isOfHypervisor = (name: string | undefined): boolean => name !== undefined && /^h[ls]v/.test(name);
const isOfInstruction = (cause: bigint): boolean => cause === ILLEGAL || cause === VIRTUAL;

function setGva(level: Ending['level'], result: Result, from: Result): void {
  if (level === 'm')
    result.set('mstatus', (result.get('mstatus') & ~MSTATUS_GVA) | (from.get('mstatus') & MSTATUS_GVA));
  if (level === 's')
    result.set('hstatus', (result.get('hstatus') & ~HSTATUS_GVA) | (from.get('hstatus') & HSTATUS_GVA));
}

/** What TVM, TSR, VTVM and VTSR are about; QEMU's cause may be less by 1. */
const isForbiddenToGuests = ({ name, raw, cause, level }: Ending): boolean =>
  (isOfInstruction(cause) || (level === 'vs' && cause === ILLEGAL - 1n)) &&
  name !== undefined &&
  (/^(sret|sfence.vma|sinval.vma)$/.test(name) || isCsr(raw, SATP));

const tinstOf = (level: Ending['level']): Name | undefined =>
  level === 'm' ? 'mtinst' : level === 's' ? 'htinst' : undefined;

export const DEVIATIONS: readonly Deviation[] = [
  {
    what: 'QEMU has no ADUE in menvcfg and henvcfg, and always updates A and D',
    section: 'privileged 3.1.18, 18.2.5 (Svadu): streams leave it set',
    correct: (theirs, ours) => {
      for (const name of ['menvcfg', 'henvcfg'] as const)
        theirs.set(name, theirs.get(name) | (ours.get(name) & ADUE));
    },
  },
  {
    what: 'QEMU leaves SD of vsstatus 0 when FS is dirty',
    section: 'privileged 18.2.12, 3.1.6.6: SD tells that FS is dirty',
    correct: (theirs) => {
      const value = theirs.get('vsstatus');
      if ((value & FS_DIRTY) === FS_DIRTY) theirs.set('vsstatus', value | SD);
    },
  },
  {
    what: 'QEMU sets GVA for illegal and virtual instructions of a guest, and not for ebreak, where it gives 0 in tval',
    section:
      'privileged 18.2.1, 18.4.1: GVA tells of a guest address in tval; 3.1.16: tval of ebreak may be its address or 0',
    correct: (theirs, ours, { level, cause }) => {
      if (!isOfInstruction(cause) && cause !== BREAKPOINT) return;
      setGva(level, theirs, ours);
      if (cause === BREAKPOINT && theirs.get(`${level}tval`) === 0n)
        theirs.set(`${level}tval`, ours.get(`${level}tval`));
    },
  },
  {
    what: 'QEMU gives 0 for the instruction in htinst and mtinst in places',
    section: 'privileged 18.6.3: zero is always allowed, but for the pseudo-instructions',
    correct: (theirs, ours, { level, tinst }) => {
      const name = tinstOf(level);
      if (name !== undefined && theirs.get(name) === 0n && (tinst & 3n) !== 0n)
        theirs.set(name, ours.get(name));
    },
  },
  {
    what: 'QEMU gives bits of another instruction in tval for loads and stores of the hypervisor and for fences, and 0 for Svinval',
    section: 'privileged 3.1.16: zero or the bits of the instruction that trapped',
    correct: (theirs, ours, { level, cause, name }) => {
      if (isOfInstruction(cause) && name !== undefined && /^h[ls]v|inval|fence/.test(name))
        theirs.set(`${level}tval`, ours.get(`${level}tval`));
    },
  },
  {
    what: 'QEMU writes 0 to htval and htinst when a trap goes to VS-mode',
    section: 'privileged 18.2.9, 18.2.10: they are written by traps into HS-mode',
    correct: (theirs, ours, { level }) => {
      if (level !== 'vs') return;
      for (const name of ['htval', 'htinst'] as const)
        if (theirs.get(name) === 0n) theirs.set(name, ours.get(name));
    },
  },
  {
    what: 'QEMU does not make FS of mstatus dirty when a guest writes fcsr, fflags or frm, nor any FS when csrrs or csrrc change no bit',
    section:
      'privileged 18.2.12: vsstatus.FS and the HS-level FS both become dirty; 3.1.6.6: dirty may be told too often',
    correct: (theirs, ours, _, { code }) => {
      if (!code.some((raw) => (raw & 0x7f) === 0x73 && raw >>> 20 >= 1 && raw >>> 20 <= 3)) return;
      for (const name of ['mstatus', 'vsstatus'] as const)
        if ((ours.get(name) & FS_DIRTY) === FS_DIRTY) theirs.set(name, theirs.get(name) | FS_DIRTY | SD);
    },
  },
  {
    what: 'QEMU keeps bits of mie, mideleg, hstatus, senvcfg and of the counter enables that our hart does not have',
    section: 'privileged 2.3: WPRI and WARL fields',
    correct: (theirs) => {
      for (const [name, bits] of EXISTING_BITS) theirs.set(name, theirs.get(name) & bits);
    },
  },
  {
    what: 'QEMU keeps MPRV when mret or sret leave M-mode',
    section: 'privileged 3.1.6.3: an xRET to a less privileged mode than M clears it',
    correct: (theirs, ours, _, { code }) => {
      const returns = code.some((raw) => raw === MRET || raw === SRET);
      if (returns && (ours.get('mstatus') & MPRV) === 0n)
        theirs.set('mstatus', theirs.get('mstatus') & ~MPRV);
    },
  },
  {
    what: 'QEMU lets csrrs and csrrc name a read-only CSR and a register, if that holds 0',
    section: 'unpriv "Zicsr": they write unless they name x0',
    leavesOut: ({ cause, raw }) =>
      isOfInstruction(cause) && raw !== undefined && (raw & 0x7f) === 0x73 && raw >>> 30 === 3,
  },
  {
    what: 'QEMU applies MXR of mstatus to the reads of VS-stage tables',
    section: 'privileged 18.5.1, 3.1.6.3: MXR is about loads, and those reads are implicit',
    leavesOut: ({ tinst }, { csrs }) => tinst === 0x3000n && (csrs.mstatus & MXR) !== 0n,
  },
  {
    what: 'QEMU keeps translations of loads and stores of the hypervisor when hstatus.SPVP changes',
    section: 'privileged 18.3.1: they are made with the privilege of SPVP; no fence is asked for',
    leavesOut: (_, { code, mode }) =>
      !mode.startsWith('V') &&
      code.some((raw) => isCsr(raw, HSTATUS)) &&
      code.some((raw) => isOfHypervisor(decode(raw)?.instruction.name)),
  },
  {
    what: 'no deviation: the page of the handler was gone, and of a trap within a trap nothing is known but the second',
    section: 'none',
    leavesOut: ({ level, raw, cause }) => level === 'm' && raw === undefined && FETCH_FAULTS.includes(cause),
  },
  {
    what: 'QEMU lets S-mode use hgatp where mstatus.TVM is set',
    section: 'privileged 3.1.6.5: an illegal instruction, as with satp',
    leavesOut: ({ cause, raw, isUser }) => !isUser && cause === ILLEGAL && isCsr(raw, HGATP),
  },
  {
    what: 'QEMU ignores writes of htinst',
    section: 'privileged 18.2.10: it is a read-write register',
    correct: (theirs, ours, { level }) => {
      if (level !== 's') theirs.set('htinst', ours.get('htinst'));
    },
  },
  {
    what: 'QEMU does not set GVA for faults of loads and stores of the hypervisor',
    section: 'privileged 18.2.1, 18.4.1: tval holds a guest address',
    correct: (theirs, ours, { level, name, cause }) => {
      if (isOfHypervisor(name) && !isOfInstruction(cause)) setGva(level, theirs, ours);
    },
  },
  {
    what: 'QEMU reports faults of atomic accesses as those of loads',
    section: 'unprivileged "A": AMOs raise store/AMO exceptions',
    leavesOut: ({ cause, name }, _, theirs) =>
      name !== undefined && /^(amo|sc)/.test(name) && STORE_FAULTS.includes(cause) && theirs.cause !== cause,
  },
  {
    what: 'QEMU lets U and VU execute sfence.w.inval and sfence.inval.ir',
    section: 'privileged "Svinval": illegal in U, a virtual instruction in VU',
    leavesOut: ({ name, cause }) =>
      isOfInstruction(cause) && name !== undefined && /^sfence\..*inval/.test(name),
  },
  {
    what: 'QEMU gives "illegal" instead of "virtual instruction" for sinval.vma where hstatus.VTVM is set',
    section: 'privileged 18.2.1: VTVM makes it a virtual instruction, as sfence.vma',
    leavesOut: ({ name, cause }) => cause === VIRTUAL && name === 'sinval.vma',
  },
  {
    what: 'QEMU lets TVM and TSR of mstatus act in VS-mode, before VTVM and VTSR of hstatus, and lets satp be used there',
    section:
      'privileged 18.4.1: TVM and TSR affect HS-mode only; 18.2.1: VTVM and VTSR make virtual instructions',
    leavesOut: (ours, { csrs }, theirs) =>
      ((csrs.mstatus | csrs.hstatus) & TVM_TSR) !== 0n &&
      (isForbiddenToGuests(ours) || isForbiddenToGuests(theirs)),
  },
  {
    what: 'QEMU reports a page-table entry that lies outside RAM as a page fault',
    section: 'privileged 12.3.2, step 2: an access fault of the type of the original access',
    leavesOut: ({ cause }, _, theirs) => ACCESS_FAULTS.includes(cause) && PAGE_FAULTS.includes(theirs.cause),
  },
  {
    what: 'QEMU takes the pending interrupt with the least number first',
    section: 'privileged 3.1.9: external, software, timer',
    leavesOut: ({ cause }, _, theirs) =>
      cause >> 63n === 1n && theirs.cause >> 63n === 1n && cause !== theirs.cause,
  },
  {
    what: 'QEMU gives the address rounded down of a misaligned access that faults',
    section: 'privileged 3.1.16: the address of the part that faulted',
    correct: (theirs, _, { level, tval }) => {
      const their = theirs.get(`${level}tval`);
      if (their !== tval && [1n, 3n, 7n].some((mask) => (tval & ~mask) === their))
        theirs.set(`${level}tval`, tval);
    },
  },
  {
    what: 'QEMU takes exceptions 2, 6 and 10 of a guest for its interrupts, and gives their number less 1 in vscause',
    section: 'privileged 18.6.2: only interrupts are translated',
    correct: (theirs, _, { level, cause }) => {
      if (level === 'vs' && [2n, 6n, 10n].includes(cause) && theirs.get('vscause') === cause - 1n)
        theirs.set('vscause', cause);
    },
  },
  {
    what: 'QEMU reports a G-stage fault of a VS-stage walk as that of a load, whatever the access is',
    section: 'privileged 18.6.1: guest-page faults are of the type of the original access',
    leavesOut: ({ cause, tinst }) =>
      (cause === 20n || cause === 23n) && (tinst === 0x3000n || tinst === 0x3020n),
  },
  {
    what: 'QEMU reports page faults of hypervisor loads and stores as access faults when satp is bare',
    section: 'privileged 18.3.1: as in VS- or VU-mode',
    leavesOut: ({ cause, name }, _, theirs) =>
      isOfHypervisor(name) && (cause === 13n || cause === 15n) && theirs.cause === cause - 8n,
  },
  {
    what: 'QEMU gives "illegal" instead of "virtual instruction" for what only privilege forbids in VU',
    section: 'privileged 18.6.1: supervisor instructions and CSRs, and those of the hypervisor, in VU-mode',
    leavesOut: ({ cause, isUser }, _, theirs) =>
      isUser &&
      cause === VIRTUAL &&
      (theirs.cause === ILLEGAL || (theirs.level === 'vs' && theirs.cause === ILLEGAL - 1n)),
  },
];

/** Offset of the stream's instruction that an exception pc names, wherever the code is mapped. */
function instructionAt(pc: bigint, stream: PrivilegedStream): number | undefined {
  const at = Number((pc - stream.csrs.mepc) & 0xff_ffffn);
  return at % 4 === 0 ? stream.code[at / 4] : undefined;
}

/** MPP, or SPP of the level that the trap went to. */
function isUserBefore(result: Result, level: Ending['level']): boolean {
  if (level === 'm') return ((result.get('mstatus') >> 11n) & 3n) === 0n;
  return ((result.get(level === 's' ? 'mstatus' : 'vsstatus') >> 8n) & 1n) === 0n;
}

export function endingOf(result: Result, stream: PrivilegedStream): Ending {
  const cause = result.get('mcause');
  const raw = (epc: Name): number | undefined => instructionAt(result.get(epc), stream);
  // An ecall of a handler: what brought the stream there is in that level's registers.
  const isHandler = raw('mepc') === undefined;
  const level = isHandler && cause === ECALL_S ? 's' : isHandler && cause === ECALL_VS ? 'vs' : 'm';
  const code = raw(`${level}epc`);
  return {
    level,
    isUser: isUserBefore(result, level),
    cause: result.get(`${level}cause`),
    tval: result.get(`${level}tval`),
    tval2: level === 'm' ? result.get('mtval2') : level === 's' ? result.get('htval') : 0n,
    tinst: level === 'm' ? result.get('mtinst') : level === 's' ? result.get('htinst') : 0n,
    raw: code,
    name: code === undefined ? undefined : decode(code)?.instruction.name,
  };
}

/** What of a comparison counts: streams that are left out, by index, after QEMU's results were corrected in place. */
export function correctPrivileged(
  image: PrivilegedImage,
  ours: Uint8Array,
  theirs: Uint8Array,
): ReadonlySet<number> {
  const leftOut = new Set<number>();
  image.streams.forEach((stream, index) => {
    const their = new Result(resultOf(theirs, index));
    const our = new Result(resultOf(ours, index));
    const ending = endingOf(our, stream);
    const theirEnding = endingOf(their, stream);
    for (const { correct, leavesOut } of DEVIATIONS) {
      correct?.(their, our, ending, stream);
      if (leavesOut?.(ending, stream, theirEnding)) leftOut.add(index);
    }
  });
  return leftOut;
}
