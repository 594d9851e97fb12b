/** Draws curves on a canvas: axes at round numbers, filled curves with gaps, thresholds. It knows nothing of what they mean. */
import { secondDigits, timeTicks } from '../../kit/axis.ts';
import { type Curves, stacked } from './curves.ts';

/** Room around the curves, in CSS pixels: for the numbers of both axes. */
export const ROOM = { left: 68, top: 6, right: 6, bottom: 20 } as const;
/** Numbers of the time axis stand at least so far apart. */
const TIME_GAP = 80;
const OVERLAY_DASH = [7, 4];
const FONT = '10px system-ui, sans-serif';

export interface Picture {
  readonly curves: Curves;
  /** By curve: as CSS has it. */
  readonly colors: readonly string[];
  /** Curves that are drawn dashed over the others, with nothing below them. */
  readonly overlays?: ReadonlySet<number>;
  readonly fromNs: number;
  readonly toNs: number;
  /** Of the upward axis. */
  readonly ticks: readonly number[];
  readonly stacked: boolean;
  readonly thresholds: readonly number[];
  /** What happened, by time. */
  readonly marks: readonly { readonly at: number; readonly kind: string }[];
  writeValue(value: number): string;
  writeTime(ns: number, digits: number): string;
}

/** Of the canvas, in CSS pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** A colour of the theme, or one by itself. */
function resolved(style: CSSStyleDeclaration, color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name === undefined ? color : style.getPropertyValue(name).trim();
}

/** Fits the canvas to its place on the screen; false where it has none. */
function sizeTo(canvas: HTMLCanvasElement, width: number, height: number): boolean {
  const scale = globalThis.devicePixelRatio;
  const pixels = Math.round(width * scale);
  if (canvas.width !== pixels) canvas.width = pixels;
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  return width > ROOM.left + ROOM.right;
}

/** Stretches of a curve in which it is known: first index and the one behind the last. */
export function knownStretches(values: readonly number[]): (readonly [number, number])[] {
  const stretches: (readonly [number, number])[] = [];
  let from = -1;
  for (let index = 0; index <= values.length; index++) {
    const known = index < values.length && !Number.isNaN(values[index]);
    if (known && from < 0) from = index;
    if (!known && from >= 0) {
      stretches.push([from, index]);
      from = -1;
    }
  }
  return stretches;
}

export function paint(canvas: HTMLCanvasElement, picture: Picture, { width, height }: PlotSize): void {
  const context = canvas.getContext('2d');
  if (context === null || !sizeTo(canvas, width, height)) return;
  const style = getComputedStyle(canvas);
  const color = (name: string): string => resolved(style, name);
  const right = width - ROOM.right;
  const bottom = height - ROOM.bottom;
  const span = Math.max(1, picture.toNs - picture.fromNs);
  const top = picture.ticks.at(-1) ?? 1;
  const x = (ns: number): number => ROOM.left + ((ns - picture.fromNs) / span) * (right - ROOM.left);
  const y = (value: number): number => bottom - (value / top) * (bottom - ROOM.top);

  context.setTransform(globalThis.devicePixelRatio, 0, 0, globalThis.devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.lineWidth = 1;
  context.strokeStyle = color('var(--line)');
  context.fillStyle = color('var(--quiet)');
  context.beginPath();
  for (const tick of picture.ticks) {
    const at = Math.round(y(tick)) + 0.5;
    context.moveTo(ROOM.left, at);
    context.lineTo(right, at);
    context.fillText(picture.writeValue(tick), ROOM.left - 6, at);
  }
  context.stroke();
  const times = timeTicks(picture.fromNs, picture.toNs, Math.floor((right - ROOM.left) / TIME_GAP));
  const digits = secondDigits(times);
  for (const at of times) {
    context.textAlign =
      x(at) > right - TIME_GAP / 3 ? 'right' : x(at) < ROOM.left + TIME_GAP / 3 ? 'left' : 'center';
    context.fillText(picture.writeTime(at, digits), x(at), bottom + ROOM.bottom / 2 + 2);
  }

  context.save();
  context.beginPath();
  context.rect(ROOM.left, 0, right - ROOM.left, bottom + 1);
  context.clip();
  paintCurves(context, picture, color, x, y);
  context.restore();
  context.setLineDash([4, 3]);
  context.strokeStyle = color('var(--amber)');
  context.beginPath();
  for (const value of picture.thresholds) {
    context.moveTo(ROOM.left, y(value));
    context.lineTo(right, y(value));
  }
  context.stroke();
  context.setLineDash([]);
}

/** The upper ones of a stack first, so that each covers what is not its own. */
function paintCurves(
  context: CanvasRenderingContext2D,
  picture: Picture,
  color: (name: string) => string,
  x: (ns: number) => number,
  y: (value: number) => number,
): void {
  const { atNs } = picture.curves;
  const edges = picture.stacked ? stacked(picture.curves).values : picture.curves.values;
  const top = (index: number): number => {
    let most = 0;
    for (const edge of edges) most = Math.max(most, Number.isNaN(edge[index]) ? 0 : (edge[index] ?? 0));
    return most;
  };
  for (const [line, edge] of edges.entries()) {
    const ink = color(picture.colors[line] ?? '');
    context.fillStyle = ink;
    context.strokeStyle = ink;
    const isOverlay = picture.overlays?.has(line) === true;
    context.lineWidth = isOverlay ? 2 : 1.5;
    context.setLineDash(isOverlay ? OVERLAY_DASH : []);
    for (const [from, end] of knownStretches(edge)) {
      context.beginPath();
      for (let n = from; n < end; n++) context.lineTo(x(atNs[n] ?? 0), y(edge[n] ?? 0));
      if (!picture.stacked) context.stroke();
      if (isOverlay) continue;
      for (let n = end - 1; n >= from; n--) {
        const own = picture.stacked ? (picture.curves.values[line]?.[n] ?? 0) : (edge[n] ?? 0);
        context.lineTo(x(atNs[n] ?? 0), y((edge[n] ?? 0) - own));
      }
      context.globalAlpha = picture.stacked ? 0.75 : 0.14;
      context.fill();
      context.globalAlpha = 1;
    }
  }
  context.setLineDash([]);
  for (const { at, kind } of picture.marks) {
    const near = atNs.findIndex((end) => end >= at);
    const height = y(near < 0 ? 0 : top(near));
    context.fillStyle = color(MARKS[kind] ?? 'var(--ink)');
    context.beginPath();
    if (kind === 'typed') triangle(context, x(at), height);
    else context.arc(x(at), height, 3.5, 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = color('var(--panel)');
    context.stroke();
  }
}

/** A mark of another form than that of what happened: it points at the moment from above. */
function triangle(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.moveTo(x - 4.5, y - 5);
  context.lineTo(x + 4.5, y - 5);
  context.lineTo(x, y + 3);
  context.closePath();
}

/** Colours of what happened, by how bad it is; what was typed is of the text's own. */
const MARKS: Readonly<Record<string, string>> = {
  info: 'var(--accent)',
  warning: 'var(--amber)',
  error: 'var(--red)',
};
