/** Instructions around an address of a vCPU, with what the machine knows of each: executed, translated, how often found there. */
import type { CodeLine, CodeView } from '#bridge/protocol/answers';
import type { Host, Vcpu, Vm } from '#hypervisor/host';
import { decode } from '#isa/decode';
import { disassemble } from '#isa/disassemble';
import { hex64 } from '../values.ts';
import { readGuest } from './memory.ts';

/** Bytes looked at before the address, and lines shown before and after it. */
const BYTES_BEFORE = 96;
const LINES_BEFORE = 16;
const LINES_AFTER = 48;

/** Code of one piece of memory, and where it begins. */
interface Code {
  readonly base: bigint;
  readonly view: DataView;
}

function halves(address: bigint): [lo: number, hi: number] {
  return [Number(address & 0xffff_ffffn), Number((address >> 32n) & 0xffff_ffffn)];
}

function read(vm: Vm, vcpu: Vcpu, base: bigint, length: number): Code {
  const bytes = readGuest(vm, vcpu, ...halves(base), length, 'execute');
  return { base, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Length of the instruction at an offset; 0 when its bytes are not all there. */
function lengthAt({ view }: Code, at: number): 0 | 2 | 4 {
  if (at + 2 > view.byteLength) return 0;
  const length = (view.getUint16(at, true) & 3) === 3 ? 4 : 2;
  return at + length > view.byteLength ? 0 : length;
}

function rawAt({ view }: Code, at: number, length: 2 | 4): number {
  return length === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
}

/** Offsets of instructions from `at` on, up to an end or a number. */
function sweep(code: Code, at: number, end: number, most: number): number[] {
  const found: number[] = [];
  for (let next = at; next < end && found.length < most; ) {
    const length = lengthAt(code, next);
    if (length === 0) break;
    found.push(next);
    next += length;
  }
  return found;
}

/**
 * Instructions before an offset. Their lengths can only be read forwards, so the sweep begins at several places: the first
 * that ends exactly at the offset, over nothing illegal if possible, is right.
 */
function before(code: Code, end: number): number[] {
  let fallback: number[] = [];
  for (let start = end % 2; start < end; start += 2) {
    const found = sweep(code, start, end, end);
    const last = found.at(-1);
    if (last === undefined || last + lengthAt(code, last) !== end) continue;
    if (found.every((at) => decode(rawAt(code, at, lengthAt(code, at) as 2 | 4)) !== undefined)) return found;
    if (fallback.length === 0) fallback = found;
  }
  return fallback;
}

interface Place {
  readonly host: Host;
  readonly vm: Vm;
  readonly vcpu: Vcpu;
}

function lineAt({ host, vm, vcpu }: Place, code: Code, at: number): CodeLine {
  const length = lengthAt(code, at) as 2 | 4;
  const raw = rawAt(code, at, length);
  const address = code.base + BigInt(at);
  const decoded = decode(raw);
  const kind = decoded?.instruction.effect.kind;
  const target =
    decoded !== undefined && (kind === 'branch' || kind === 'jump')
      ? hex64(...halves(address + BigInt(decoded.immediate)))
      : undefined;
  const text = disassemble(raw, 0);
  const { spa } = vm.walk(vcpu, ...halves(address), 'execute');
  return {
    address: hex64(...halves(address)),
    bytes: raw.toString(16).padStart(length * 2, '0'),
    text: target === undefined ? text : text.replace(/\S+$/, target),
    ...(target === undefined ? {} : { target }),
    ...host.machine.codeState(spa),
    samples: spa < 0 ? 0 : host.heat.at(spa),
  };
}

/** @param where undefined: around pc */
export function code(
  place: Place,
  where: { readonly lo: number; readonly hi: number } | undefined,
): CodeView {
  const { host, vm, vcpu } = place;
  const { mode, pc } = vm.registers(vcpu);
  const lo = where?.lo ?? pc[0];
  const hi = where?.hi ?? pc[1];
  const address = ((BigInt(hi) << 32n) | BigInt(lo >>> 0)) & ~1n;
  const start = address < BYTES_BEFORE ? 0n : address - BigInt(BYTES_BEFORE);
  const earlier = read(vm, vcpu, start, Number(address - start));
  // A page before it that does not translate is no reason to show nothing.
  const isWhole = earlier.view.byteLength === Number(address - start);
  const lead = isWhole ? before(earlier, earlier.view.byteLength).slice(-LINES_BEFORE) : [];
  const later = read(vm, vcpu, address, LINES_AFTER * 4);
  return {
    mode,
    pc: hex64(pc[0], pc[1]),
    space: hex64(vcpu.csrLo('vsatp'), vcpu.csrHi('vsatp')),
    lines: [
      ...lead.map((at) => lineAt(place, earlier, at)),
      ...sweep(later, 0, later.view.byteLength, LINES_AFTER).map((at) => lineAt(place, later, at)),
    ],
    samples: host.heat.total,
  };
}
