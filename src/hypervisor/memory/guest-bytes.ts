/** Bytes of a guest's memory for people to look at; what does not translate ends them, and nothing is allocated for a look. */
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { Vm } from '../vm/vm.ts';
import type { WalkAccess } from './walk.ts';

const PAGE = 4096;

/**
 * Bytes at a guest virtual address of a vCPU, up to the first page that does not translate.
 * @param user as VU-mode or as VS-mode sees it; as the vCPU does unless given
 */
export function readGuest(
  vm: Vm,
  vcpu: Vcpu,
  lo: number,
  hi: number,
  length: number,
  access: WalkAccess,
  user?: boolean,
): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const low = lo + at;
    const carry = low > 0xffff_ffff ? 1 : 0;
    const { spa, fault } = vm.walk(vcpu, low >>> 0, hi + carry, access, user);
    const part = Math.min(length - at, PAGE - (low % PAGE));
    if (fault !== undefined || spa < 0 || !vm.ram.holds(spa, part)) break;
    bytes.set(vm.ram.view(spa, part), at);
    at += part;
  }
  return bytes.subarray(0, at);
}

/** Bytes at a guest physical address. */
export function readGuestPhysical(vm: Vm, gpa: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const part = Math.min(length - at, PAGE - ((gpa + at) % PAGE));
    const spa = vm.memory.peek(gpa + at);
    if (spa < 0) return bytes.subarray(0, at);
    bytes.set(vm.ram.view(spa, part), at);
    at += part;
  }
  return bytes;
}
