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
