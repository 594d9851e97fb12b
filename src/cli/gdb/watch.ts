/** Watchpoints of gdb on a bare hart. */
import { type BarePlatform, overlap } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import type { Point } from './target.ts';

/** The watchpoint that the next instruction of a hart meets. */
export function watchMet(
  platform: BarePlatform,
  hart: Hart,
  watchpoints: readonly Point[],
): Point | undefined {
  if (watchpoints.length === 0) return undefined;
  const access = platform.nextAccess(hart);
  if (access === undefined) return undefined;
  return watchpoints.find(
    (each) =>
      (each.kind === 'write' ? access.stores : each.kind === 'read' ? access.loads : true) &&
      overlap(each, access),
  );
}
