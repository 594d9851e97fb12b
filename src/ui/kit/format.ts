/**
 * The one formatter: numbers, bytes, shares, rates and times as a person reads them, in the page's language.
 * Bytes are base 2 everywhere.
 */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'] as const;
const TIME_UNITS = [
  { ns: 1e9, unit: 's' },
  { ns: 1e6, unit: 'ms' },
  { ns: 1e3, unit: 'µs' },
  { ns: 1, unit: 'ns' },
] as const;

/** A value in the largest unit that leaves it at least 1. */
function scaled(value: number, step: number, units: readonly string[]): { value: number; unit: string } {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= step && index < units.length - 1) {
    rest /= step;
    index++;
  }
  return { value: rest, unit: units[index] ?? '' };
}

/** What stands where a number is not known. */
export const UNKNOWN = '–';

/** A number as text, where it is known. */
export function known(value: number | null, text: (value: number) => string): string {
  return value === null ? UNKNOWN : text(value);
}

export interface Format {
  /** `12.5 MiB`. */
  bytes(value: number): string;
  /** `12.5 / 32 MiB`: both in the unit of the total. */
  usedOf(used: number | null, total: number): string;
  /** `3.1 KiB/s`. */
  byteRate(perSecond: number): string;
  /** `1 Gbit/s`. */
  bitRate(perSecond: number): string;
  /** A fraction as `27 %`; below 10 % with one digit after the point. */
  percent(fraction: number): string;
  /** A share of something; where it is less than a tenth of a percent, that there is some. */
  share(fraction: number): string;
  /** Counts up to 9,999 in full, then `12.3 k`. */
  count(value: number): string;
  /** All digits. */
  integer(value: number): string;
  /** A duration: three significant digits and its unit. */
  duration(ns: number): string;
  /** A point of virtual time: `12.345 s`, `3:07.250` from a minute on. */
  clock(ns: number): string;
  /** A moment of wall time, in milliseconds since 1970; the day only where it is another than today. */
  moment(ms: number): string;
  number(value: number, digits: number): string;
}

const BIT_RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'] as const;

/** Less than this is not told in numbers. */
const LEAST_SHARE = 0.001;

const cache = new Map<string, Format>();

/** The formatter of a language. */
export function formatFor(language: string): Format {
  const cached = cache.get(language);
  if (cached !== undefined) return cached;
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits: number): string => {
    let format = numbers.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
      numbers.set(digits, format);
    }
    return format.format(value);
  };
  // Three significant digits are what a person reads at a glance.
  const glance = (value: number): string => {
    const size = Math.abs(value);
    return number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  };
  const bytes = (value: number): string => {
    const part = scaled(value, 1024, BYTE_UNITS);
    return `${part.unit === 'B' ? number(part.value, 0) : glance(part.value)} ${part.unit}`;
  };
  const percent = (fraction: number): string => {
    const value = fraction * 100;
    return `${number(value, Math.abs(value) < 10 ? 1 : 0)} %`;
  };
  const format: Format = {
    bytes,
    number,
    usedOf(used, total) {
      const part = scaled(total, 1024, BYTE_UNITS);
      const factor = part.value === 0 ? 1 : total / part.value;
      return `${known(used, (value) => glance(value / factor))} / ${glance(part.value)} ${part.unit}`;
    },
    byteRate: (perSecond) => `${bytes(perSecond)}/s`,
    bitRate(perSecond) {
      const part = scaled(perSecond, 1000, BIT_RATE_UNITS);
      return `${glance(part.value)} ${part.unit}`;
    },
    percent,
    share: (fraction) =>
      fraction > 0 && fraction < LEAST_SHARE ? `< ${percent(LEAST_SHARE)}` : percent(fraction),
    count(value) {
      if (Math.abs(value) < 10_000) return number(value, Math.abs(value) < 10 ? 1 : 0);
      const part = scaled(value, 1000, COUNT_UNITS);
      return `${glance(part.value)} ${part.unit}`;
    },
    integer: (value) => number(value, 0),
    duration(ns) {
      const unit = TIME_UNITS.find((entry) => Math.abs(ns) >= entry.ns) ?? TIME_UNITS[3];
      return `${glance(ns / unit.ns)} ${unit.unit}`;
    },
    moment(ms) {
      const isToday = new Date(ms).toDateString() === new Date().toDateString();
      return new Intl.DateTimeFormat(language, {
        timeStyle: 'medium',
        ...(isToday ? {} : { dateStyle: 'medium' }),
      }).format(ms);
    },
    clock(ns) {
      const seconds = ns / 1e9;
      if (seconds < 60) return `${seconds.toFixed(3)} s`;
      const minutes = Math.floor(seconds / 60);
      return `${minutes}:${(seconds - minutes * 60).toFixed(3).padStart(6, '0')}`;
    },
  };
  cache.set(language, format);
  return format;
}

/** Groups the digits of a hex number by four, for the eye: `0x8020 1000`. */
export function groupedHex(hex: string): string {
  const digits = hex.replace(/^0x/, '');
  const padded = digits.length <= 8 ? digits : digits.padStart(Math.ceil(digits.length / 4) * 4, '0');
  return `0x${padded.replace(/\B(?=(.{4})+$)/g, ' ')}`;
}

/** Reads an address that a person typed: hex with or without `0x`, blanks and underscores allowed; undefined if it is none. */
export function parseAddress(text: string): string | undefined {
  const digits = text.trim().replace(/^0x/i, '').replace(/[\s_]/g, '');
  return /^[0-9a-f]{1,16}$/i.test(digits) ? `0x${digits.toLowerCase().replace(/^0+(?=.)/, '')}` : undefined;
}
