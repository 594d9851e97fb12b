/** The modes that streams run in, as data: how a stream gets there, what it may do there, and what ends it. */
import { csr, named, type Piece, piece, rd, rs1, rs2 } from './pieces.ts';
import type { Random } from './random.ts';
import { ROOT, SUPERVISOR_ROOT } from './tables.ts';

export type ModeName = 'M' | 'S' | 'U' | 'VS' | 'VU';

export interface Mode {
  readonly name: ModeName;
  /** Of twelve streams, so many run in this mode. */
  readonly share: number;
  /** mstatus.MPP and MPV that lead here. */
  readonly privilege: number;
  readonly isVirtual: boolean;
  /** Interrupts enabled; one is pending, so that wfi returns where it may not be taken. */
  readonly mie: number;
  /** Values of satp and vsatp, one of which is chosen. */
  readonly satp: readonly bigint[];
  readonly vsatp: readonly bigint[];
  /** Rows that trap here, or never return. */
  readonly without: readonly string[];
  /** CSRs that a stream reads and writes. */
  readonly csrs: readonly number[];
  /** CSRs that a stream writes and that are looked at when it has ended; see deviations.ts. */
  readonly writtenOnly: readonly number[];
  /** Instructions and CSRs that trap here. */
  readonly forbidden: readonly string[];
  readonly forbiddenCsrs: readonly string[];
}

const numbers = (...names: readonly string[]): readonly number[] => names.map(csr);
const BARE = 0n;
const HYPERVISOR: readonly string[] = [
  'hfence.vvma',
  'hfence.gvma',
  'hinval.vvma',
  'hinval.gvma',
  'hlv.b',
  'hlv.bu',
  'hlv.h',
  'hlv.hu',
  'hlvx.hu',
  'hlv.w',
  'hlv.wu',
  'hlvx.wu',
  'hlv.d',
  'hsv.b',
  'hsv.h',
  'hsv.w',
  'hsv.d',
];
const SUPERVISOR: readonly string[] = ['sfence.vma', 'sinval.vma', 'sfence.w.inval', 'sfence.inval.ir'];
const MACHINE_CSRS: readonly string[] = [
  'mscratch',
  'mstatus',
  'mepc',
  'mtval',
  'medeleg',
  'pmpcfg0',
  'mtinst',
];
const HYPERVISOR_CSRS: readonly string[] = ['hstatus', 'hgatp', 'vsatp', 'vsscratch', 'hedeleg', 'htval'];
const SUPERVISOR_CSRS: readonly string[] = ['sscratch', 'sstatus', 'satp', 'stvec', 'sepc', 'scause'];

export const MODES: readonly Mode[] = [
  {
    name: 'M',
    share: 7,
    privilege: 3,
    isVirtual: false,
    mie: 2,
    satp: [ROOT],
    vsatp: [ROOT],
    without: [],
    csrs: numbers('fflags', 'frm', 'fcsr', 'sscratch', 'vsscratch', 'mtval'),
    writtenOnly: numbers('sepc', 'vsepc'),
    forbidden: [],
    forbiddenCsrs: [],
  },
  {
    name: 'S',
    share: 2,
    privilege: 1,
    isVirtual: false,
    mie: 2,
    satp: [BARE, SUPERVISOR_ROOT],
    vsatp: [ROOT],
    without: ['mret'],
    csrs: numbers('fflags', 'frm', 'fcsr', 'sscratch', 'vsscratch', 'stval'),
    writtenOnly: numbers('sepc', 'vsepc'),
    forbidden: ['mret'],
    forbiddenCsrs: MACHINE_CSRS,
  },
  {
    name: 'U',
    share: 1,
    privilege: 0,
    isVirtual: false,
    mie: 0,
    satp: [BARE, ROOT],
    vsatp: [ROOT],
    without: ['mret', 'wfi', ...SUPERVISOR, ...HYPERVISOR],
    csrs: numbers('fflags', 'frm', 'fcsr'),
    writtenOnly: [],
    forbidden: ['mret', 'sret', 'wfi', ...SUPERVISOR, ...HYPERVISOR],
    forbiddenCsrs: [...MACHINE_CSRS, ...HYPERVISOR_CSRS, ...SUPERVISOR_CSRS],
  },
  {
    name: 'VS',
    share: 1,
    privilege: 1,
    isVirtual: true,
    mie: 0,
    satp: [ROOT],
    vsatp: [BARE, SUPERVISOR_ROOT],
    without: ['mret', 'wfi', ...HYPERVISOR],
    csrs: numbers('fflags', 'frm', 'fcsr', 'sscratch', 'stval'),
    writtenOnly: numbers('sepc'),
    forbidden: ['mret', ...HYPERVISOR],
    forbiddenCsrs: [...MACHINE_CSRS, ...HYPERVISOR_CSRS],
  },
  {
    name: 'VU',
    share: 1,
    privilege: 0,
    isVirtual: true,
    mie: 0,
    satp: [ROOT],
    vsatp: [BARE, ROOT],
    without: ['mret', 'wfi', ...SUPERVISOR, ...HYPERVISOR],
    csrs: numbers('fflags', 'frm', 'fcsr'),
    writtenOnly: [],
    forbidden: ['mret', 'sret', 'wfi', ...SUPERVISOR, ...HYPERVISOR],
    forbiddenCsrs: [...MACHINE_CSRS, ...HYPERVISOR_CSRS, ...SUPERVISOR_CSRS],
  },
];

const SHARES: readonly Mode[] = MODES.flatMap((mode) => Array.from({ length: mode.share }, () => mode));

/** The mode of a stream. */
export function anyMode(random: Random): Mode {
  return random.pick(SHARES);
}

/** An instruction that traps in this mode. */
export function forbiddenPiece(mode: Mode, random: Random): Piece {
  const registers = rs1(random.below(32));
  if (random.oneIn(2)) {
    const name = random.pick(['csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci']);
    return piece(name, rd(random.below(32)) | registers | (csr(random.pick(mode.forbiddenCsrs)) << 20));
  }
  const name = random.pick(mode.forbidden);
  const { format } = named(name);
  if (format === 'None') return piece(name);
  if (format === 'HypervisorLoad') return piece(name, rd(random.below(32)) | registers);
  return piece(name, registers | rs2(random.below(32)));
}
