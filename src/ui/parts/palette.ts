/**
 * The one table of colours with a meaning: who owns a frame, a line, a node. Frame map, charts, topology, timeline
 * and legends all read it. Chosen to differ for colour-blind eyes and to stand on dark and light.
 */
import { EXIT_REASONS, type ExitColor } from '#base/catalogue/exit-reasons';
import { PAGE_STATES, type PageStateId } from '#base/catalogue/page-states';
import type { FrameOwner } from '#base/views';

const VM_COLORS = [
  '#3d8fd9', // blue
  '#d98a1f', // orange
  '#2a9d73', // green
  '#b65fc4', // purple
  '#d1536b', // rose
  '#5a9fa8', // teal
  '#9a8a2c', // olive
  '#7a79d6', // violet
  '#c06a3c', // rust
  '#4f8f3f', // leaf
  '#c4589a', // pink
  '#6f8696', // slate
] as const;

/** Kinds of exits, wherever exits are told apart. */
const EXIT_COLORS: Readonly<Record<ExitColor, string>> = {
  memory: '#3d8fd9',
  device: '#b65fc4',
  call: '#2a9d73',
  idle: '#8a94a3',
  instruction: '#9a8a2c',
  timer: '#d98a1f',
  interrupt: '#5a9fa8',
  failure: '#d1536b',
};

/** Colour of an exit reason by its id. */
export function exitColor(reason: string): string {
  const row = EXIT_REASONS.find(({ id }) => id === reason);
  return EXIT_COLORS[row?.color ?? 'failure'];
}

export const HYPERVISOR_COLOR = '#8a94a3';
export const FREE_COLOR = { light: '#e3e7ec', dark: '#262c34' } as const;

/** What a frame that a VM has is used for, and how it was accessed, where that is told apart and not the VM. */
export const FRAME_USE_COLORS = {
  data: '#3d8fd9',
  shared: '#2a9d73',
  compressed: '#8a7a3d',
  code: '#b65fc4',
  device: '#d1536b',
  dirty: '#d98a1f',
  written: '#d1536b',
  accessed: '#3d8fd9',
  untouched: '#5a7f9a',
} as const;

/** From what was accessed a moment ago, or always, to what was not for long, or never. */
export const WARMTH_COLORS = {
  now: '#c8342b',
  second: '#df6a22',
  seconds: '#d9a02a',
  quarter: '#8aa83c',
  minute: '#3d8fd9',
  older: '#4d6fa3',
  never: '#6b7280',
  hot: '#c8342b',
  warm: '#df6a22',
  mild: '#d9a02a',
  cool: '#3d8fd9',
  cold: '#4d6fa3',
  unknown: '#9aa1aa',
} as const;

const PAGE_STATE_COLORS: Readonly<Record<Exclude<PageStateId, 'absent'>, string>> = {
  backed: '#3d8fd9',
  shared: '#2a9d73',
  ballooned: '#d98a1f',
  compressed: '#9a8a2c',
  swapped: '#d1536b',
  arriving: '#b65fc4',
};

/** Colour of a page by the position of its state in the table of page states. */
export function pageStateColor(state: number, dark: boolean): string {
  const id = PAGE_STATES[state]?.id ?? 'absent';
  return id === 'absent' ? FREE_COLOR[dark ? 'dark' : 'light'] : PAGE_STATE_COLORS[id];
}

/** Colour of the VM in a slot. */
export function vmColor(slot: number): string {
  return VM_COLORS[slot % VM_COLORS.length] ?? HYPERVISOR_COLOR;
}

/** Colour of a frame's owner. */
export function ownerColor(owner: FrameOwner, dark: boolean): string {
  if (typeof owner === 'number') return vmColor(owner);
  return owner === 'hypervisor' ? HYPERVISOR_COLOR : FREE_COLOR[dark ? 'dark' : 'light'];
}
