/** What a snapshot holds of a graphics adapter: its pictures with their content, what is shown, the pointer, the request at hand. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, exactly, integers, list, optional, piece, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { CHAIN, type ChainState } from '../descriptor-chain.ts';
import { LARGEST_RESOURCE, MOST_BACKING_ENTRIES, MOST_RESOURCES } from './bounds.ts';
import { GPU_COUNTERS, type GpuCounter } from './metrics.ts';
import { CURSOR_PIXELS, REQUEST_SIZE } from './registers.ts';
import type { BackingState, Rectangle } from './resource.ts';

interface ResourceState {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly backing: BackingState | undefined;
  /** The content in pieces of {@link PIECE} bytes; the last may be shorter. */
  readonly pixels: readonly Uint8Array[];
}
interface ScanoutState {
  readonly resource: number;
  readonly rectangle: Rectangle;
}
export interface CursorState {
  readonly x: number;
  readonly y: number;
  readonly hotX: number;
  readonly hotY: number;
  readonly isShown: boolean;
  readonly pixels: Uint8Array;
}
interface RequestState {
  readonly chain: ChainState;
  readonly request: Uint8Array;
  /** Rows of a transfer that are done. */
  readonly row: number;
}
export interface GpuState {
  readonly width: number;
  readonly height: number;
  readonly events: number;
  readonly resources: readonly ResourceState[];
  readonly scanout: ScanoutState | undefined;
  readonly cursor: CursorState;
  readonly request: RequestState | undefined;
  readonly resumesIn: VirtualNs | undefined;
  readonly counters: Counters<GpuCounter>;
}

export const PIECE: number = 64 * 1024;

const RECTANGLE: Declaration<Rectangle> = declare<Rectangle>('gpu rectangle', {
  ...{ x: u32, y: u32, width: u32, height: u32 },
});

export const GPU: Declaration<GpuState> = declare('virtio gpu', {
  width: u32,
  height: u32,
  events: u32,
  resources: list(
    declare<ResourceState>('gpu resource', {
      ...{ id: u32, width: u32, height: u32, format: u32 },
      backing: optional(
        declare<BackingState>('gpu backing', {
          addresses: integers(upTo(MOST_BACKING_ENTRIES)),
          lengths: integers(upTo(MOST_BACKING_ENTRIES)),
        }),
      ),
      pixels: list(piece(upTo(PIECE)), upTo(Math.ceil(LARGEST_RESOURCE / PIECE))),
    }),
    upTo(MOST_RESOURCES),
  ),
  scanout: optional(declare<ScanoutState>('gpu scanout', { resource: u32, rectangle: RECTANGLE })),
  cursor: declare<CursorState>('gpu cursor', {
    ...{ x: u32, y: u32, hotX: u32, hotY: u32, isShown: bool },
    pixels: bytes(exactly(4 * CURSOR_PIXELS * CURSOR_PIXELS)),
  }),
  request: optional(
    declare<RequestState>('gpu request', { chain: CHAIN, request: bytes(exactly(REQUEST_SIZE)), row: u32 }),
  ),
  resumesIn: optional(deadline),
  counters: countersState('virtio gpu', namesOf(GPU_COUNTERS)),
});
