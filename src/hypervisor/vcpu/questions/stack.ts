/** The words of a vCPU's stack, from sp on, with what each points at by the names of the VM's image. */
import { type Hex64, hex64 } from '#base/hex64';
import { fail, ok } from '#base/result';
import { decode } from '#isa/decode';
import { readSpace } from '../../memory/guest-bytes.ts';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import type { CodeNames } from '../../vm/image.ts';
import type { Vm } from '../../vm/vm.ts';
import type { Vcpu } from '../vcpu.ts';

/**
 * What a word looks like: the address behind a call (so a function returns there, or has returned), of other code or of a
 * variable that has a name, or neither.
 */
type StackWordKind = 'return' | 'code' | 'variable' | 'other';

export interface StackWord {
  readonly address: Hex64;
  readonly value: Hex64;
  readonly kind: StackWordKind;
  /** What lies at the value, as `name` or `name+0x10`. */
  readonly name?: string;
}

export interface Stack {
  readonly sp: Hex64;
  /** From sp upwards, at most 64; fewer where the memory ends. */
  readonly words: readonly StackWord[];
}

const MOST_WORDS = 64;
const WORD = 8;
const SP = 2;
/** The longest call, `jalr` or `jal`, and the shortest, `c.jalr`. */
const CALL_LENGTHS = [4, 2] as const;
const RA = 1;

export const stack: Question<'stack', OfVcpu, Stack> = defineVcpuQuestion({
  id: 'stack',
  text: {
    en: `the stack of a vCPU, at most ${MOST_WORDS} words from sp on, with the names of what they point at`,
    zh: `某个 vCPU 的栈：从 sp 起至多 ${MOST_WORDS} 个字，以及它们所指之物的名称`,
  },
  ask(vm, vcpu, _, host) {
    if (!vm.hasMemory) return fail('vm.off', { vm: vm.spec.name });
    return ok(stackOf(vm, vcpu, host.namesIn(vm)));
  },
});

function stackOf(vm: Vm, vcpu: Vcpu, names: CodeNames): Stack {
  const { x } = vm.registers(vcpu);
  const [lo, hi] = [x[SP * 2]! >>> 0, x[SP * 2 + 1]! >>> 0];
  const space = { vsatpLo: vcpu.csrLo('vsatp'), vsatpHi: vcpu.csrHi('vsatp') };
  const bytes = readSpace(vm, vcpu, space, lo, hi, MOST_WORDS * WORD, 'load');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words: StackWord[] = [];
  for (let at = 0; at + WORD <= bytes.length; at += WORD) {
    const low = lo + at;
    const value = { lo: view.getUint32(at, true), hi: view.getUint32(at + 4, true) };
    words.push({
      address: hex64(low >>> 0, (hi + (low > 0xffff_ffff ? 1 : 0)) >>> 0),
      value: hex64(value.lo, value.hi),
      ...described(vm, vcpu, names, value),
    });
  }
  return { sp: hex64(lo, hi), words };
}

function described(
  vm: Vm,
  vcpu: Vcpu,
  names: CodeNames,
  { lo, hi }: { readonly lo: number; readonly hi: number },
): Pick<StackWord, 'kind' | 'name'> {
  const code = names.at(lo, hi);
  const place = code ?? names.variableAt(lo, hi);
  const isReturn = isBehindCall(vm, vcpu, lo, hi);
  const kind = isReturn ? 'return' : code !== undefined ? 'code' : place !== undefined ? 'variable' : 'other';
  if (place === undefined) return { kind };
  return { kind, name: place.offset === 0 ? place.name : `${place.name}+0x${place.offset.toString(16)}` };
}

/** An instruction that ends at the address leaves its successor in `ra`. */
function isBehindCall(vm: Vm, vcpu: Vcpu, lo: number, hi: number): boolean {
  // Small numbers are no addresses, and are what stacks are full of.
  if ((lo & 1) !== 0 || (hi === 0 && lo < 0x1000)) return false;
  const space = { vsatpLo: vcpu.csrLo('vsatp'), vsatpHi: vcpu.csrHi('vsatp') };
  const from = lo - CALL_LENGTHS[0];
  if (from < 0) return false;
  const bytes = readSpace(vm, vcpu, space, from, hi, CALL_LENGTHS[0], 'execute');
  if (bytes.length < CALL_LENGTHS[0]) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return CALL_LENGTHS.some((length) => {
    const raw = length === 4 ? view.getUint32(0, true) : view.getUint16(2, true);
    const decoded = decode(raw);
    if (decoded?.length !== length) return false;
    const { effect } = decoded.instruction;
    return (effect.kind === 'jump' || effect.kind === 'jumpRegister') && decoded.rd === RA;
  });
}
