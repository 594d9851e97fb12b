/** Round numbers for the axis of a chart: few, from 0 on, in the units in which they are written. */

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 256, 512] as const;
/** Intervals at most. */
const INTERVALS = 4;

/** Ticks that reach at least `most`; `binary` for bytes. */
export function axisTicks(most: number, binary: boolean): number[] {
  if (!(most > 0)) return [0, 1];
  const base = binary ? 1024 : 10;
  // Below one the decimal scale goes on (shares); bytes have no smaller unit.
  const power = Math.floor(Math.log(most) / Math.log(base));
  const unit = base ** (binary ? Math.max(0, power) : power - 1);
  const step = (STEPS.find((candidate) => most / unit / candidate <= INTERVALS) ?? 512) * unit;
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const NS_PER_S = 1e9;

/** Round times inside of a stretch, at most `most`: every 1, 2 or 5 of a decimal unit below a minute, then of a clock's. */
export function timeTicks(fromNs: number, toNs: number, most: number): number[] {
  const spanS = (toNs - fromNs) / NS_PER_S;
  if (!(spanS > 0) || most < 1) return [];
  const step = TIME_STEPS_S.find((candidate) => spanS / candidate < most) ?? spanS;
  const first = Math.ceil(fromNs / NS_PER_S / step - 1e-9);
  const last = Math.floor(toNs / NS_PER_S / step + 1e-9);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => Math.round((first + index) * step * NS_PER_S) + 0,
  );
}

/** Digits of a second that tell times of {@link timeTicks} apart; one at least. */
export function secondDigits(ticks: readonly number[]): number {
  const [first = 0, second = first + NS_PER_S] = ticks;
  return Math.max(1, Math.ceil(-Math.log10((second - first) / NS_PER_S) - 1e-9));
}

const TIME_STEPS_S = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05],
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800],
  ...[3600, 7200, 18_000, 36_000, 86_400],
] as const;
