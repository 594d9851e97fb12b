/** Bytes of a guest's memory for people to look at; what does not translate ends them, and nothing is allocated for a look. */
import { walkContextOf } from '../vcpu/inspect.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { Vm } from '../vm/vm.ts';
import { probeWalk, type WalkAccess, type WalkContext } from './walk.ts';

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
  const context = walkContextOf(vm, vcpu);
  const modes = [user ?? context.user];
  return readWhere(vm, context, modes, lo, hi, length, access);
}

/**
 * Bytes at a virtual address as somebody looks who is shown everything: in an address space that is given by the value of vsatp,
 * whichever mode a page is for.
 */
export function readSpace(
  vm: Vm,
  vcpu: Vcpu,
  { vsatpLo, vsatpHi }: Pick<WalkContext, 'vsatpLo' | 'vsatpHi'>,
  lo: number,
  hi: number,
  length: number,
  access: WalkAccess,
): Uint8Array {
  const context = { ...walkContextOf(vm, vcpu), vsatpLo, vsatpHi };
  return readWhere(vm, context, [context.user, !context.user], lo, hi, length, access);
}

/** The first of the modes that may make the access to a page reads it. */
function readWhere(
  vm: Vm,
  context: WalkContext,
  modes: readonly boolean[],
  lo: number,
  hi: number,
  length: number,
  access: WalkAccess,
): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const low = lo + at;
    const high = (hi + (low > 0xffff_ffff ? 1 : 0)) >>> 0;
    const walks = modes.map((user) => probeWalk({ ...context, user }, low >>> 0, high, access));
    const { spa, fault } = walks.find((walk) => walk.fault === undefined) ?? walks[0]!;
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
