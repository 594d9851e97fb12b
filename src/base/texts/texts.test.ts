import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../catalogue/error-codes.ts';
import { fail } from '../result.ts';
import { LANGUAGES, languageFor } from './languages.ts';
import { TEXTS } from './tables.ts';
import { sentenceOf } from './texts.ts';

interface Tree {
  readonly [key: string]: string | Tree;
}

/** All texts by the keys that lead to them. */
function flatten(tree: Tree, path = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(path + key, value);
    else for (const [inner, text] of flatten(value, `${path}${key}/`)) texts.set(inner, text);
  }
  return texts;
}

const english = flatten(TEXTS.en as unknown as Tree);
const chinese = flatten(TEXTS.zh as unknown as Tree);
const holes = (text: string): string[] => [...new Set(text.match(/(?<={{)\w+(?=}})/g))].sort();

test('both languages have the same texts, none of them empty', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  expect(english.size).toBeGreaterThan(150);
});

test('what the engine calls its things is in words: a Chinese text has Chinese in it, unless it is the same in English', () => {
  const tables = [
    'state',
    'vcpu',
    'frameState',
    'pageState',
    'metric',
    'exit',
    'exitDetail',
    'deviceState',
    'deviceFault',
  ];
  const bare = [...chinese].filter(
    ([key, text]) => tables.includes(key.split('/')[0] ?? '') && !/[\u4e00-\u9fff]/.test(text),
  );
  expect(bare).toEqual([['metric/cpu', 'CPU']]);
});

test('both fill the same places', () => {
  for (const [key, text] of english) expect([key, holes(chinese.get(key) ?? '')]).toEqual([key, holes(text)]);
});

test('the sentence of an error uses what its data holds, and nothing else', () => {
  for (const [code, names] of Object.entries(ERROR_CODES))
    expect([code, holes(english.get(`error/${code}`) ?? 'no sentence')]).toEqual([code, [...names].sort()]);
});

describe('a sentence', () => {
  test.each([
    ['en', 'hosts[0].harts', 'a is paused: it cannot do this now. (at hosts[0].harts)'],
    ['zh', undefined, 'a 处于“已暂停”状态，现在不能这样做。'],
  ] as const)('in %s is filled from the data, states by their words', (language, where, sentence) => {
    const { error } = fail('wrong-state', { vm: 'a', state: 'paused' }, where);
    expect(sentenceOf(TEXTS[language], error)).toBe(sentence);
  });

  test('names what was saved in words, whatever a VM is called', () => {
    const kinds = fail('snapshot.kind', { saved: 'host', wanted: 'vm' }).error;
    expect(sentenceOf(TEXTS.en, kinds)).toBe('This is a snapshot of a host, not a suspended VM.');
    expect(sentenceOf(TEXTS.zh, kinds)).not.toMatch(/host|vm/);
    const taken = fail('vm.addressTaken', { card: 0, other: 'lab' }).error;
    expect(sentenceOf(TEXTS.en, taken)).toContain('lab is reached by');
  });

  test('of a code that nobody knows says its name', () => {
    for (const language of LANGUAGES)
      for (const code of ['of.tomorrow', 'constructor'])
        expect(sentenceOf(TEXTS[language], { code, data: { n: 1 } })).toContain(`${code} {"n":1}`);
  });
});

test('the language is the first that is known of those that are wanted', () => {
  expect(languageFor(['zh', 'en-US'])).toBe('zh');
  expect(languageFor(['fr', 'zh_TW.UTF-8', 'en'])).toBe('zh');
  expect(languageFor(['fr', 'C.UTF-8', ''])).toBe('en');
});
