/**
 * What a frame's colour says: whose it is, what it is used for, how it was accessed, when last and how often. Knows bytes and colours,
 * neither canvas nor React. A frame is four bytes: its owner, its state, its marks (base/catalogue/frame-marks.ts) and its age
 * (base/catalogue/frame-ages.ts).
 */

import { ageIn, FRAME_AGES, heatIn, NO_WARMTH } from '#base/catalogue/frame-ages';
import { FRAME_MARKS as MARKS } from '#base/catalogue/frame-marks';
import { FRAME_STATE, FRAME_STATES, type FramePattern } from '#base/catalogue/frame-states';
import { frameOwnerOf } from '#base/views';
import { FRAME_USE_COLORS, FREE_COLOR, HYPERVISOR_COLOR, ownerColor, WARMTH_COLORS } from '../palette.ts';

export const COLOUR_MODES = ['owner', 'use', 'access', 'age', 'heat'] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** The frames of a host at one time. */
export interface Frames {
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
  /** Undefined: not asked for yet. */
  readonly marks: Uint8Array | undefined;
  /** Undefined: not asked for, or the host does not note it. */
  readonly ages: Uint8Array | undefined;
}

/** Whether what a mode tells is known of some frames. */
export function tells(mode: ColourMode, { marks, ages }: Pick<Frames, 'marks' | 'ages'>): boolean {
  if (mode === 'owner') return true;
  return (mode === 'age' || mode === 'heat' ? ages : marks) !== undefined;
}

/** What frames are told apart by in the modes that do not ask for the owner: the first that holds is what a frame is. */
export const USES = [
  'free',
  'page-table',
  'shared',
  'compressed',
  'device',
  'code',
  'dirty',
  'data',
] as const;
export type Use = (typeof USES)[number];
export const ACCESSES = ['free', 'page-table', 'written', 'dirty', 'accessed', 'untouched'] as const;
export type Access = (typeof ACCESSES)[number];
export const AGES = ['free', 'page-table', ...FRAME_AGES.map(({ id }) => id), 'never', 'unknown'] as const;
export type Age = (typeof AGES)[number];
/** By the rounds with an access, of the latest. */
export const HEATS = ['free', 'page-table', 'hot', 'warm', 'mild', 'cool', 'cold', 'unknown'] as const;
export type Heat = (typeof HEATS)[number];
/** What a frame is in a mode that does not ask for the owner. */
export type Said = Use | Access | Age | Heat;

/** The words of such a mode. */
export function wordsOf(mode: Exclude<ColourMode, 'owner'>): readonly Said[] {
  return { use: USES, access: ACCESSES, age: AGES, heat: HEATS }[mode];
}

function stateOf(state: number): (typeof FRAME_STATES)[number]['id'] {
  return FRAME_STATES[state]?.id ?? 'free';
}

/** What a frame is used for. */
export function usedFor(state: number, marks: number): Use {
  const id = stateOf(state);
  if (id !== 'data') return id;
  if ((marks & MARKS.pinned) !== 0) return 'device';
  if ((marks & MARKS.code) !== 0) return 'code';
  return (marks & MARKS.dirty) !== 0 ? 'dirty' : 'data';
}

/** How a frame was accessed. */
export function accessOf(state: number, marks: number): Access {
  const id = stateOf(state);
  if (id === 'free' || id === 'page-table') return id;
  if ((marks & MARKS.written) !== 0) return 'written';
  if ((marks & MARKS.dirty) !== 0) return 'dirty';
  return (marks & MARKS.accessed) !== 0 ? 'accessed' : 'untouched';
}

/** How long ago a frame was last accessed. */
export function ageOf(state: number, age: number): Age {
  const id = stateOf(state);
  return id === 'free' || id === 'page-table' ? id : (ageIn(age) ?? 'unknown');
}

/** How often it was accessed lately. */
export function heatOf(state: number, age: number): Heat {
  const id = stateOf(state);
  if (id === 'free' || id === 'page-table') return id;
  if (age === NO_WARMTH) return 'unknown';
  return HEAT_WORDS[Math.ceil(heatIn(age) / 2)] ?? 'hot';
}
const HEAT_WORDS = ['cold', 'cool', 'mild', 'warm', 'hot'] as const;

/** What a frame is in a mode, by the byte that the mode asks for. */
export function saidOf(mode: Exclude<ColourMode, 'owner'>, state: number, low: number): Said {
  return { use: usedFor, access: accessOf, age: ageOf, heat: heatOf }[mode](state, low);
}

/** The colour of such a word. */
export function colourOfUse(use: Said, dark: boolean): string {
  switch (use) {
    case 'free':
      return FREE_COLOR[dark ? 'dark' : 'light'];
    case 'page-table':
      return HYPERVISOR_COLOR;
    default:
      return use in WARMTH_COLORS
        ? WARMTH_COLORS[use as keyof typeof WARMTH_COLORS]
        : FRAME_USE_COLORS[use as keyof typeof FRAME_USE_COLORS];
  }
}

function colourOf(mode: ColourMode, low: number, state: number, dark: boolean): string {
  switch (mode) {
    case 'owner':
      return state === FRAME_STATE['page-table'] ? HYPERVISOR_COLOR : ownerColor(frameOwnerOf(low), dark);
    default:
      return colourOfUse(saidOf(mode, state, low), dark);
  }
}

/** The byte of frames that a mode asks for besides the state. */
export function bytesFor(mode: ColourMode, { owners, marks, ages }: Frames): Uint8Array | undefined {
  if (mode === 'owner') return owners;
  return mode === 'age' || mode === 'heat' ? ages : marks;
}

/** Below this size a pattern cannot be seen; a state that has one then darkens its frame. */
export const PATTERN_FROM = 5;
const SHADE = 0.62;

/** A pixel as the bytes R, G, B, A of a little-endian word. */
function pixelOf(hex: string, factor: number): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const part = (shift: number): number => Math.round(((value >> shift) & 0xff) * factor);
  return (0xff00_0000 | (part(0) << 16) | (part(8) << 8) | part(16)) >>> 0;
}

/** Pixels by two bytes of a frame: the one that the mode asks for, and its state. */
export class Colouring {
  readonly mode: ColourMode;
  readonly #dark: boolean;
  readonly #shaded: boolean;
  readonly #pixels: Uint32Array = new Uint32Array(1 << 16);

  /** @param shaded patterns are not drawn */
  constructor(mode: ColourMode, dark: boolean, shaded: boolean) {
    this.mode = mode;
    this.#dark = dark;
    this.#shaded = shaded;
  }

  /** The byte that the mode asks for besides the state, by frame; undefined: it is not known yet. */
  bytesOf(frames: Frames): Uint8Array | undefined {
    return bytesFor(this.mode, frames);
  }

  pixel(low: number, state: number): number {
    const key = (state << 8) | low;
    const known = this.#pixels[key]!;
    if (known !== 0) return known;
    const isShaded =
      this.#shaded &&
      this.mode === 'owner' &&
      patternOf(state) !== 'plain' &&
      state !== FRAME_STATE['page-table'];
    const pixel = pixelOf(colourOf(this.mode, low, state, this.#dark), isShaded ? SHADE : 1);
    this.#pixels[key] = pixel;
    return pixel;
  }
}

/** How a state is drawn on the colour. */
export function patternOf(state: number): FramePattern {
  return FRAME_STATES[state]?.pattern ?? 'plain';
}
