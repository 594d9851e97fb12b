/** Zicsr, the privileged instructions, Svinval, and the hypervisor extension (privileged spec, chapters 3, 12, 18, 21). */
import { call, constant, type Expression, fieldNumber, given, imm, rs1, rs2 } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

/** What `csrAccess` does with its operand. */
export const WRITE = 0;
export const SET = 1;
export const CLEAR = 2;

/** csrrs and csrrc write only when their source is not x0 (or 0). */
const csr = (name: string, funct3: number, kind: number, operand: Expression): Instruction =>
  row(
    'Zicsr',
    name,
    funct3 >= 5 ? 'CsrImmediate' : 'Csr',
    bits(0x73, funct3),
    call(
      'csrAccess',
      [imm, constant(kind), operand, kind === WRITE ? constant(1) : given('rs1')],
      'x',
      'trap',
    ),
  );

/** Fences get the values of their registers and whether they are given: x0 means "all". */
const fence = (extension: 'S' | 'H' | 'Svinval', name: string, funct7: number, helper: string): Instruction =>
  row(
    extension,
    name,
    'FenceVma',
    bits(0x73, 0, funct7),
    call(helper, [rs1, rs2, given('rs1'), given('rs2')], 'none', 'refetch'),
  );

const hypervisorLoad = (
  name: string,
  funct7: number,
  source2: number,
  bytes: number,
  signed: boolean,
  execute: boolean,
): Instruction =>
  row(
    'H',
    name,
    'HypervisorLoad',
    bits(0x73, 4, funct7) | (source2 << 20),
    call('hlv', [rs1, constant(bytes), constant(signed ? 1 : 0), constant(execute ? 1 : 0)], 'x', 'trap'),
  );

const hypervisorStore = (name: string, funct7: number, bytes: number): Instruction =>
  row(
    'H',
    name,
    'HypervisorStore',
    bits(0x73, 4, funct7),
    call('hsv', [rs1, constant(bytes), rs2], 'none', 'trap'),
  );

export const SYSTEM: readonly Instruction[] = [
  csr('csrrw', 1, WRITE, rs1),
  csr('csrrs', 2, SET, rs1),
  csr('csrrc', 3, CLEAR, rs1),
  csr('csrrwi', 5, WRITE, fieldNumber('rs1')),
  csr('csrrsi', 6, SET, fieldNumber('rs1')),
  csr('csrrci', 7, CLEAR, fieldNumber('rs1')),
  row('S', 'sret', 'None', 0x10200073, call('sret', [], 'none', 'flow')),
  row('S', 'mret', 'None', 0x30200073, call('mret', [], 'none', 'flow')),
  row('S', 'wfi', 'None', 0x10500073, call('wfi', [], 'none', 'refetch')),
  fence('S', 'sfence.vma', 0x09, 'sfenceVma'),
  fence('Svinval', 'sinval.vma', 0x0b, 'sinvalVma'),
  row('Svinval', 'sfence.w.inval', 'None', 0x18000073, call('sfenceInval', [], 'none', 'refetch')),
  row('Svinval', 'sfence.inval.ir', 'None', 0x18100073, call('sfenceInval', [], 'none', 'refetch')),
  fence('H', 'hfence.vvma', 0x11, 'hfenceVvma'),
  fence('H', 'hfence.gvma', 0x31, 'hfenceGvma'),
  fence('Svinval', 'hinval.vvma', 0x13, 'hfenceVvma'),
  fence('Svinval', 'hinval.gvma', 0x33, 'hfenceGvma'),
  hypervisorLoad('hlv.b', 0x30, 0, 1, true, false),
  hypervisorLoad('hlv.bu', 0x30, 1, 1, false, false),
  hypervisorLoad('hlv.h', 0x32, 0, 2, true, false),
  hypervisorLoad('hlv.hu', 0x32, 1, 2, false, false),
  hypervisorLoad('hlvx.hu', 0x32, 3, 2, false, true),
  hypervisorLoad('hlv.w', 0x34, 0, 4, true, false),
  hypervisorLoad('hlv.wu', 0x34, 1, 4, false, false),
  hypervisorLoad('hlvx.wu', 0x34, 3, 4, false, true),
  hypervisorLoad('hlv.d', 0x36, 0, 8, true, false),
  hypervisorStore('hsv.b', 0x31, 1),
  hypervisorStore('hsv.h', 0x33, 2),
  hypervisorStore('hsv.w', 0x35, 4),
  hypervisorStore('hsv.d', 0x37, 8),
];
