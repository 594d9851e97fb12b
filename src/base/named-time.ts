/** Times as people write them, in either language: `90 s`, `1:30`, `+5 min`, `2 小时 5 分`. The page and the command line read the same. */
import { NS_PER_MS, NS_PER_S, NS_PER_US, type VirtualNs } from './virtual-time.ts';

/** A time that a person names: a point of virtual time, or so long after now. */
export interface NamedTime {
  readonly kind: 'at' | 'after';
  readonly ns: VirtualNs;
}

const MINUTE = 60 * NS_PER_S;

/** Units with all their names. */
const UNITS: readonly { readonly names: readonly string[]; readonly ns: number }[] = [
  { names: ['h', 'hr', 'hour', 'hours', '小时', '时'], ns: 60 * MINUTE },
  { names: ['min', 'm', 'minute', 'minutes', '分钟', '分'], ns: MINUTE },
  { names: ['s', 'sec', 'second', 'seconds', '秒钟', '秒'], ns: NS_PER_S },
  { names: ['ms', '毫秒'], ns: NS_PER_MS },
  // Both letters that look like a mu.
  { names: ['us', 'µs', 'μs', '微秒'], ns: NS_PER_US },
  { names: ['ns', '纳秒'], ns: 1 },
];

const NUMBER = String.raw`\d{1,15}(?:\.\d{1,9})?`;
const PART = new RegExp(
  `^(${NUMBER})\\s*(${UNITS.flatMap(({ names }) => names).join('|')})(?![a-zµμ])\\s*`,
  'i',
);
/** `1:30`, `1:02:03.5`. */
const CLOCK = /^(?:(\d{1,6}):)?(\d{1,6}):([0-5]?\d(?:\.\d{1,9})?)$/;
const BARE = new RegExp(`^${NUMBER}$`);

function unitOf(name: string): number {
  return UNITS.find(({ names }) => names.includes(name.toLowerCase()))?.ns ?? 0;
}

/** The nanoseconds of a text without a sign; undefined if it is no time. A number without a unit is seconds. */
function lengthOf(text: string): number | undefined {
  const [, hours = '0', minutes = '0', seconds = '0'] = CLOCK.exec(text) ?? [];
  if (CLOCK.test(text)) return (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * NS_PER_S;
  if (BARE.test(text)) return Number(text) * NS_PER_S;
  let sum = 0;
  let rest = text;
  for (let part = PART.exec(rest); part !== null; part = PART.exec(rest)) {
    const [all, number = '', unit = ''] = part;
    sum += Number(number) * unitOf(unit);
    rest = rest.slice(all.length);
  }
  return rest === '' && text !== '' ? sum : undefined;
}

/** Reads a time that a person typed; undefined if it is none, or lies beyond what virtual time can be. */
export function parseNamedTime(text: string): NamedTime | undefined {
  // Full-width colons, signs and digits of Chinese keyboards become plain ones.
  const plain = text.normalize('NFKC').trim();
  const isAfter = plain.startsWith('+');
  const length = lengthOf(isAfter ? plain.slice(1).trim() : plain);
  if (length === undefined) return undefined;
  const ns = Math.round(length);
  return ns <= Number.MAX_SAFE_INTEGER ? { kind: isAfter ? 'after' : 'at', ns } : undefined;
}
