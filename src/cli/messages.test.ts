import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '#base/catalogue/error-codes';
import { EVENT_CODES } from '#base/catalogue/event-codes';
import { fail } from '#base/result';
import { chooseLanguage, describe, say } from './messages.ts';
import { CLI_TEXTS } from './texts.ts';

const { error } = fail('scenario.tooLarge', { found: 9, limit: 8 }, 'hosts[0].harts');
const ENGLISH = '9 is too large; 8 is the most. (at hosts[0].harts)';
const CHINESE = '9 太大；最大为 8。（位于 hosts[0].harts）';

test.each([
  ['nothing', [], {}, ENGLISH],
  ['the environment', [], { LANG: 'zh_CN.UTF-8' }, CHINESE],
  ['LC_ALL before LANG', [], { LC_ALL: 'C.UTF-8', LANG: 'zh_CN.UTF-8' }, ENGLISH],
  ['--lang before all', ['--lang', 'zh'], { LC_ALL: 'en_GB.UTF-8' }, CHINESE],
  ['--lang=', ['--lang=en'], { LANG: 'zh_CN.UTF-8' }, ENGLISH],
] as const)('the language follows %s', (_, option, environment, sentence) => {
  expect(chooseLanguage([...option, 'run', 'first-visit'], environment)).toEqual({
    ok: true,
    value: ['run', 'first-visit'],
  });
  expect(describe(error)).toBe(sentence);
});

test('a language that there is not is refused', () => {
  expect(chooseLanguage(['--lang', 'fr', 'run'], {})).toMatchObject({
    ok: false,
    error: { code: 'option.choice', data: { text: 'fr' } },
  });
});

test('both languages have the same texts, which fill the same places', () => {
  const holes = (text: string): string[] => [...(text.match(/{{\w+}}/g) ?? [])].sort();
  for (const [key, text] of Object.entries(CLI_TEXTS.en))
    if (typeof text === 'string')
      expect([key, holes(String(CLI_TEXTS.zh[key as 'lost']))]).toEqual([key, holes(text)]);
  chooseLanguage([], {});
  expect(say('outOfInstructions', { limit: 5 })).toBe('stopped after 5 instructions');
});

test('every code that the sources name is in the catalogue', () => {
  const sources = fileURLToPath(new URL('..', import.meta.url));
  const groups = new Set(Object.keys(ERROR_CODES).map((code) => code.split('.')[0] ?? ''));
  // Names of commands and keys of texts look like codes of these; `fail` takes no other code by its type.
  for (const group of [
    'console',
    'lab',
    'run',
    'vm',
    'host',
    'link',
    'image',
    'option',
    'guests',
    'linux',
    'desktop',
    'capture',
    'network',
  ])
    groups.delete(group);
  const code = new RegExp(`'((?:${[...groups].join('|')})\\.[a-z]\\w*)'`, 'g');
  const named = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^ui\/|engine\/|texts\//.test(path))
    .flatMap((path) => [...readFileSync(join(sources, path), 'utf8').matchAll(code)])
    .map((match) => match[1] ?? '');
  expect(named.length).toBeGreaterThan(60);
  const known = new Set<string>([...Object.keys(ERROR_CODES), ...EVENT_CODES]);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});
