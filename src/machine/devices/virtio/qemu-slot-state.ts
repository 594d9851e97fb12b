/** What a snapshot holds of a slot as QEMU's machine has it: what its driver has said in version 1's way, and the slot below. */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { bool, list, u32, upTo } from '#base/state/types';
import { MOST_QUEUES } from './state.ts';

interface QemuSlotState {
  /** The driver has said which features above 31 it takes. */
  readonly wroteHigh: boolean;
  readonly pageSize: number;
  readonly align: number;
  /** By queue; 0 where none has been said. */
  readonly pageNumbers: readonly number[];
  readonly slot: PartState;
}
export const QEMU_SLOT: Declaration<QemuSlotState> = declare('qemu virtio slot', {
  ...{ wroteHigh: bool, pageSize: u32, align: u32, pageNumbers: list(u32, upTo(MOST_QUEUES)), slot: part },
});
