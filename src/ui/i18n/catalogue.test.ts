import { expect, test } from 'vitest';
import { TEXTS } from '#base/texts/tables';
import { en } from './en.ts';
import { enLater } from './en-later.ts';
import { zh } from './zh.ts';

interface Tree {
  readonly [key: string]: string | Tree;
}

/** All texts by their dotted keys. */
function flatten(tree: Tree, path = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(path + key, value);
    else for (const [inner, text] of flatten(value, `${path}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

const english = flatten({ ...TEXTS.en, ...en, ...enLater });
const chinese = flatten({ ...TEXTS.zh, ...zh });
const hasKey = (key: string): boolean => english.has(key) || english.has(`${key}_other`);
const texts = (files: Record<string, unknown>): string[] =>
  Object.entries(files).flatMap(([path, text]) => (path.includes('.test.') ? [] : [String(text)]));
const ui = texts(import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }));

test('both catalogues have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  expect(english.size).toBeGreaterThan(300);
});

test('both fill the same placeholders', () => {
  const holes = (text: string): string[] => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]!).sort();
  for (const [key, text] of english) expect([key, holes(chinese.get(key) ?? '')]).toEqual([key, holes(text)]);
});

test('no text is empty, and Chinese ones are translated', () => {
  for (const [key, text] of [...english, ...chinese]) expect([key, text.trim() !== '']).toEqual([key, true]);
  const same = [...english].filter(
    ([key, text]) => chinese.get(key) === text && /[a-z]{4}/.test(text.replaceAll(/{{\w+}}/g, '')),
  );
  expect(same.map(([key]) => key)).toEqual(['language.en']);
});

test('every key that a component asks for by name is there', () => {
  const asked = ui.flatMap((text) =>
    [...text.matchAll(/\bt(?:ell)?\(\s*'([\w.-]+)'/g)].map((match) => match[1]!),
  );
  expect(asked.length).toBeGreaterThan(150);
  expect([...new Set(asked)].filter((key) => !hasKey(key))).toEqual([]);
});

/** Files by their path from `src`. */
const sources = new Map(
  Object.entries({
    ...import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
    ...import.meta.glob('../../base/**/*.ts', { query: '?raw', import: 'default', eager: true }),
  }).map(([path, text]) => [new URL(path, 'file:///ui/i18n/').pathname.slice(1), String(text)]),
);

/** A file and whatever it imports, without what comes when it is wanted. */
function reachableFrom(start: string): ReadonlySet<string> {
  const found = new Set([start]);
  for (const path of found)
    for (const [, from = ''] of (sources.get(path) ?? '').matchAll(/^(?:import|\} from)\b[^']*'([^']+)'/gm)) {
      const named = from.startsWith('#base/') ? `${from.slice(1)}.ts` : from;
      const target = new URL(named, from.startsWith('.') ? `file:///${path}` : 'file:///').pathname.slice(1);
      if (sources.has(target)) found.add(target);
    }
  return found;
}

/** The texts that come later which a file asks for; names of commands are none. */
function laterTextsOf(path: string): string[] {
  const asked = [...(sources.get(path) ?? '').matchAll(/(?<!\bop: )['"`]([a-z]\w*)\.(\w*)/gi)];
  return asked.flatMap(([, group = '', name = '']) => {
    const texts = (enLater as Tree)[group];
    const isText = typeof texts === 'object' && (name === '' || name in texts || `${name}_other` in texts);
    return isText ? [`${path}: ${group}.${name}`] : [];
  });
}

test('what the page and the window of a console begin with asks for no text that comes later', () => {
  const begins = [...reachableFrom('ui/main.tsx'), ...reachableFrom('ui/console-window.tsx')].filter(
    // Codes of errors are no texts.
    (path) => !/^(?:base\/texts|base\/catalogue\/error-codes|ui\/i18n)/.test(path),
  );
  expect(begins.length).toBeGreaterThan(150);
  expect([...new Set(begins)].flatMap(laterTextsOf)).toEqual([]);
  // It sees what it looks for.
  expect(laterTextsOf('ui/views/vm/walk/walk-view.tsx')).not.toEqual([]);
});
