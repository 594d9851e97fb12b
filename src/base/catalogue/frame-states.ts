/**
 * What a frame of host RAM is used for. Allocator, views and frame map read this table; the text of a state is
 * `frameState.<id>`.
 */
import { positionsOf } from './rows.ts';

/** How a state is drawn on the colour of the frame's owner. */
export type FramePattern = 'plain' | 'cross' | 'stripe' | 'dot' | 'frame' | 'hatch';

/** The position is the byte of snapshots and views: new states go to the end. */
export const FRAME_STATES = [
  /** Belongs to nobody; its content is of no interest. */
  { id: 'free', pattern: 'plain' },
  /** A VM's RAM. */
  { id: 'data', pattern: 'plain' },
  /** A G-stage page table. */
  { id: 'page-table', pattern: 'cross' },
  /** RAM that several pages have in common. */
  { id: 'shared', pattern: 'stripe' },
  /** Compressed pages of any VMs, several in a frame. */
  { id: 'compressed', pattern: 'dot' },
] as const;
export type FrameStateId = (typeof FRAME_STATES)[number]['id'];

/** A state's byte. */
export const FRAME_STATE: Readonly<Record<FrameStateId, number>> = positionsOf(FRAME_STATES);
