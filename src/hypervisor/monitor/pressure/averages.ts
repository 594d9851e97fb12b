/**
 * Running averages of a share of time over 10, 60 and 300 s, as Linux makes them of pressure (Documentation/accounting/psi.rst;
 * kernel/sched/psi.c, `calc_avgs`): every two seconds the share of the last two is weighed in by 1 − e^(−2s/window), in fixed point of
 * 11 bits, so that every machine has the same numbers.
 */
import type { VirtualNs } from '#base/virtual-time';

/** From one update to the next. */
export const AVERAGE_PERIOD_NS: VirtualNs = 2_000_000_000;

export const AVERAGE_WINDOWS = ['10', '60', '300'] as const;

/** 1.0 of the fixed point. */
const ONE = 2048;
/** e^(−2/10), e^(−2/60), e^(−2/300). */
const DECAY = [1677, 1981, 2034] as const;

/**
 * What the averages become, in place, when of a period so much was spent in the state.
 * @param averages of each window in percent, in fixed point
 */
export function weighIn(averages: Float64Array, at: number, spentNs: VirtualNs): void {
  // Whole percents, as there.
  const percent = Math.floor((Math.min(spentNs, AVERAGE_PERIOD_NS) * 100) / AVERAGE_PERIOD_NS) * ONE;
  for (const [window, decay] of DECAY.entries()) {
    const before = averages[at + window]!;
    const sum = before * decay + percent * (ONE - decay);
    // Rounded up where it rises, so that it comes all the way to 100 %.
    averages[at + window] = Math.floor((percent >= before ? sum + ONE - 1 : sum) / ONE);
  }
}

/** Of one. */
export function ratioOf(average: number): number {
  return average / ONE / 100;
}
