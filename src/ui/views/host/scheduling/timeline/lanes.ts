/** Lanes of a timeline: one for each physical CPU, a bar for each slice, a mark for each exit; drawing, and what lies where. */
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Stretch } from '../../../../parts/chart/stretch.ts';
import { exitColor, FREE_COLOR, vmColor } from '../../../../parts/palette.ts';
import { paintTimes } from '../../../../parts/timeline-drawing.ts';
import { ticksOf } from './time-window.ts';

export interface Lane {
  readonly timeline: AnswerOf<'timeline'>;
  /** Where the window is short enough. */
  readonly exits?: AnswerOf<'exit-trail'>;
}
/** A slice, by its place in its lane's answer. */
export interface Place {
  readonly hart: number;
  readonly at: number;
}

export const LANE_PX = 34;
const AXIS_PX = 20;
const LEFT_PX = 52;
const GAP_PX = 4;
const EXIT_PX = 7;
const TICK_PX = 90;
/** An exit is found so far from where it is. */
const NEAR_PX = 3;

/** Height of so many lanes with their axis. */
export function heightOf(lanes: number): number {
  return lanes * LANE_PX + AXIS_PX;
}
/** Where in the stretch a place of the canvas lies: 0 at its left, 1 at its right. */
export function partAt(x: number, width: number): number {
  return Math.min(1, Math.max(0, (x - LEFT_PX) / Math.max(1, width - LEFT_PX)));
}

/** The place of a part of the stretch, as a style says it. */
export function placeAt(part: number): string {
  return `calc(${LEFT_PX}px + (100% - ${LEFT_PX}px) * ${part})`;
}

/** The slice at a part of the stretch, if there is one. */
export function sliceAt(lane: Lane | undefined, atNs: number): number | undefined {
  if (lane === undefined) return undefined;
  const { startNs, endNs } = lane.timeline;
  const at = endNs.findIndex((end) => end > atNs);
  return at >= 0 && startNs[at]! <= atNs ? at : undefined;
}
/** The exit beside a place of the canvas. */
export function exitAt(lane: Lane | undefined, atNs: number, pxNs: number): number | undefined {
  const times = lane?.exits?.atNs;
  if (times === undefined || lane?.exits === undefined) return undefined;
  const { costNs } = lane.exits;
  const at = times.findIndex((time) => time + NEAR_PX * pxNs >= atNs);
  return at >= 0 && times[at]! - costNs[at]! - NEAR_PX * pxNs <= atNs ? at : undefined;
}

interface Look {
  readonly dark: boolean;
  readonly picked: Place | undefined;
  readonly nameOf: (hart: number) => string;
}

/** Paints all lanes and their axis. */
export function paint(canvas: HTMLCanvasElement, lanes: readonly Lane[], stretch: Stretch, look: Look): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const scale = globalThis.devicePixelRatio;
  const width = canvas.clientWidth;
  const height = heightOf(lanes.length);
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const ink = look.dark ? '#aab4c0' : '#4a5563';
  const span = Math.max(1, stretch.toNs - stretch.fromNs);
  const x = (ns: number): number =>
    Math.min(width, Math.max(LEFT_PX, LEFT_PX + ((ns - stretch.fromNs) / span) * (width - LEFT_PX)));
  for (const [index, { timeline, exits }] of lanes.entries()) {
    const top = index * LANE_PX + GAP_PX;
    const bottom = top + LANE_PX - 2 * GAP_PX;
    context.fillStyle = ink;
    context.fillText(look.nameOf(timeline.hart), 0, (top + bottom) / 2);
    context.fillStyle = FREE_COLOR[look.dark ? 'dark' : 'light'];
    context.fillRect(LEFT_PX, top, width - LEFT_PX, bottom - top);
    const foot = exits === undefined ? bottom : bottom - EXIT_PX - 1;
    for (const [at, slot] of timeline.slot.entries()) {
      const [startNs, endNs] = [timeline.startNs[at]!, timeline.endNs[at]!];
      const [from, to] = [x(startNs), x(endNs)];
      const part = timeline.merged ? timeline.ranNs[at]! / Math.max(1, endNs - startNs) : 1;
      const high = Math.max(2, (foot - top) * part);
      context.fillStyle = vmColor(slot);
      // A hair between slices that touch, where there is room for it.
      const gap = !timeline.merged && to - from > 4 ? 0.75 : 0;
      context.fillRect(from, foot - high, Math.max(0.6, to - from - gap), high);
      if (look.picked?.hart !== index || look.picked.at !== at) continue;
      context.strokeStyle = look.dark ? '#ffffff' : '#101418';
      context.lineWidth = 2;
      context.strokeRect(from, top, Math.max(2, to - from), bottom - top);
    }
    for (const [at, reason] of (exits?.reason ?? []).entries()) {
      const [atNs, costNs] = [exits!.atNs[at]!, exits!.costNs[at]!];
      context.fillStyle = exitColor(reason);
      context.fillRect(
        x(atNs - costNs),
        bottom - EXIT_PX,
        Math.max(1.5, x(atNs) - x(atNs - costNs)),
        EXIT_PX,
      );
    }
  }
  context.fillStyle = ink;
  const y = lanes.length * LANE_PX;
  const { at: ticks, digits } = ticksOf(stretch, Math.floor((width - LEFT_PX) / TICK_PX));
  paintTimes(
    context,
    { left: LEFT_PX, width, top: y, height: AXIS_PX, gap: TICK_PX },
    ticks.map((at) => ({ x: x(at), text: `${(at / 1e9).toFixed(digits)} s` })),
  );
}
