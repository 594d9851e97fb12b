/** What is in the file of a VM, for a person who wants to resume it: looked at whole, so that a damaged one is known at once. */
import { hasMemory, type VmState } from '#base/catalogue/vm-life-cycle';
import { ok, type Result } from '#base/result';
import { REGISTRIES, type Registries } from '../registries.ts';
import { type HashBytes, snapshotHash } from './file.ts';
import { partsOf } from './host-state.ts';
import { readVmFile } from './vm-file.ts';

export interface SuspendedVm {
  /** The hash that the file states: the command that resumes it names it. */
  readonly hash: string;
  /** What the VM was called. */
  readonly name: string;
  readonly state: VmState;
  readonly memoryBytes: number;
  readonly vcpus: number;
  /** Where its cards were plugged in. */
  readonly switches: readonly string[];
  /** Optional extensions that harts must have for it to go on. */
  readonly extensions: readonly string[];
}

/** The VM that a file holds; nothing but a whole file of ours is one. */
export function suspendedVm(
  file: Uint8Array,
  hash: HashBytes,
  registries: Registries = REGISTRIES,
): Result<SuspendedVm> {
  const read = readVmFile(file, hash, partsOf(registries));
  if (!read.ok) return read;
  const { spec, state, extensions } = read.value.vm;
  const { name, memoryBytes, vcpus, nics } = spec;
  const switches = nics.map((nic) => nic.switch);
  return ok({
    hash: snapshotHash(file),
    name,
    state,
    memoryBytes,
    vcpus,
    switches,
    extensions: hasMemory(state) ? extensions : [],
  });
}
