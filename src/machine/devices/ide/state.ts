/** What a snapshot holds of an IDE disk: its registers, how far its command has come, and the content. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { bool, bytes, integer, list, oneOf, optional, u8, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '../counters.ts';
import { DISK_FAULTS_STATE, type DiskFaultsState } from '../disk/disk-faults.ts';
import { DISK_COUNTERS, type DiskCounter } from '../disk/metrics.ts';
import type { MemoryRegion } from './regions.ts';
import { MOST_REGIONS, MOST_SECTORS, SECTOR_SIZE } from './sizes.ts';

/**
 * What the controller is at. `armed`: a DMA command waits for the bus master; `waiting`: memory of the guest's must come first; `busy`:
 * the medium has the request; `held`: it could not serve it, and the VM has stopped; `sending` and `receiving`: the driver moves data by the data register.
 */
export const IDE_PHASES = ['ready', 'armed', 'waiting', 'busy', 'sending', 'receiving', 'held'] as const;
export type IdePhase = (typeof IDE_PHASES)[number];

/** Data that was moved, while memory for it was looked up. */
export interface SettlingState {
  /** For what a request has looked up so far. */
  readonly owedNs: VirtualNs;
  readonly isOn: boolean;
  readonly leftNs: VirtualNs;
  /** All of it was moved. */
  readonly isGood: boolean;
}

export interface IdeState {
  /** By register of the task file. */
  readonly task: Uint8Array;
  readonly control: number;
  readonly error: number;
  readonly interrupt: boolean;
  readonly bmCommand: number;
  readonly bmStatus: number;
  readonly bmTable: number;
  readonly phase: IdePhase;
  /** Of the command: its code, where on the disk, and how far the data register has come. */
  readonly command: number;
  readonly offset: number;
  readonly length: number;
  readonly position: number;
  /** What moves by the data register. */
  readonly buffer: Uint8Array;
  /** Where in memory the bus master moves it. */
  readonly regions: readonly MemoryRegion[];
  readonly busyForNs: VirtualNs;
  /** What of its way travels with the device. */
  readonly drive: PartState | undefined;
  readonly faults: DiskFaultsState | undefined;
  readonly settling: SettlingState | undefined;
  readonly counters: Counters<DiskCounter>;
  readonly disk: PartState;
}

/** Registers of the task file. */
export const TASK_SIZE = 8;

export const IDE: Declaration<IdeState> = declare<IdeState>('ide disk', {
  task: bytes(upTo(TASK_SIZE)),
  control: u8,
  error: u8,
  interrupt: bool,
  bmCommand: u8,
  bmStatus: u8,
  bmTable: u32,
  phase: oneOf(...IDE_PHASES),
  command: u8,
  offset: integer,
  length: u32,
  position: u32,
  buffer: bytes(upTo(MOST_SECTORS * SECTOR_SIZE)),
  regions: list(declare<MemoryRegion>('memory region', { gpa: u32, length: u32 }), upTo(MOST_REGIONS)),
  busyForNs: deadline,
  drive: optional(part),
  faults: since(8, optional(DISK_FAULTS_STATE), undefined),
  settling: since(
    10,
    optional(
      declare<SettlingState>('settling of an ide disk', {
        ...{ owedNs: deadline, isOn: bool },
        leftNs: deadline,
        isGood: bool,
      }),
    ),
    undefined,
  ),
  counters: countersState('ide disk', namesOf(DISK_COUNTERS)),
  disk: part,
});

/** Whether a disk of a size can be at this: a state may come from anywhere. */
export function isPossible(state: IdeState, sizeBytes: number): boolean {
  const { phase, offset, length, position, buffer, regions, settling } = state;
  const isWhole = position <= length && position % 2 === 0 && length <= MOST_SECTORS * SECTOR_SIZE;
  const isOnDisk = offset + length <= Math.max(sizeBytes, SECTOR_SIZE);
  const isMoving = phase === 'sending' || phase === 'receiving';
  const isFilled = isMoving ? position < length && buffer.length === length : buffer.length <= length;
  const isSettled = settling?.isOn !== true || (phase === 'busy' && regions.length === 0);
  return isWhole && isOnDisk && isFilled && isSettled;
}
