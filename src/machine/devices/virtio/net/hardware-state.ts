/** The state of a virtio card in hardware; its code comes when a VM is given one. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { list, optional, u8, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

/** Two rings for frames, and one for commands. */
export const MOST_RUNG = 3;

interface HardwareNetState {
  /** Doorbells that were rung, by queue, and in how long it looks. */
  readonly rung: readonly number[];
  readonly looksInNs: VirtualNs | undefined;
  readonly net: PartState;
}
export const HARDWARE_NET: Declaration<HardwareNetState> = declare('virtio card in hardware', {
  ...{ rung: list(u8, upTo(MOST_RUNG)), looksInNs: optional(deadline), net: part },
});
