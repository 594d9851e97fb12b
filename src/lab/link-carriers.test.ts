/**
 * Links as people get them: whatever chat programs, mail, documents and pages put around a link or make of its characters, it opens
 * the lab that it was made of, or is refused; never another lab.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLink, encodeLink } from './link.ts';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from './scenarios/builtin.ts';

const BUILTIN = BUILTIN_SCENARIO_NAMES.map((name) => builtinScenario(name, { linux: true })!);
/** With places of nodes, which are kept by names. */
const PLACED = { ...BUILTIN[0]!, layout: { 'host-1': { x: 1, y: 2 }, 'host-1/switch:lan': { x: 3, y: -4 } } };
const SCENARIOS = [...BUILTIN, PLACED];
const LINKS = SCENARIOS.map((scenario) => {
  const link = encodeLink(scenario);
  if (!link.ok) throw new Error(link.error.code);
  return link.value;
});
/** Made when the first version was; it has each of the characters that are written in different ways. */
const LINK =
  '1lZBBCsIwEEXvMutUTZpVriIuQhpMoJmCmaol5O6OVZAqFsrfDP_z3mIKhCFTBnMsgDZ5MHPRSBCQb5Fc8Iuxtwj1JOCaFjV568IMYXSvxXbdxWe-QR52z8i90sxW8UWpVUr9UH3E8d60TMVkz5-GIk6rqvaPSm9X6beKI_gn0zASmFLrA-MYgA8';

function codeOf(text: string): string {
  const result = decodeLink(text);
  return result.ok ? 'opened' : result.error.code;
}

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
const encoded = (text: string, what: RegExp): string => text.replace(what, hex);
/** Every `size` characters something. */
const broken = (text: string, size: number, by: string): string =>
  text.replace(new RegExp(`.{${size}}(?=.)`, 'g'), (piece) => piece + by);

/** What carriers put before a link, and behind it. */
const BEFORE = [
  '',
  '#',
  'https://x.example/#',
  'HTTPS://x.example:8080/a/b?lab=c#',
  ' ',
  '\n',
  '<',
  '(',
  '"',
];
const AROUND_BEFORE = [
  '[lab](https://x.example/#',
  '**',
  '_',
  '“',
  '「',
  'See issue #12: https://x.example/#',
  '&lt;',
];
const BEHIND = [
  '',
  '.',
  ',',
  ';',
  ':',
  '!',
  '?',
  ')',
  ']',
  '}',
  '>',
  '"',
  "'",
  '”',
  '」',
  '…',
  '。',
  '，',
  '）',
  '*',
  '**',
];
const MORE_BEHIND = [
  ...[
    '_',
    '__',
    '`',
    '~~',
    '|',
    '\\',
    '/',
    ').',
    '>.',
    ' ',
    '\n',
    '\t',
    '%20',
    '%0A',
    '%3E',
    '%29',
    '&gt;',
    '&quot;',
  ],
  ...[
    '?utm_source=chat',
    '&fbclid=x',
    '&amp;fbclid=x',
    '?a=b&c=d',
    '&h=AT1lZBB',
    '#more',
    '=',
    '==',
    '\u200b',
    '\ufeff',
  ],
  ...[
    ' and then press start.',
    '\n\nRegards, 1 lecturer\n',
    ' (it opens in the browser)',
    '%C2%A0',
    ':~:text=a',
    '</a>',
  ],
];

/** Other ways of writing a link, each as a carrier does. */
const WRITTEN: Readonly<Record<string, (link: string) => string>> = {
  'as it is': (link) => link,
  'with - and _ percent-encoded': (link) => encoded(link, /[-_]/g),
  'percent-encoded twice': (link) => encoded(encoded(link, /[-_]/g), /%/g),
  'percent-encoded three times': (link) => encoded(encoded(encoded(link, /_/g), /%/g), /%/g),
  'with each character percent-encoded': (link) => encoded(link, /./g),
  'in lines of 76': (link) => broken(link, 76, '\n'),
  'in lines that end as those of Windows': (link) => broken(link, 76, '\r\n'),
  'in lines with encoded ends': (link) => broken(link, 76, '%0D%0A'),
  'in lines of quoted-printable': (link) => broken(link, 75, '=\r\n'),
  'in lines that are indented': (link) => broken(link, 60, '\n    '),
  'in an answer, quoted': (link) => broken(link, 70, '\n> > '),
  'hyphenated at ends of lines': (link) => broken(link, 40, '-\n'),
  'with a space in it': (link) => `${link.slice(0, 76)} ${link.slice(76)}`,
  'with encoded spaces': (link) => broken(link, 76, '%20'),
  'with soft hyphens': (link) => broken(link, 10, '\u00ad'),
  'with zero width spaces': (link) => broken(link, 1, '\u200b'),
  'with a word joiner, encoded': (link) => broken(link, 30, '%E2%81%A0'),
  'with <wbr>': (link) => broken(link, 20, '<wbr>'),
  'with entities of zero width': (link) => broken(link, 20, '&#8203;'),
  'with &shy;': (link) => broken(link, 20, '&shy;'),
  'with - and _ as entities': (link) => link.replaceAll('-', '&#45;').replaceAll('_', '&#x5F;'),
  'with typographic hyphens': (link) => link.replaceAll('-', '\u2011'),
  'with fullwidth hyphens and underlines': (link) => link.replaceAll('-', '\uff0d').replaceAll('_', '\uff3f'),
};

test('the link of the first version opens', () => {
  expect(codeOf(LINK)).toBe('opened');
});

describe.each(Object.entries(WRITTEN))('a link %s', (_, write) => {
  test.each([...LINKS, LINK].map((link, index) => [index, link] as const))('opens (%i)', (_index, link) => {
    expect(decodeLink(write(link))).toEqual(decodeLink(link));
  });
});

test.each([...BEFORE, ...AROUND_BEFORE])('a link opens behind %j', (before) => {
  expect(codeOf(before + LINK)).toBe('opened');
});

test.each([...BEHIND, ...MORE_BEHIND])('a link opens before %j', (behind) => {
  expect(codeOf(LINK + behind)).toBe('opened');
});

test('a link opens that a page of redirection carries in a parameter', () => {
  const address = encodeURIComponent(`https://x.example/lab/#${LINK}`);
  expect(codeOf(`https://l.example/l.php?u=${address}&h=AT0${'x'.repeat(40)}`)).toBe('opened');
});

test('property: written in any way, with anything of carriers around it, a link opens its lab', () => {
  const word = fc.stringMatching(/^[ .,;:!()<>"'*a-z]{0,20}$/);
  fc.assert(
    fc.property(
      fc.nat(LINKS.length - 1),
      fc.constantFrom(...Object.values(WRITTEN)),
      fc.constantFrom(...BEFORE, ...AROUND_BEFORE),
      fc.constantFrom(...BEHIND, ...MORE_BEHIND),
      word,
      (which, write, before, behind, words) => {
        const text = `${words} ${before}${write(LINKS[which]!)}${behind}`;
        expect(decodeLink(text)).toEqual({ ok: true, value: SCENARIOS[which] });
      },
    ),
    { numRuns: 400 },
  );
});

test('property: a link that was changed opens its own lab or none', () => {
  fc.assert(
    fc.property(
      fc.nat(LINKS.length - 1),
      fc.nat(2000),
      fc.nat(4),
      fc.string({ maxLength: 6 }),
      fc.constantFrom(...Object.values(WRITTEN)),
      (which, place, removed, put, write) => {
        const link = LINKS[which]!;
        const at = 1 + (place % (link.length - 1));
        const result = decodeLink(write(link.slice(0, at) + put + link.slice(at + removed)));
        if (result.ok) expect(result.value).toEqual(SCENARIOS[which]);
      },
    ),
    { numRuns: 1000 },
  );
});

/** What happens to the characters of a link on its way. */
const DAMAGES: Readonly<Record<string, (link: string, at: number, by: string) => string>> = {
  'characters put in': (link, at, by) => link.slice(0, at) + by + link.slice(at),
  'characters lost': (link, at, by) => link.slice(0, at) + link.slice(at + by.length),
  'characters that are others': (link, at, by) => link.slice(0, at) + by + link.slice(at + by.length),
  'a piece that comes twice': (link, at, by) => link.slice(0, at) + link.slice(Math.max(1, at - by.length)),
};

test.each(Object.entries(DAMAGES))(
  'property: a link with %s in the middle is called altered, not cut',
  (_, damage) => {
    const rest = 24;
    const tried = 400;
    let altered = 0;
    fc.assert(
      fc.property(
        fc.nat(LINKS.length - 1),
        fc.nat(),
        fc.stringMatching(/^[\w-]{1,12}$/),
        (which, place, by) => {
          const link = LINKS[which]!;
          const damaged = damage(link, 9 + (place % (link.length - rest - by.length - 9)), by);
          fc.pre(damaged !== link);
          const code = codeOf(damaged);
          // A very short loss can leave what is a document as far as it goes.
          expect(['link.altered', 'link.cut']).toContain(code);
          if (code === 'link.altered') altered++;
        },
      ),
      { numRuns: tried },
    );
    expect(altered / tried).toBeGreaterThan(0.95);
  },
);

test('property: a link of which the end is missing is called cut, wherever it was cut', () => {
  fc.assert(
    fc.property(fc.nat(LINKS.length - 1), fc.nat(), (which, place) => {
      const link = LINKS[which]!;
      expect(codeOf(link.slice(0, 8 + (place % (link.length - 8))))).toBe('link.cut');
    }),
    { numRuns: 400 },
  );
});

describe('what is no link is refused, and the error says what is wrong:', () => {
  const at = 77;
  test.each([
    ['nothing', '', 'link.empty', {}],
    ['white space', ' \n%20\u200b', 'link.empty', {}],
    ['words', 'see the lab (it is nice)', 'link.notALink', {}],
    ['another address', 'https://x.example/page#section-two', 'link.notALink', {}],
    ['a link whose end is missing', LINK.slice(0, -3), 'link.cut', { found: LINK.length - 3 }],
    ['the same in brackets', `<${LINK.slice(0, -3)}>`, 'link.cut', { found: LINK.length - 3 }],
    ['the same with parameters', `${LINK.slice(0, -3)}?utm_source=chat`, 'link.cut', {}],
    ['a link that a program has shortened', `${LINK.slice(0, 40)}…`, 'link.cut', { found: 40 }],
    [
      'a link in which a character is another',
      `${LINK.slice(0, 60)}${LINK[60] === 'x' ? 'y' : 'x'}${LINK.slice(61)}`,
      'link.altered',
      {},
    ],
    [
      'a link with a foreign character in it',
      `${LINK.slice(0, at - 1)}@${LINK.slice(at)}`,
      'link.badCharacters',
      { at, found: '@' },
    ],
    ['a link that is too long', `1${'A'.repeat(16_384)}`, 'link.tooLong', { found: 16_385, limit: 16_384 }],
    ['a text that is too long', '-'.repeat(65_537), 'link.tooLong', { found: 65_537, limit: 65_536 }],
  ])('%s', (_, text, code, data) => {
    expect(decodeLink(text)).toMatchObject({ ok: false, error: { code, data } });
  });
});
