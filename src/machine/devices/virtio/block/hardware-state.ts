/** The state of a virtio disk in hardware; its code comes when a VM is given one. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { integer, optional } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

interface HardwareBlockState {
  /** Its doorbell was rung, and it looks in so long. */
  readonly looksInNs: VirtualNs | undefined;
  readonly owedNs: VirtualNs;
  readonly block: PartState;
}
export const HARDWARE_BLOCK: Declaration<HardwareBlockState> = declare('virtio disk in hardware', {
  ...{ looksInNs: optional(deadline), owedNs: integer, block: part },
});
