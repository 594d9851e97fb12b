/** Registers of a vCPU, its CSRs with the fields of the architecture's table, and the code at its pc. */
import { type Hex64, hex64 } from '#base/hex64';
import { ok } from '#base/result';
import { csrNamed } from '#isa/csrs';
import { decode } from '#isa/decode';
import { disassemble } from '#isa/disassemble';
import type { Host } from '../../host.ts';
import { readGuest } from '../../memory/guest-bytes.ts';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';
import type { Vcpu } from '../vcpu.ts';

/** A bit field of a CSR, from the table of the architecture. */
export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly value: Hex64;
  /** The value's name where the table has one (`Sv39`, `VS`). */
  readonly meaning?: string;
}

export interface CsrValue {
  readonly name: string;
  readonly address: number;
  readonly value: Hex64;
  readonly fields: readonly CsrField[];
}

/** One instruction near `pc`. */
export interface DisassembledLine {
  readonly address: Hex64;
  readonly bytes: string;
  readonly text: string;
}

export interface VcpuRegisters {
  /** `VS` or `VU` (a vCPU that has never run: `VS`). */
  readonly mode: 'VS' | 'VU' | 'HS' | 'U' | 'M';
  readonly pc: Hex64;
  /** x0 to x31. */
  readonly x: readonly Hex64[];
  /** f0 to f31, raw bits. */
  readonly f: readonly Hex64[];
  readonly csrs: readonly CsrValue[];
  /** From `pc` on; empty where `pc` does not translate. */
  readonly code: readonly DisassembledLine[];
}

export const registers: Question<'registers', OfVcpu, VcpuRegisters> = defineVcpuQuestion({
  id: 'registers',
  text: {
    en: 'all registers of a vCPU, with the fields of its CSRs and the code at its pc',
    zh: '某个 vCPU 的全部寄存器、CSR 的各字段，以及 pc 处的代码',
  },
  ask: (vm, vcpu, _, host) => ok(registersOf(vm, vcpu, host)),
});

const CODE_LINES = 16;

function csrValue(name: string, lo: number, hi: number): CsrValue {
  const row = csrNamed(name);
  const value = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
  return {
    name,
    address: row?.address ?? 0,
    value: hex64(lo, hi),
    fields: (row?.fields ?? []).map(({ name: field, high, low }) => ({
      name: field,
      high,
      low,
      value: `0x${((value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n)).toString(16)}`,
    })),
  };
}

function pairs(words: Uint32Array): string[] {
  return Array.from({ length: words.length / 2 }, (_, i) => hex64(words[i * 2] ?? 0, words[i * 2 + 1] ?? 0));
}

/** Instructions from `pc` on, as far as the addresses translate. */
function codeAt(vm: Vm, vcpu: Vcpu, lo: number, hi: number): DisassembledLine[] {
  const lines: DisassembledLine[] = [];
  const bytes = readGuest(vm, vcpu, lo, hi, CODE_LINES * 4, 'execute');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 2 <= bytes.length && lines.length < CODE_LINES; ) {
    const low = view.getUint16(at, true);
    const raw = (low & 3) === 3 && at + 4 <= bytes.length ? view.getUint32(at, true) : low;
    const length = (low & 3) === 3 ? 4 : 2;
    if (at + length > bytes.length) break;
    const address = lo + at;
    const carry = address > 0xffff_ffff ? 1 : 0;
    lines.push({
      address: hex64(address, hi + carry),
      bytes: raw.toString(16).padStart(length * 2, '0'),
      text: disassemble(raw, address),
    });
    at += decode(raw)?.length ?? length;
  }
  return lines;
}

/** Set once on each hart, the same for every guest (cpu/hs-setup.ts): what a guest handles itself, and may use. */
const HOST_CSRS = ['hedeleg', 'hideleg', 'hcounteren', 'henvcfg'] as const;

/** CSRs of HS-mode that decide how a vCPU runs and are not in its context. */
function hypervisorCsrs({ memory, slot, hasMemory }: Vm, { machine }: Host): CsrValue[] {
  const hart = machine.harts[0];
  const ofHost = HOST_CSRS.map((name) => csrValue(name, hart?.csrLo(name) ?? 0, hart?.csrHi(name) ?? 0));
  return hasMemory ? [csrValue('hgatp', memory.root, memory.hgatpHi(slot + 1)), ...ofHost] : ofHost;
}

function registersOf(vm: Vm, vcpu: Vcpu, host: Host): VcpuRegisters {
  const { mode, pc, x, f, csrs } = vm.registers(vcpu);
  return {
    mode,
    pc: hex64(pc[0], pc[1]),
    x: pairs(x),
    f: pairs(f),
    csrs: [...csrs.map(({ name, lo, hi }) => csrValue(name, lo, hi)), ...hypervisorCsrs(vm, host)],
    code: codeAt(vm, vcpu, pc[0], pc[1]),
  };
}
