/** What drawings of who ran on which CPU share: up to when they reach, and their axis. */
import type { LabClient } from '#bridge/client/client';

/** The present of a host. */
export function nowOf(client: LabClient, host: number): number {
  return client.view(host)?.time('virtualNs') ?? client.status().virtualNs;
}

interface Axis {
  /** Where it begins and ends, and where it lies. */
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  /** Times stand at least so far apart. */
  readonly gap: number;
}

/** Paints times, each at its place; those at the ends stay within the drawing. */
export function paintTimes(
  context: CanvasRenderingContext2D,
  { left, width, top, height, gap }: Axis,
  times: readonly { readonly x: number; readonly text: string }[],
): void {
  for (const { x, text } of times) {
    context.fillRect(Math.round(x), top - 2, 1, 4);
    context.textAlign = x > width - gap / 3 ? 'right' : x < left + gap / 3 ? 'left' : 'center';
    context.fillText(text, x, top + height / 2 + 1);
  }
}
