/** Watchpoints of gdb on a bare hart. */
import { type BarePlatform, overlap } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';

/** As gdb numbers them: stores, loads, both. */
export type WatchKind = 2 | 3 | 4;
export interface Watchpoint {
  readonly kind: WatchKind;
  readonly address: bigint;
  readonly length: number;
}

/** The watchpoint that the next instruction of a hart meets. */
export function watchMet(
  platform: BarePlatform,
  hart: Hart,
  watchpoints: readonly Watchpoint[],
): Watchpoint | undefined {
  const access = platform.nextAccess(hart);
  if (access === undefined) return undefined;
  return watchpoints.find(
    (each) =>
      (each.kind === 2 ? access.stores : each.kind === 3 ? access.loads : true) && overlap(each, access),
  );
}
