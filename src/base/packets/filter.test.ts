import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../fixtures/random-numbers.ts';
import { dissect } from './dissect.ts';
import { FILTER_LENGTH, parseFilter } from './filter.ts';
import { matches, type Seen } from './filter-match.ts';
import { completions, OPERANDS } from './filter-names.ts';
import { CORPUS } from './fixtures/corpus.ts';

function seen(name: string): Seen {
  const bytes = CORPUS[name]!;
  return { packet: dissect(bytes), number: 1, length: bytes.length, seconds: 0.5, port: 'vm-1/0' };
}
function passes(text: string, name: string): boolean {
  const filter = parseFilter(text);
  if (!filter.ok || filter.value === undefined) throw new Error(`${text}: ${JSON.stringify(filter)}`);
  return matches(filter.value, seen(name));
}

describe('a filter', () => {
  test('asks whether a protocol or a field is there', () => {
    expect(passes('tcp', 'syn')).toBe(true);
    expect(passes('tcp.options.mss_val', 'syn')).toBe(true);
    expect(passes('tcp.options.mss_val', 'finished')).toBe(false);
  });

  test('binds and closer than or, and not closer than both', () => {
    expect(passes('arp || tcp && udp', 'arpRequest')).toBe(true);
    expect(passes('(arp || tcp) && udp', 'arpRequest')).toBe(false);
    expect(passes('!arp || tcp', 'arpRequest')).toBe(false);
  });

  test('compares with words that values have', () => {
    expect(passes('arp.opcode == request', 'arpRequest')).toBe(true);
    expect(passes('ip.proto == TCP', 'syn')).toBe(true);
    expect(passes('ip.flags.df == true', 'syn')).toBe(true);
  });

  test('knows where and when a packet was seen', () => {
    expect(passes('frame.interface_name == "vm-1/0"', 'syn')).toBe(true);
    expect(passes('frame.time_relative >= 0.5', 'syn')).toBe(true);
  });

  test('knows the VLAN of a frame whose tag a switch has taken off', () => {
    const filter = parseFilter('vlan.id == 10');
    if (!filter.ok || filter.value === undefined) throw new Error('no filter');
    expect(matches(filter.value, { ...seen('syn'), domain: 10 })).toBe(true);
    expect(matches(filter.value, { ...seen('twoTags'), domain: 30 })).toBe(true);
    expect(matches(filter.value, seen('syn'))).toBe(false);
  });

  test('has the opposite of being among values', () => {
    expect(passes('tcp.port not in {80, 443}', 'syn')).toBe(false);
    expect(passes('tcp.port not in {443}', 'syn')).toBe(true);
    expect(passes('udp.port not in {443}', 'syn')).toBe(true);
  });

  test('of spaces lets everything through', () => {
    expect(parseFilter('  ')).toEqual({ ok: true, value: undefined });
  });
});

describe('an error says where it is', () => {
  test.each([
    ['tpc.port == 80', 'filter.noField', 0],
    ['tcp.port == eighty', 'filter.badValue', 12],
    ['tcp.port ==', 'filter.ends', 11],
    ['(tcp', 'filter.wanted', 4],
    ['tcp && ', 'filter.ends', 7],
    ['tcp udp', 'filter.unexpected', 4],
    ['ip.src == 10.0.0.1/33', 'filter.badValue', 10],
    ['http.host matches "a("', 'filter.badPattern', 18],
    ['ip.src ~ "10"', 'filter.badPattern', 9],
    ['http.host matches lab', 'filter.unexpected', 18],
    ['http.host == "www', 'filter.openQuote', 13],
    ['tcp # udp', 'filter.unexpected', 4],
    [`${'!'.repeat(40)}tcp`, 'filter.tooDeep', 33],
    ['a'.repeat(FILTER_LENGTH + 1), 'filter.tooLong', FILTER_LENGTH],
    ['tcp.port in 80', 'filter.wanted', 12],
    ['tcp[0:3]', 'filter.ends', 8],
    ['len(tcp', 'filter.wanted', 7],
    ['len(lower(http.host)) == 1', 'filter.noField', 0],
    ['http.host & 1', 'filter.badValue', 12],
    ['tcp not', 'filter.unexpected', 4],
  ])('%s', (text, code, at) => {
    expect(parseFilter(text)).toMatchObject({ ok: false, error: { code, data: { at } } });
  });

  test('any text gives a filter or an error', () => {
    const words = [
      ...OPERANDS.keys(),
      '==',
      '!=',
      '&&',
      '||',
      '!',
      '(',
      ')',
      '[',
      ']',
      ':',
      '{',
      '}',
      ',',
      '..',
      'in',
      '"a"',
      '1',
      'ff:ff',
      '~',
      '&',
      'not',
      'len',
      'count',
      'lower',
    ];
    const random = randomNumbers(3);
    let good = 0;
    for (let count = 0; count < 20_000; count++) {
      const text = Array.from({ length: random(8) }, () => words[random(words.length)]).join(
        random(2) === 0 ? ' ' : '',
      );
      const filter = parseFilter(text);
      if (filter.ok && filter.value !== undefined) {
        good += 1;
        matches(filter.value, seen('request'));
      }
    }
    expect(good).toBeGreaterThan(100);
  });
});

test('what is typed is completed by names that begin so', () => {
  expect(completions('arp && tcp.opt', 14, 3)).toMatchObject({
    from: 7,
    names: [{ name: 'tcp.options' }, { name: 'tcp.option_kind' }, { name: 'tcp.option_len' }],
  });
  expect(completions('tcp == ', 7, 3).names).toEqual([]);
});
