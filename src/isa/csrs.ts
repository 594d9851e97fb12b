/**
 * The control and status registers as data: address, fields, what a write can change, and where the value lives. The
 * engine's CSR access, the register views and the reference pages are derived from this table. It computes nothing.
 */

/** A field of a CSR, bits `high` to `low`. */
export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  /** False: fixed, or computed by the hart. */
  readonly writable: boolean;
}

/** Where the value of a CSR lives. */
export type CsrStorage =
  /** In its own slot of the hart's state. */
  | { readonly kind: 'slot' }
  /** Bits `mask` of another CSR's slot, shifted right by `shift`. */
  | { readonly kind: 'alias'; readonly of: string; readonly mask: bigint; readonly shift: number }
  | { readonly kind: 'constant'; readonly value: bigint }
  /** Computed by the read hook. */
  | { readonly kind: 'computed' };

export interface Csr {
  readonly name: string;
  readonly address: number;
  /** Section of the privileged specification 20240411 (or of the unprivileged one, "unpriv"). */
  readonly section: string;
  readonly text: string;
  readonly fields: readonly CsrField[];
  /** Bits that a write changes, before a write hook makes them legal (WARL). */
  readonly mask: bigint;
  readonly storage: CsrStorage;
  /** Engine function that gives the value. */
  readonly read?: string;
  /** Engine function that takes the value, already cut to `mask`. */
  readonly write?: string;
  /** The VS-level register that this address means while V=1. */
  readonly inGuest?: string;
}

const ALL = (1n << 64n) - 1n;

/** Bits `high`..`low` set. */
export const bits = (high: number, low: number = high): bigint =>
  ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);

const field = (name: string, high: number, low: number = high): CsrField => ({
  name,
  high,
  low,
  writable: true,
});
const fixed = (name: string, high: number, low: number = high): CsrField => ({
  name,
  high,
  low,
  writable: false,
});

const maskOf = (fields: readonly CsrField[]): bigint =>
  fields.reduce((mask, { high, low, writable }) => (writable ? mask | bits(high, low) : mask), 0n);

/** A row's optional parts. */
interface Options {
  readonly fields?: readonly CsrField[];
  readonly mask?: bigint;
  readonly storage?: CsrStorage;
  readonly read?: string;
  readonly write?: string;
  readonly inGuest?: string;
}

function csr(name: string, address: number, section: string, text: string, options: Options = {}): Csr {
  const { fields = [], read, write, inGuest } = options;
  const mask = options.mask ?? (fields.length > 0 ? maskOf(fields) : ALL);
  const storage = options.storage ?? { kind: 'slot' };
  return {
    ...{ name, address, section, text, fields, mask, storage },
    ...(read === undefined ? {} : { read }),
    ...(write === undefined ? {} : { write }),
    ...(inGuest === undefined ? {} : { inGuest }),
  };
}

const alias = (of: string, mask: bigint, shift: number = 0): CsrStorage => ({
  kind: 'alias',
  of,
  mask,
  shift,
});
const COMPUTED: CsrStorage = { kind: 'computed' };
const constant = (value: bigint): CsrStorage => ({ kind: 'constant', value });
/** Present, always zero; writes have no effect. */
const ZERO: Options = { storage: constant(0n), mask: 0n };

/** Interrupt bits of mip, mie and their views (3.1.9, 18.2.2). */
const INTERRUPTS = {
  supervisor: [field('SSI', 1), field('STI', 5), field('SEI', 9)],
  guest: [field('VSSI', 2), field('VSTI', 6), field('VSEI', 10)],
  machine: [field('MSI', 3), field('MTI', 7), field('MEI', 11)],
  guestExternal: field('SGEI', 12),
} as const;

const SSTATUS_FIELDS: readonly CsrField[] = [
  field('SIE', 1),
  field('SPIE', 5),
  field('SPP', 8),
  fixed('VS', 10, 9),
  field('FS', 14, 13),
  field('SUM', 18),
  field('MXR', 19),
  fixed('UXL', 33, 32),
  fixed('SD', 63),
];

const MSTATUS_FIELDS: readonly CsrField[] = [
  field('SIE', 1),
  field('MIE', 3),
  field('SPIE', 5),
  field('MPIE', 7),
  field('SPP', 8),
  fixed('VS', 10, 9),
  field('MPP', 12, 11),
  field('FS', 14, 13),
  field('MPRV', 17),
  field('SUM', 18),
  field('MXR', 19),
  field('TVM', 20),
  field('TW', 21),
  field('TSR', 22),
  fixed('UXL', 33, 32),
  fixed('SXL', 35, 34),
  field('GVA', 38),
  field('MPV', 39),
  fixed('SD', 63),
];

const HSTATUS_FIELDS: readonly CsrField[] = [
  fixed('VSBE', 5),
  field('GVA', 6),
  field('SPV', 7),
  field('SPVP', 8),
  field('HU', 9),
  field('VGEIN', 14, 12),
  field('VTVM', 20),
  field('VTW', 21),
  field('VTSR', 22),
  fixed('VSXL', 33, 32),
];

const SATP_FIELDS: readonly CsrField[] = [field('MODE', 63, 60), field('ASID', 59, 44), field('PPN', 43, 0)];
const CAUSE_FIELDS: readonly CsrField[] = [field('Interrupt', 63), field('Code', 62, 0)];
const TVEC_FIELDS: readonly CsrField[] = [field('BASE', 63, 2), field('MODE', 1, 0)];
const ENVCFG_FIELDS: readonly CsrField[] = [
  ...[
    field('FIOM', 0),
    field('CBIE', 5, 4),
    field('CBCFE', 6),
    field('CBZE', 7),
    field('ADUE', 61),
    field('PBMTE', 62),
    field('STCE', 63),
  ],
];
const COUNTERS: readonly CsrField[] = [field('HPM', 31, 3), field('IR', 2), field('TM', 1), field('CY', 0)];

/** Exceptions that M-mode can hand to HS-mode: all but environment calls from M (3.1.8). */
const MEDELEG_MASK = 0xf0b7ffn;
/** Exceptions that HS-mode can hand to VS-mode (18.2.2, table 29). */
const HEDELEG_MASK = 0xb1ffn;
const EPC_MASK = ALL & ~1n;

/** `count` registers from an address on, e.g. the hardware performance counters. */
const series = (
  prefix: string,
  from: number,
  address: number,
  count: number,
  section: string,
  text: string,
  options: Options,
): Csr[] =>
  Array.from({ length: count }, (_, i) => csr(`${prefix}${from + i}`, address + i, section, text, options));

const UNPRIVILEGED: readonly Csr[] = [
  csr('fflags', 0x001, 'unpriv 20.2', 'floating-point exception flags', {
    fields: [field('NV', 4), field('DZ', 3), field('OF', 2), field('UF', 1), field('NX', 0)],
    storage: alias('fcsr', 0x1fn),
    write: 'writeFflags',
  }),
  csr('frm', 0x002, 'unpriv 20.2', 'floating-point rounding mode', {
    fields: [field('RM', 2, 0)],
    storage: alias('fcsr', 0xe0n, 5),
    write: 'writeFrm',
  }),
  csr('fcsr', 0x003, 'unpriv 20.2', 'floating-point control and status', {
    fields: [
      field('RM', 7, 5),
      field('NV', 4),
      field('DZ', 3),
      field('OF', 2),
      field('UF', 1),
      field('NX', 0),
    ],
    write: 'writeFcsr',
  }),
  csr('cycle', 0xc00, 'unpriv 8.1', 'cycles', { storage: COMPUTED, read: 'readCycle', mask: 0n }),
  csr('time', 0xc01, 'unpriv 8.1', 'ticks of 100 ns', { storage: COMPUTED, read: 'readTime', mask: 0n }),
  csr('instret', 0xc02, 'unpriv 8.1', 'instructions retired', {
    ...{ storage: COMPUTED, read: 'readInstret', mask: 0n },
  }),
  ...series('hpmcounter', 3, 0xc03, 29, 'unpriv 8.2', 'performance counter, not implemented', ZERO),
];

const SUPERVISOR: readonly Csr[] = [
  csr('sstatus', 0x100, '10.1.1', 'supervisor status', {
    ...{ fields: SSTATUS_FIELDS, storage: COMPUTED, read: 'readSstatus', write: 'writeSstatus' },
    inGuest: 'vsstatus',
  }),
  csr('sie', 0x104, '10.1.3', 'supervisor interrupt enables', {
    ...{ fields: INTERRUPTS.supervisor, storage: COMPUTED, read: 'readSie', write: 'writeSie' },
    inGuest: 'vsie',
  }),
  csr('stvec', 0x105, '10.1.2', 'supervisor trap vector', {
    ...{ fields: TVEC_FIELDS, write: 'writeStvec', inGuest: 'vstvec' },
  }),
  csr('scounteren', 0x106, '10.1.5', 'counters that U-mode may read', { fields: COUNTERS }),
  csr('senvcfg', 0x10a, '10.1.10', 'environment of U-mode', {
    fields: [field('FIOM', 0), field('CBIE', 5, 4), field('CBCFE', 6), field('CBZE', 7)],
    write: 'writeSenvcfg',
  }),
  csr('sscratch', 0x140, '10.1.6', 'scratch', { inGuest: 'vsscratch' }),
  csr('sepc', 0x141, '10.1.7', 'exception program counter', { mask: EPC_MASK, inGuest: 'vsepc' }),
  csr('scause', 0x142, '10.1.8', 'trap cause', { fields: CAUSE_FIELDS, inGuest: 'vscause' }),
  csr('stval', 0x143, '10.1.9', 'trap value', { inGuest: 'vstval' }),
  csr('sip', 0x144, '10.1.3', 'supervisor interrupts pending', {
    ...{ fields: INTERRUPTS.supervisor, storage: COMPUTED, read: 'readSip', write: 'writeSip' },
    inGuest: 'vsip',
  }),
  csr('stimecmp', 0x14d, '14.1 (Sstc)', 'supervisor timer compare', {
    ...{ write: 'writeStimecmp', inGuest: 'vstimecmp' },
  }),
  csr('satp', 0x180, '10.1.11', 'address translation', {
    ...{ fields: SATP_FIELDS, write: 'writeSatp', inGuest: 'vsatp' },
  }),
];

const HYPERVISOR: readonly Csr[] = [
  csr('hstatus', 0x600, '18.2.1', 'hypervisor status', {
    ...{ fields: HSTATUS_FIELDS, read: 'readHstatus', write: 'writeHstatus' },
  }),
  csr('hedeleg', 0x602, '18.2.2', 'exceptions delegated to VS-mode', { mask: HEDELEG_MASK }),
  csr('hideleg', 0x603, '18.2.2', 'interrupts delegated to VS-mode', {
    ...{ fields: INTERRUPTS.guest, write: 'writeHideleg' },
  }),
  csr('hie', 0x604, '18.2.3', 'hypervisor interrupt enables', {
    fields: [...INTERRUPTS.guest, INTERRUPTS.guestExternal],
    storage: alias('mie', 0x1444n),
    write: 'writeHie',
  }),
  csr('htimedelta', 0x605, '18.2.7', 'added to `time` for the guest', { write: 'writeHtimedelta' }),
  csr('hcounteren', 0x606, '18.2.6', 'counters that the guest may read', { fields: COUNTERS }),
  csr('hgeie', 0x607, '18.2.4', 'guest external interrupt enables', { mask: 0xfen, write: 'writeHgeie' }),
  csr('henvcfg', 0x60a, '18.2.5', 'environment of the guest', {
    ...{ fields: ENVCFG_FIELDS, read: 'readHenvcfg', write: 'writeHenvcfg' },
  }),
  csr('htval', 0x643, '18.2.9', 'guest physical address of a fault, shifted right by 2'),
  csr('hip', 0x644, '18.2.3', 'hypervisor interrupts pending', {
    fields: [...INTERRUPTS.guest, fixed('SGEI', 12)],
    ...{ storage: COMPUTED, read: 'readHip', write: 'writeHip' },
  }),
  csr('hvip', 0x645, '18.2.3', 'virtual interrupts pending', {
    fields: INTERRUPTS.guest,
    write: 'writeHvip',
  }),
  csr('htinst', 0x64a, '18.2.10', 'transformed instruction of a fault'),
  csr('hgatp', 0x680, '18.2.11', 'guest address translation', {
    fields: [field('MODE', 63, 60), field('VMID', 57, 44), field('PPN', 43, 2)],
    write: 'writeHgatp',
  }),
  csr('hgeip', 0xe12, '18.2.4', 'guest external interrupts pending', { mask: 0n }),
];

const GUEST: readonly Csr[] = [
  csr('vsstatus', 0x200, '18.2.12', 'status of VS-mode', {
    ...{ fields: SSTATUS_FIELDS, read: 'readVsstatus', write: 'writeVsstatus' },
  }),
  csr('vsie', 0x204, '18.2.13', 'interrupt enables of VS-mode', {
    ...{ fields: INTERRUPTS.supervisor, storage: COMPUTED, read: 'readVsie', write: 'writeVsie' },
  }),
  csr('vstvec', 0x205, '18.2.14', 'trap vector of VS-mode', { fields: TVEC_FIELDS, write: 'writeVstvec' }),
  csr('vsscratch', 0x240, '18.2.15', 'scratch of VS-mode'),
  csr('vsepc', 0x241, '18.2.16', 'exception program counter of VS-mode', { mask: EPC_MASK }),
  csr('vscause', 0x242, '18.2.17', 'trap cause of VS-mode', { fields: CAUSE_FIELDS }),
  csr('vstval', 0x243, '18.2.18', 'trap value of VS-mode'),
  csr('vsip', 0x244, '18.2.13', 'interrupts pending of VS-mode', {
    ...{ fields: INTERRUPTS.supervisor, storage: COMPUTED, read: 'readVsip', write: 'writeVsip' },
  }),
  csr('vstimecmp', 0x24d, '14.2 (Sstc)', 'timer compare of VS-mode', { write: 'writeVstimecmp' }),
  csr('vsatp', 0x280, '18.2.19', 'VS-stage address translation', {
    fields: SATP_FIELDS,
    write: 'writeVsatp',
  }),
];

const MACHINE: readonly Csr[] = [
  csr('mvendorid', 0xf11, '3.1.2', 'vendor: not commercial', ZERO),
  csr('marchid', 0xf12, '3.1.3', 'architecture: not registered', ZERO),
  csr('mimpid', 0xf13, '3.1.4', 'implementation version', { storage: constant(1n), mask: 0n }),
  csr('mhartid', 0xf14, '3.1.5', 'number of the hart', { storage: COMPUTED, read: 'readMhartid', mask: 0n }),
  csr('mconfigptr', 0xf15, '3.1.17', 'configuration data: none', ZERO),
  csr('mstatus', 0x300, '3.1.6', 'machine status', {
    ...{ fields: MSTATUS_FIELDS, read: 'readMstatus', write: 'writeMstatus' },
  }),
  csr('misa', 0x301, '3.1.1', 'base and extensions', {
    ...{ storage: COMPUTED, read: 'readMisa', mask: 0n },
  }),
  csr('medeleg', 0x302, '3.1.8', 'exceptions delegated to HS-mode', { mask: MEDELEG_MASK }),
  csr('mideleg', 0x303, '3.1.8', 'interrupts delegated to HS-mode', {
    fields: [
      ...INTERRUPTS.supervisor,
      ...INTERRUPTS.guest.map(({ name, high }) => fixed(name, high)),
      fixed('SGEI', 12),
    ],
    ...{ read: 'readMideleg', write: 'writeMideleg' },
  }),
  csr('mie', 0x304, '3.1.9', 'machine interrupt enables', {
    fields: [...INTERRUPTS.supervisor, ...INTERRUPTS.guest, ...INTERRUPTS.machine, INTERRUPTS.guestExternal],
    write: 'writeMie',
  }),
  csr('mtvec', 0x305, '3.1.7', 'machine trap vector', { fields: TVEC_FIELDS, write: 'writeMtvec' }),
  csr('mcounteren', 0x306, '3.1.11', 'counters that S-mode may read', { fields: COUNTERS }),
  csr('menvcfg', 0x30a, '3.1.18', 'environment of lower modes', {
    ...{ fields: ENVCFG_FIELDS, write: 'writeMenvcfg' },
  }),
  csr('mcountinhibit', 0x320, '3.1.12', 'counters that stand still', {
    ...{ fields: [field('IR', 2), field('CY', 0)], write: 'writeMcountinhibit' },
  }),
  ...series('mhpmevent', 3, 0x323, 29, '3.1.10', 'event of a performance counter, not implemented', ZERO),
  csr('mscratch', 0x340, '3.1.13', 'scratch'),
  csr('mepc', 0x341, '3.1.14', 'exception program counter', { mask: EPC_MASK }),
  csr('mcause', 0x342, '3.1.15', 'trap cause', { fields: CAUSE_FIELDS }),
  csr('mtval', 0x343, '3.1.16', 'trap value'),
  csr('mip', 0x344, '3.1.9', 'machine interrupts pending', {
    fields: [
      ...INTERRUPTS.supervisor,
      field('VSSI', 2),
      fixed('VSTI', 6),
      fixed('VSEI', 10),
      ...INTERRUPTS.machine.map(({ name, high }) => fixed(name, high)),
      fixed('SGEI', 12),
    ],
    ...{ read: 'readMip', write: 'writeMip' },
  }),
  csr('mtinst', 0x34a, '18.4.4', 'transformed instruction of a fault'),
  csr('mtval2', 0x34b, '18.4.3', 'guest physical address of a fault, shifted right by 2'),
  ...[0, 2].map((n) =>
    csr(`pmpcfg${n}`, 0x3a0 + n, '3.7.1', 'modes of eight protected ranges', { write: `writePmpcfg${n}` }),
  ),
  ...Array.from({ length: 16 }, (_, n) =>
    csr(`pmpaddr${n}`, 0x3b0 + n, '3.7.1', 'address of a protected range', {
      ...{ mask: bits(53, 0), read: `readPmpaddr:${n}`, write: `writePmpaddr:${n}` },
    }),
  ),
  csr('mcycle', 0xb00, '3.1.10', 'cycles', { read: 'readCycle', write: 'writeMcycle' }),
  csr('minstret', 0xb02, '3.1.10', 'instructions retired', { read: 'readInstret', write: 'writeMinstret' }),
  ...series('mhpmcounter', 3, 0xb03, 29, '3.1.10', 'performance counter, not implemented', ZERO),
  csr('tselect', 0x7a0, 'debug 5.7.1', 'selected trigger: there is none', ZERO),
  csr('tdata1', 0x7a1, 'debug 5.7.2', 'trigger data: type 0, no trigger', ZERO),
  csr('tdata2', 0x7a2, 'debug 5.7.3', 'trigger data', ZERO),
  csr('tdata3', 0x7a3, 'debug 5.7.4', 'trigger data', ZERO),
];

/** All CSRs of a hart. */
export const CSRS: readonly Csr[] = [...UNPRIVILEGED, ...SUPERVISOR, ...HYPERVISOR, ...GUEST, ...MACHINE];

const byName = new Map(CSRS.map((row) => [row.name, row]));
const byAddress = new Map(CSRS.map((row) => [row.address, row]));

/** A CSR by name; `undefined` when there is none. */
export function csrNamed(name: string): Csr | undefined {
  return byName.get(name);
}

/** A CSR by address; `undefined` when there is none. */
export function csrAt(address: number): Csr | undefined {
  return byAddress.get(address);
}
