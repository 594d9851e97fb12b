/** How many frames each owner has. */
import { OWNER_FIRST_VM } from '#base/views';

export interface FramesByOwner {
  readonly free: number;
  /** Page tables, whichever VM they are for. */
  readonly tables: number;
  /** By slot of the VM: its memory. */
  readonly vms: readonly number[];
}

/** @param table byte of the state of page tables */
export function framesByOwner(
  { owners, states }: { readonly owners: Uint8Array; readonly states: Uint8Array },
  table: number,
): FramesByOwner {
  const counts = new Uint32Array(256);
  let tables = 0;
  for (let frame = 0; frame < owners.length; frame++)
    if (states[frame] === table) tables += 1;
    else counts[owners[frame]!]! += 1;
  return { free: counts[0]!, tables, vms: [...counts.subarray(OWNER_FIRST_VM)] };
}
