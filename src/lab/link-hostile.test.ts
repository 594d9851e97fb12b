/**
 * R15 of the reliability plan, the part of links: refuse by name, in little time and memory, whatever the text. Little time is what
 * the largest valid link takes, a few times: both are processor time, taken in turn.
 */
import { deflateSync, inflateSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '#base/catalogue/error-codes';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { decodeLink, encodeLink } from './link.ts';
import { packNumbers } from './packed-numbers.ts';
import type { Scenario } from './scenario.ts';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from './scenarios/builtin.ts';

/** Mutants of each kind; the environment asks for more. */
const MUTANTS = Number(process.env['VIRTLAB_MUTANTS'] ?? 2000);
/** Processor time of a refusal, at most, as a multiple of what it takes to open {@link LARGE}. */
const MOST_TIMES = 10;
const TRIES = 20;
const CODES: readonly string[] = Object.keys(ERROR_CODES).filter((code) =>
  /^(?:link|document|scenario)\./.test(code),
);

const LINKS = BUILTIN_SCENARIO_NAMES.map((name) => {
  const link = encodeLink(builtinScenario(name, { linux: true }) as Scenario);
  if (!link.ok) throw new Error(link.error.code);
  return link.value;
});

/** xorshift32: a failure names its seed and repeats. */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e37_79b9) || 1;
  }
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}

/** A link of packed bytes, with the check sum that an attacker would of course make right. */
function sealed(packed: Uint8Array): string {
  const crc = crc32(packed);
  return `1${toBase64Url(Uint8Array.of(...packed, crc, crc >>> 8, crc >>> 16, crc >>> 24))}`;
}

function linkTo(json: string): string {
  return sealed(deflateSync(new TextEncoder().encode(json)));
}

function packedOf(link: string): Uint8Array {
  return fromBase64Url(link.slice(1))!.slice(0, -4);
}

/** A valid link as large as they come: 20 runs of typing. */
const LARGE: string = linkTo(typing(20));

function typing(runs: number): string {
  const keys = `[${'[9,"a"],'.repeat(255)}[9,"a"]]`;
  const run = `{"op":"console.typing","args":{"vm":"v","keys":${keys}}}`;
  return `{"hosts":[{"name":"h","vms":[{"name":"v"}]}],"commands":[${Array(runs).fill(run).join()}]}`;
}

/** Processor time of reading a link, in microseconds. */
function cost(link: string): number {
  const before = process.cpuUsage();
  decodeLink(link);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** On a machine at rest. */
const leastOfLarge: number = Math.min(...Array.from({ length: TRIES }, () => cost(LARGE)));
let slowest = 0;
let count = 0;

/** The least of some rounds of both, in turn: only what is slow in every round is slow. */
function timesLarge(link: string): number {
  let its = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  for (let round = 0; round < TRIES; round++) {
    its = Math.min(its, cost(link));
    large = Math.min(large, cost(LARGE));
    if (its / large <= MOST_TIMES) break;
  }
  return its / large;
}

/** Opens or refuses by a known name, within the time. */
function check(link: string, what: string): string {
  count++;
  const result = decodeLink(link);
  if (result.ok) {
    // What opens is a whole scenario: it goes into a link again.
    const again = encodeLink(result.value);
    if (!again.ok && again.error.code !== 'link.tooLong') throw new Error(`${what}: ${again.error.code}`);
  } else if (!CODES.includes(result.error.code))
    throw new Error(`${what}: unknown code ${result.error.code}`);
  return result.ok ? 'opened' : result.error.code;
}

/** The same, and in little time. */
function checkTime(link: string, what: string): string {
  // Most are quick beyond doubt.
  const atOnce = cost(link) / leastOfLarge;
  const times = atOnce <= MOST_TIMES / 2 ? atOnce : timesLarge(link);
  slowest = Math.max(slowest, times);
  if (times > MOST_TIMES) throw new Error(`${what}: ${times} times the largest valid link`);
  return check(link, what);
}

/** One edit of a list of things: replaced, taken out, doubled, moved, cut. */
function edited(items: readonly number[], random: Random, other: (random: Random) => number): number[] {
  const at = random.below(items.length);
  const result = [...items];
  switch (random.below(5)) {
    case 0:
      result[at] = other(random);
      break;
    case 1:
      result.splice(at, 1 + random.below(4));
      break;
    case 2:
      result.splice(at, 0, ...items.slice(at, at + 1 + random.below(20)));
      break;
    case 3:
      result.splice(at, 0, other(random));
      break;
    default:
      result.length = at;
  }
  return result;
}

/** Words that make JSON wrong in interesting ways. */
const WORDS = [
  ...['null', 'true', '-1', '1e999', '1e-9', '9007199254740993', '""', '[]', '{}', '[[[[]]]]', '{"a":1}'],
  ...[
    '"__proto__":{"x":1}',
    '"constructor"',
    '"\\u005f_proto__"',
    '"\\ud800"',
    '"\\u001b[2J"',
    '"<img src=x>"',
  ],
  ...[',', ':', '"', '\\', '{', '}', '[', ']', '"vms"', '"hosts"', '0', '4294967296', '"10.0.0.1/99"'],
];

describe('mutants of valid links open as valid scenarios or are refused by name:', () => {
  const kinds: Readonly<Record<string, (link: string, random: Random) => string>> = {
    'edits of the text': (link, random) => {
      const codes = [...link].map((character) => character.charCodeAt(0));
      return String.fromCharCode(
        ...edited(codes, random, () => random.of([0, 32, 43, 47, 61, 65, 95, 0x4e2d])),
      );
    },
    'edits of the packed bytes': (link, random) =>
      sealed(Uint8Array.from(edited([...packedOf(link)], random, () => random.below(256)))),
    'edits of the document': (link, random) => {
      let json = new TextDecoder().decode(inflateSync(packedOf(link)));
      for (let edit = random.below(3); edit >= 0; edit--) {
        const at = random.below(json.length + 1);
        json = json.slice(0, at) + random.of(WORDS) + json.slice(at + random.below(12));
      }
      return linkTo(json);
    },
    'values put in the place of others': (link, random) => {
      const json = new TextDecoder().decode(inflateSync(packedOf(link)));
      const values = [...json.matchAll(/(?<=[:[,])("[^"]*"|\d+|\{[^{}]*\}|\[[^[\]]*\])/g)];
      const { index, 0: value } = random.of(values);
      return linkTo(json.slice(0, index) + random.of(WORDS) + json.slice(index + value.length));
    },
  };
  for (const [kind, mutate] of Object.entries(kinds))
    test(`${MUTANTS} ${kind}`, () => {
      const codes = new Map<string, number>();
      for (let seed = 0; seed < MUTANTS; seed++) {
        const random = new Random(seed);
        const code = checkTime(mutate(random.of(LINKS), random), `${kind}, seed ${seed}`);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      expect(codes.size).toBeGreaterThan(2);
    });
});

/** Blocks that only define the largest possible codes and end: what costs an inflater with tables most. */
function emptyBlocks(bytes: number): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let pending = 0;
  const put = (value: number, width: number): void => {
    for (let place = 0; place < width; place++) {
      bits |= ((value >>> place) & 1) << pending++;
      if (pending === 8) {
        out.push(bits);
        bits = pending = 0;
      }
    }
  };
  // Lengths 1, 15 and the repetition of zeros have two-bit codes 00, 01, 10, which are written from their first bit.
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  while (out.length < bytes) {
    put(0b100, 3);
    put(0, 5);
    put(1, 5);
    put(15, 4);
    for (const symbol of order) put([1, 15, 18].includes(symbol) ? 2 : 0, 3);
    for (const zeros of [138, 117]) {
      put(0b01, 2);
      put(zeros - 11, 7);
    }
    for (const code of [0b10, 0b00, 0b10, 0b00]) put(code, 2);
    put(0, 1);
  }
  return Uint8Array.from(out.slice(0, bytes));
}

describe('bombs', () => {
  /** Most that fits into a link's text. */
  const most = 12_000;

  test('zeros: 12 KB that would become 12 MB stop at the limit', () => {
    const packed = deflateSync(new Uint8Array(12 << 20), { level: 9 });
    expect(packed.length).toBeLessThan(12_284);
    expect(checkTime(sealed(packed), 'zeros')).toBe('link.documentTooLong');
  });

  test('1 KB that would become 1 MB stops at the limit', () => {
    const packed = deflateSync(new TextEncoder().encode(`{"title":"${'a'.repeat(1 << 20)}"}`));
    expect(packed.length).toBeLessThan(1100);
    expect(checkTime(sealed(packed), 'text')).toBe('link.documentTooLong');
  });

  test('a thousand empty blocks with the largest codes', () => {
    expect(checkTime(sealed(emptyBlocks(most)), 'empty blocks')).toBe('link.damaged');
  });

  test('ten thousand stored blocks of nothing', () => {
    const block = [0, 0, 0, 0xff, 0xff];
    const packed = Uint8Array.from({ length: most }, (_, at) => block[at % block.length]!);
    expect(checkTime(sealed(packed), 'stored blocks')).toBe('link.damaged');
  });

  test('depth 10,000', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const) {
      const json = `{"hosts":${open.repeat(10_000)}1${close.repeat(10_000)}}`;
      expect(checkTime(linkTo(json), 'depth')).toBe('document.tooDeep');
      expect(checkTime(linkTo(open.repeat(10_000)), 'depth, open')).toBe('document.tooDeep');
    }
  });

  test('huge counts', () => {
    expect(checkTime(linkTo(`{"hosts":[${'{},'.repeat(80_000)}{}]}`), 'hosts')).toBe(
      'document.tooManyValues',
    );
    expect(checkTime(linkTo(`{"hosts":[${'0,'.repeat(15_000)}0]}`), 'hosts')).toBe('document.listTooLong');
    const keys = Array.from({ length: 16_000 }, (_, key) => `"k${key}":1`).join();
    expect(checkTime(linkTo(`{"hosts":[{${keys}}]}`), 'keys')).toBe('link.tooLong');
    const vms = Array.from({ length: 200 }, (_, vm) => `{"name":"v${vm}"}`).join();
    expect(checkTime(linkTo(`{"hosts":[{"name":"h","vms":[${vms}]}]}`), 'VMs')).toBe('scenario.tooMany');
    expect(checkTime(linkTo('{"hosts":[{"name":"h","ramBytes":1e15}]}'), 'RAM')).toBe('scenario.tooLarge');
  });

  test('typing that would become more commands than a scenario may have', () => {
    expect(checkTime(LARGE, '20 runs')).toBe('opened');
    expect(checkTime(linkTo(typing(201)), '200 runs')).toMatch(
      /^(?:document\.tooManyValues|link\.documentTooLong)$/,
    );
    const packed = packNumbers(new Array<number>(4095).fill(0));
    const run = `{"op":"console.typed","args":{"vm":"v","text":"${'a'.repeat(4096)}","unitNs":1,"gaps":"${packed}"}}`;
    const document = `{"hosts":[{"name":"h","vms":[{"name":"v"}]}],"commands":[${Array(52).fill(run).join()}]}`;
    expect(checkTime(linkTo(document), '52 packed runs')).toBe('scenario.tooMany');
    const late = typing(1).replaceAll('[9,', '[2592000000000000,');
    expect(checkTime(linkTo(late), 'late')).toBe('scenario.tooLarge');
  });

  test('a name of 250,000 characters', () => {
    expect(checkTime(linkTo(`{"hosts":[{"name":"${'a'.repeat(250_000)}"}]}`), 'name')).toBe(
      'scenario.tooLong',
    );
    expect(checkTime(linkTo(`{"${'a'.repeat(250_000)}":1,"hosts":[{"name":"h"}]}`), 'key')).toBe(
      'scenario.unknownKey',
    );
  });

  test('a text beyond the limit is not even looked at', () => {
    expect(checkTime(`1${'A'.repeat(1 << 24)}`, 'text')).toBe('link.tooLong');
  });

  /** As much of a text as is looked at. */
  const much = (piece: string): string => piece.repeat(Math.floor(65_536 / piece.length));
  test.each([
    ['places at which a link may begin', '#1aaaaaaa'],
    ['the same, in words that may be put together', '1aaaaaaa '],
    ['percent signs, encoded over and over', '%2525252525'],
    ['codes that are no UTF-8', '%ff%fe'],
    ['entities of entities', '&amp;amp;amp;'],
    ['numbers of characters', '&#x10ffff;'],
    ['entities that end nowhere', '&#'],
    ['characters that nobody sees', '\u200b'],
    ['breaks that end nowhere', '<wbr '],
    ['marks of answers', '\n> '],
    ['hyphens at ends of lines', '1a-\n'],
    ['hyphens and spaces', '- '],
    ['white space', ' '],
    ['quoted-printable', '=\r'],
    ['brackets', '#('],
    ['underlines', '#__1'],
    ['dashes', '1\u2014'],
  ])('a text of nothing but %s', (what, piece) => {
    expect(checkTime(much(piece), what)).toMatch(
      /^link\.(?:empty|notALink|altered|cut|badCharacters|tooLong)$/,
    );
    expect(checkTime(`#1${much(piece).slice(2)}`, what)).toMatch(/^link\./);
  });

  test('all of them together keep less than 16 MiB', () => {
    const links = [
      sealed(deflateSync(new Uint8Array(12 << 20), { level: 9 })),
      sealed(emptyBlocks(most)),
      linkTo(`{"hosts":[${'0,'.repeat(15_000)}0]}`),
      linkTo('['.repeat(200_000)),
      linkTo(`{"${'a'.repeat(250_000)}":1}`),
    ];
    for (const link of links) {
      const before = process.memoryUsage();
      decodeLink(link);
      const after = process.memoryUsage();
      // Garbage included, unless it was collected in between: then the least is known to have been enough.
      const used = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
      expect(used).toBeLessThan(16 << 20);
    }
  });
});

describe('hostile content', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['{"__proto__":{"hosts":[{"name":"h"}]}}', 'document.reservedKey'],
    ['{"hosts":[{"name":"h","__proto__":{"harts":8}}]}', 'document.reservedKey'],
    ['{"hosts":[{"name":"h","\\u005f\\u005fproto__":{"harts":8}}]}', 'document.reservedKey'],
    ['{"hosts":[{"name":"h"}],"layout":{"__proto__":{"x":0,"y":0}}}', 'document.reservedKey'],
    ['{"hosts":[{"name":"h","constructor":{"prototype":{"polluted":1}}}]}', 'document.reservedKey'],
    ['{"hosts":[{"name":"<script>alert(1)</script>"}]}', 'scenario.badName'],
    ['{"hosts":[{"name":"javascript:alert(1)"}]}', 'scenario.badName'],
    ['{"hosts":[{"name":"h","switches":[{"name":"\\u001b]0;title\\u0007"}]}]}', 'scenario.badName'],
    ['{"hosts":[{"name":"h","vms":[{"name":"\\u001b[31mred"}]}]}', 'scenario.badName'],
    ['{"title":"\\u009b2J","hosts":[{"name":"h"}]}', 'scenario.badText'],
    ['{"title":"\\ud800","hosts":[{"name":"h"}]}', 'scenario.badText'],
    [
      '{"hosts":[{"name":"h","vms":[{"name":"a","image":{"kind":"file","name":"//x.example/a"}}]}]}',
      'scenario.badFileName',
    ],
    ['{"hosts":[{"name":"h","image":"https://x.example"}]}', 'scenario.unknownKey'],
  ];
  test.each(refused)('%s', (json, code) => {
    expect(check(linkTo(json), json)).toBe(code);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['harts']).toBeUndefined();
  });

  test('bytes that are no UTF-8', () => {
    expect(check(sealed(deflateSync(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))), 'overlong')).toBe(
      'document.notJson',
    );
  });
});

afterAll(() => {
  console.log(
    `R15, links: ${count} hostile texts, the slowest ${slowest.toFixed(1)} times the largest valid link`,
  );
});
