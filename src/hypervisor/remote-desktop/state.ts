/** What a snapshot holds of remote desktops. */
import { LIMITS } from '#base/catalogue/limits';
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import {
  bool,
  bytes,
  exactly,
  integer,
  integers,
  list,
  optional,
  piece,
  type Type,
  u32,
  upTo,
  words,
} from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { TILE } from '#machine/devices/display/damage';

/** Frames of one update: less than a switch's port holds. */
export const MOST_UPDATE_FRAMES = 64;
/** Words of their bits. */
export const PART_WORDS: number = MOST_UPDATE_FRAMES / 32;
export const GESTURE_BYTES = 8;
/** Gestures that may wait. */
export const MOST_WAITING = 256;

/** A tile, and the first and the last frame that has a part of it. */
export const UNSURE_WORDS = 3;

export const PIECE: number = 64 * 1024;
const MOST_BYTES: number = 4 * LIMITS.desktopWidth.most * LIMITS.desktopHeight.most;
const MOST_TILES: number =
  Math.ceil(LIMITS.desktopWidth.most / TILE) * Math.ceil(LIMITS.desktopHeight.most / TILE);

/** A picture in pieces, of which a snapshot keeps each content once. */
export const PIXELS: Type<readonly Uint8Array[]> = list(
  piece(upTo(PIECE)),
  upTo(Math.ceil(MOST_BYTES / PIECE)),
);

export interface ServerState {
  readonly viewer: number;
  /** How long ago it asked. */
  readonly askedBefore: VirtualNs;
  readonly update: number;
  /** Tiles of the newest update, which the viewer may not have; with each the first and the last of the frames that it is in. */
  readonly unsure: Uint32Array;
  /** Where the next update begins to look. */
  readonly next: number;
  readonly width: number;
  readonly height: number;
  readonly sent: readonly Uint8Array[];
  readonly key: number;
  /** Number of the last gesture that was given to the VM; 0: none of this viewer's. */
  readonly taken: number;
}
export const SERVER: Declaration<ServerState> = declare('desktop server', {
  ...{ viewer: integer, askedBefore: integer, update: u32 },
  unsure: words(upTo(UNSURE_WORDS * MOST_TILES)),
  ...{ next: u32, width: u32, height: u32 },
  sent: PIXELS,
  ...{ key: since(8, u32, 0), taken: since(8, u32, 0) },
});

export interface SenderState {
  /** Number of the first that waits. */
  readonly first: number;
  readonly waiting: Uint8Array;
  /** For each, how long ago it was done. */
  readonly doneBefore: Float64Array;
  /** How many of them are under way. */
  readonly underWay: number;
  /** They were taken that long ago, the first of them having been done that long ago, and no picture has answered yet. */
  readonly isAnswerAwaited: boolean;
  readonly takenBefore: VirtualNs;
  readonly givenBefore: VirtualNs;
}
export const SENDER: Declaration<SenderState> = declare('desktop input', {
  first: u32,
  waiting: bytes(upTo(GESTURE_BYTES * MOST_WAITING)),
  doneBefore: integers(upTo(MOST_WAITING)),
  ...{ underWay: u32, isAnswerAwaited: bool, takenBefore: integer, givenBefore: integer },
});
export const NOTHING_SENT: SenderState = {
  ...{ first: 1, waiting: new Uint8Array(0), doneBefore: new Float64Array(0), underWay: 0 },
  ...{ isAnswerAwaited: false, takenBefore: 0, givenBefore: 0 },
};

/** What a person sees of the traffic. */
export interface RemoteTraffic {
  readonly frames: number;
  readonly bytes: number;
  readonly updates: number;
  /** Requests after nothing had come for a while. */
  readonly lost: number;
  /** From when the server looked at the screen to when the last frame of that update came. */
  readonly delayNs: VirtualNs;
  /** Of what a person does there: how much the server has taken, in how many frames it was sent, and those that were sent again. */
  readonly gestures: number;
  readonly inputFrames: number;
  readonly inputLost: number;
  /** From when it was done to when the VM had it, and to when a picture of later had come: of the last. */
  readonly inputDelayNs: VirtualNs;
  readonly answerNs: VirtualNs;
}

export interface ViewerState extends RemoteTraffic {
  readonly server: number;
  /** The newest update that is whole, and the one that is coming; the frames of the newer one as bits. */
  readonly has: number;
  readonly coming: number;
  readonly parts: Uint32Array;
  readonly isNews: boolean;
  readonly mayResize: boolean;
  readonly isLate: boolean;
  readonly askIn: VirtualNs;
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly Uint8Array[];
  readonly key: number;
  readonly input: SenderState;
  /** Until input is sent again; nothing while none is under way. */
  readonly inputAgainIn: VirtualNs | undefined;
}
export const VIEWER: Declaration<ViewerState> = declare('desktop viewer', {
  ...{ server: integer, has: u32, coming: u32 },
  parts: words(exactly(PART_WORDS)),
  ...{ isNews: bool, mayResize: bool, isLate: bool, askIn: deadline, width: u32, height: u32 },
  pixels: PIXELS,
  ...{ frames: integer, bytes: integer, updates: integer, lost: integer, delayNs: integer },
  ...{ key: since(8, u32, 0), input: since(8, SENDER, NOTHING_SENT) },
  inputAgainIn: since(8, optional(deadline), undefined),
  ...{ gestures: since(8, integer, 0), inputFrames: since(8, integer, 0), inputLost: since(8, integer, 0) },
  ...{ inputDelayNs: since(8, integer, 0), answerNs: since(8, integer, 0) },
});

export interface RemoteDesktopsState {
  readonly servers: readonly ServerState[];
  readonly viewers: readonly ViewerState[];
}
/** Of a host that has none. */
export const NO_REMOTE_DESKTOPS: RemoteDesktopsState = { servers: [], viewers: [] };
export const REMOTE_DESKTOPS: Declaration<RemoteDesktopsState> = declare('remote desktops', {
  servers: list(SERVER, upTo(LIMITS.remoteDesktops)),
  viewers: list(VIEWER, upTo(LIMITS.remoteDesktops)),
});
