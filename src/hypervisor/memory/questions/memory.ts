/** Bytes of memory as they are now, by any of the three kinds of address; what does not translate ends the answer. */
import * as v from 'valibot';
import { addressOf } from '#base/addresses';
import { type Hex64, parseHex64 } from '#base/hex64';
import { fail, ok } from '#base/result';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { ADDRESS, COUNT, SHORT_TEXT } from '../../shapes/values.ts';
import { readGuestPhysical, readSpace } from '../guest-bytes.ts';
import { knownSpaces, NOW, spaceNamed } from '../known-spaces.ts';

interface Args {
  /** `gva` is of the vCPU, `gpa` of the VM, `spa` of the host. */
  readonly space: 'gva' | 'gpa' | 'spa';
  readonly address: Hex64;
  readonly bytes: number;
  /** Of a `gva`: the address space, as a walk names it; that of the vCPU unless said. */
  readonly in?: string;
}

const MOST_BYTES = 4096;

export const memory: Question<'memory', OfVcpu & Args, Uint8Array> = defineVcpuQuestion<
  'memory',
  Uint8Array,
  Args
>({
  id: 'memory',
  text: {
    en: `at most ${MOST_BYTES} bytes of memory by an address; of a virtual one in an address space, as walk names them`,
    zh: `某个地址处的内存，至多 ${MOST_BYTES} 字节；虚拟地址可指定地址空间，与 walk 的写法相同`,
  },
  more: {
    space: v.picklist(['gva', 'gpa', 'spa']),
    address: ADDRESS,
    bytes: COUNT,
    in: v.exactOptional(SHORT_TEXT),
  },
  ask(vm, vcpu, { space, address, bytes, in: named = NOW }, host) {
    const parsed = parseHex64(address);
    if (!parsed.ok) return parsed;
    const { lo, hi } = parsed.value;
    const length = Math.min(MOST_BYTES, Math.floor(bytes));
    if (space === 'gva') {
      if (!vm.hasMemory) return fail('vm.off', { vm: vm.spec.name });
      const found = spaceNamed(knownSpaces(vm, vcpu, host.namesIn(vm), host.now), vcpu, named);
      if (!found.ok) return found;
      return ok(readSpace(vm, vcpu, found.value, lo, hi, length, 'load').slice());
    }
    const physical = addressOf(lo, hi);
    if (physical === undefined) return fail('bad-address', { value: address });
    if (space === 'gpa') return ok(readGuestPhysical(vm, physical, length).slice());
    return ok(vm.ram.holds(physical, length) ? vm.ram.view(physical, length).slice() : new Uint8Array(0));
  },
});
