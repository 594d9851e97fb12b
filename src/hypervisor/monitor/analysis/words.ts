/** Figures of conclusions in words. */
import type { Reading } from '#base/catalogue/metrics';
import type { Language } from '#base/texts/languages';

export type Said = Readonly<Record<Language, string>>;

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const COUNTS = ['', ' k', ' M', ' G'];
const TIMES = ['ns', 'µs', 'ms', 's'];

function digits(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}
/** In the largest unit that leaves it at least 1. */
function scaled(value: number, step: number, units: readonly string[]): readonly [string, string] {
  let [rest, unit] = [value, 0];
  for (; Math.abs(rest) >= step && unit < units.length - 1; unit++) rest /= step;
  return [digits(rest), units[unit]!];
}

/** A value as a person reads it. */
export function written(reading: Reading, value: number): string {
  switch (reading) {
    case 'share':
      return `${digits(value * 100)} %`;
    case 'duration':
      return scaled(value, 1000, TIMES).join(' ');
    case 'bytes':
      return scaled(value, 1024, BYTES).join(' ');
    case 'byte-rate':
      return `${written('bytes', value)}/s`;
    case 'count':
      return scaled(value, 1000, COUNTS).join('');
    case 'per-second':
      return `${written('count', value)}/s`;
  }
}

/** A change of it in a second. */
export function perSecond(reading: Reading, value: number): Said {
  const change = written(
    reading === 'per-second' ? 'count' : reading === 'byte-rate' ? 'bytes' : reading,
    value,
  );
  return reading === 'per-second' || reading === 'byte-rate'
    ? { en: `${change}/s each second`, zh: `每秒 ${change}/s` }
    : { en: `${change} each second`, zh: `每秒 ${change}` };
}

/** A span of time. */
export function span(ns: number): string {
  return written('duration', ns);
}

/** What a change below it is worth to a person: nothing. */
export const LEAST: Readonly<Record<Reading, number>> = {
  share: 0.02,
  duration: 10_000,
  bytes: 65_536,
  'byte-rate': 4096,
  count: 0.5,
  'per-second': 10,
};
