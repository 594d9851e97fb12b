import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { typedByAPerson } from './fixtures/typed-by-a-person.ts';
import { decodeLink, encodeLink } from './link.ts';
import { packNumbers } from './packed-numbers.ts';
import type { Scenario, TimedCommand } from './scenario.ts';
import { firstVisit } from './scenarios/first-visit.ts';
import { type Key, readTyping, writeTyping } from './typing.ts';
import { readScenario } from './versions.ts';

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const text = fc.oneof(
  { weight: 8, arbitrary: byte },
  { weight: 1, arbitrary: fc.constantFrom('\u001b[A', '\r', '\u0003', '"', '\\', '\u00e4\u00bd\u00a0') },
  { weight: 1, arbitrary: fc.string({ unit: byte, minLength: 1, maxLength: 30 }) },
);
const gapNs = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 1, max: 5000 }).map((quanta) => quanta * 100_000),
  fc.integer({ min: 0, max: 1e13 }),
);
const keys = fc.array(fc.tuple(gapNs, text), { minLength: 1, maxLength: 60 });

test('keys are what they were, each with its time', () => {
  fc.assert(
    fc.property(keys, (any) => {
      const run = any.map(([gap, typed], index): Key => [index === 0 ? 0 : gap, typed]);
      expect(readTyping(writeTyping(run))).toEqual(run);
    }),
    { numRuns: 500 },
  );
});

test('times between keys are told in units of what they have in common', () => {
  expect(
    writeTyping([
      [0, 'l'],
      [300_000, 's'],
      [450_000, '\r'],
    ]),
  ).toEqual({ text: 'ls\r', unitNs: 150_000, gaps: packNumbers([2, 3]) });
});

describe('a link', () => {
  const scenario = firstVisit({ linux: false });
  const withCommands = (commands: readonly TimedCommand[]): Scenario => ({ ...scenario, commands });
  const lengthOf = (commands: readonly TimedCommand[]): number =>
    must(encodeLink(withCommands(commands))).length;

  test('keeps any typing into several consoles between other commands', () => {
    const command = fc.oneof(
      { weight: 9, arbitrary: fc.tuple(fc.constantFrom('teach-1', 'teach-2'), text, gapNs) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('vm.pause' as const), fc.constant(''), gapNs) },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (given) => {
        let at = 0;
        const commands = given.map(([vm, typed, gap]): TimedCommand => {
          at += gap;
          return vm === 'vm.pause'
            ? { op: vm, args: { vm: 'teach-1' }, at, host: 0 }
            : { op: 'console.input', args: { vm, text: typed }, at, host: 0 };
        });
        const typed = withCommands(commands);
        expect(decodeLink(must(encodeLink(typed)))).toEqual({ ok: true, value: typed });
      }),
      { numRuns: 200 },
    );
  });

  test('keeps keys that gave nothing', () => {
    const typed = withCommands(
      ['a', '', 'b', 'c'].map((each, at) => ({
        ...({ op: 'console.input', args: { vm: 'teach-1', text: each } } as const),
        ...{ at, host: 0 },
      })),
    );
    expect(decodeLink(must(encodeLink(typed)))).toEqual({ ok: true, value: typed });
  });

  test('has at most four characters for each key of a person', () => {
    const keysTyped = 186;
    const cost = lengthOf(typedByAPerson('teach-1', keysTyped)) - lengthOf([]);
    expect(cost / keysTyped).toBeLessThan(4);
  });

  test('has more room for typing than a person fills in half an hour', () => {
    const typed = withCommands(typedByAPerson('teach-1', 4000));
    expect(decodeLink(must(encodeLink(typed)))).toEqual({ ok: true, value: typed });
  });
});

test('typing of old, with the time of each key written out, is still read', () => {
  const document = {
    version: 1,
    hosts: [{ name: 'h', vms: [{ name: 'a' }] }],
    commands: [
      {
        at: 5,
        op: 'console.typing',
        args: {
          vm: 'a',
          keys: [
            [0, 'l'],
            [7, 's\r'],
          ],
        },
      },
    ],
  };
  const key = { op: 'console.input', host: 0 };
  expect(must(readScenario(document)).commands).toEqual([
    { ...key, at: 5, args: { vm: 'a', text: 'l' } },
    { ...key, at: 12, args: { vm: 'a', text: 's\r' } },
  ]);
});

describe('of a stranger, typing is refused whose', () => {
  const good = { vm: 'a', text: 'ls', unitNs: 100_000, gaps: packNumbers([3]) };
  const refusal = (args: object): unknown => {
    const commands = [{ op: 'console.typed', args: { ...good, ...args } }];
    const read = readScenario({ version: 1, hosts: [{ name: 'h', vms: [{ name: 'a' }] }], commands });
    return read.ok ? 'opened' : `${read.error.code} ${read.error.where}`;
  };

  test('nothing, if it is well', () => {
    expect(refusal({})).toBe('opened');
  });

  test.each([
    ['gaps are too few', { gaps: packNumbers([]) }],
    ['gaps are too many', { gaps: packNumbers([3, 30_000]) }],
    ['gaps are no packed numbers', { gaps: '!' }],
    ['gaps overflow', { gaps: packNumbers([2 ** 51]), unitNs: 2_592_000_000_000_000 }],
    [
      'gaps add up to more than a lab may run',
      { gaps: packNumbers([1_296_000_001, 1_296_000_001]), unitNs: 1e6, text: 'abc' },
    ],
    ['lengths are not those of the text', { lengths: packNumbers([0, 1]) }],
    ['lengths go on', { lengths: packNumbers([0, 0, 40_000]) }],
  ])('%s', (_, args) => {
    expect(refusal(args)).toBe('scenario.badKeys commands[0].args');
  });

  test.each([
    ['text is empty', { text: '' }, 'scenario.empty commands[0].args.text'],
    ['text is long', { text: 'a'.repeat(4097) }, 'scenario.tooLong commands[0].args.text'],
    ['text is not of bytes', { text: '\u4f60' }, 'scenario.badTyping commands[0].args.text'],
    ['unit is no whole number', { unitNs: 0.5 }, 'scenario.notWhole commands[0].args.unitNs'],
    ['unit is nothing', { unitNs: 0 }, 'scenario.tooSmall commands[0].args.unitNs'],
    ['unit is beyond time', { unitNs: 1e18 }, 'scenario.tooLarge commands[0].args.unitNs'],
  ])('%s', (_, args, expected) => {
    expect(refusal(args)).toBe(expected);
  });

  test('keys are more than a scenario may have, before they are made', () => {
    const args = { ...good, text: 'a'.repeat(4096), gaps: packNumbers(new Array<number>(4095).fill(1)) };
    const commands = new Array<object>(9).fill({ op: 'console.typed', args });
    expect(readScenario({ version: 1, hosts: [{ name: 'h', vms: [{ name: 'a' }] }], commands })).toEqual({
      ok: false,
      error: { code: 'scenario.tooMany', data: { found: 36_864, limit: 32_768 }, where: 'commands' },
    });
  });
});
