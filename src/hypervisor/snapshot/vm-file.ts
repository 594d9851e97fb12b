/**
 * A VM as one file, without its host: taken here, it moves in there and goes on. A hostile file is refused whole: it is read and
 * checked before a VM is built of it, and a VM that cannot be built leaves nothing.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import type { Result } from '#base/result';
import { encode } from '#base/state/codec';
import { type AnyDeclaration, type Declaration, declare, since } from '#base/state/declare';
import { exactly, list, optional, piece, upTo } from '#base/state/types';
import type { Machine } from '#machine/machine';
import { NO_OWNED, OWNED_DEVICES, type OwnedDevices } from '../io/passthrough/state.ts';
import { contentsOf } from '../memory/vm-pages.ts';
import { VM, type VmSnapshot } from '../vm/state.ts';
import type { Vm } from '../vm/vm.ts';
import { type HashBytes, readContent, unwrapSnapshot, wrapSnapshot } from './file.ts';

export interface SavedVm {
  readonly vm: VmSnapshot;
  /** The content of each page that has one, in the order of guest frames; nothing where that is zeros. */
  readonly ram: readonly (Uint8Array | undefined)[];
  /** Of devices that are its host's; a VM with such is kept here and goes nowhere else. */
  readonly owned: OwnedDevices;
}
export const SAVED_VM: Declaration<SavedVm> = declare('saved vm', {
  vm: VM,
  ram: list(optional(piece(exactly(PAGE_SIZE))), upTo(LIMITS.vmMemoryBytes.most / PAGE_SIZE)),
  owned: since(10, OWNED_DEVICES, NO_OWNED),
});

const VM_AND_OWNED: Declaration<Omit<SavedVm, 'ram'>> = declare('vm and what it owns', {
  vm: VM,
  owned: OWNED_DEVICES,
});

/** A VM as it is, until it or its memory changes. */
export function savedVm(vm: Vm): SavedVm {
  const ram = Array.from(contentsOf(vm.memory), (content) => {
    const bytes = typeof content === 'number' ? vm.ram.view(content * PAGE_SIZE, PAGE_SIZE) : content;
    return bytes.every((byte) => byte === 0) ? undefined : bytes;
  });
  return { vm: vm.capture(), ram, owned: vm.captureOwned() };
}

/** Hash of all that a VM is, the same on whatever host it runs. */
export function vmHash(machine: Machine, vm: Vm): string {
  const vmAlone = vm.capture();
  const owned = vm.captureOwned();
  const bytes =
    owned.devices.length === 0 ? encode(VM, vmAlone) : encode(VM_AND_OWNED, { vm: vmAlone, owned });
  return machine.hash(bytes, contentsOf(vm.memory));
}

/** The file of a VM. */
export function vmFile(vm: Vm, hash: HashBytes): Uint8Array {
  return wrapSnapshot('vm', encode(SAVED_VM, savedVm(vm)), hash);
}

/** The VM that a file holds, as data. */
export function readVmFile(
  file: Uint8Array,
  hash: HashBytes,
  parts: readonly AnyDeclaration[],
): Result<SavedVm> {
  return readContent(SAVED_VM, unwrapSnapshot('vm', file, hash), parts);
}
