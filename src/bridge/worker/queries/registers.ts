/** Registers of a vCPU, its CSRs with the fields of the architecture's table, and the code at its pc. */
import type { CsrValue, DisassembledLine, VcpuRegisters } from '#bridge/protocol/answers';
import type { Vcpu, Vm } from '#hypervisor/host';
import { csrNamed } from '#isa/csrs';
import { decode } from '#isa/decode';
import { disassemble } from '#isa/disassemble';
import { hex64 } from '../values.ts';
import { readGuest } from './memory.ts';

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

export function registers(vm: Vm, vcpu: Vcpu): VcpuRegisters {
  const { mode, pc, x, f, csrs } = vm.registers(vcpu);
  return {
    mode,
    pc: hex64(pc[0], pc[1]),
    x: pairs(x),
    f: pairs(f),
    csrs: csrs.map(({ name, lo, hi }) => csrValue(name, lo, hi)),
    code: codeAt(vm, vcpu, pc[0], pc[1]),
  };
}
