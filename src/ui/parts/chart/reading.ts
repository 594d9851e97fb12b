/** How a value of a chart is written, by what it is of. */
import type { Reading } from '#base/catalogue/metrics';
import type { Format } from '../../kit/format.ts';

/** A gap is a dash. */
export function writeReading(format: Format, unit: Reading, value: number): string {
  if (Number.isNaN(value)) return '–';
  switch (unit) {
    case 'share':
      return format.percent(value);
    case 'duration':
      return value === 0 ? '–' : format.duration(value);
    case 'bytes':
      return format.bytes(value);
    case 'byte-rate':
      return format.byteRate(value);
    case 'count':
      return format.count(value);
    case 'per-second':
      return `${format.count(value)}/s`;
  }
}

/** A round time on an axis, in the units of the header: seconds with so many digits, from a minute on minutes and seconds. */
export function writeTick(format: Format, ns: number, digits: number): string {
  const seconds = ns / 1e9;
  if (seconds < 60) return `${format.number(seconds, digits)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  return `${minutes}:${format.number(rest, digits).padStart(2, '0')}`;
}
