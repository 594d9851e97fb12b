import { expect, test } from 'vitest';
import { FRAME_STATES } from '#base/catalogue/frame-states';
import { METRICS } from '#base/catalogue/metrics';
import { VCPU_STATES } from '#base/catalogue/vcpu-states';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { en as sharedEn } from '#base/texts/en';
import { zh as sharedZh } from '#base/texts/zh';
import { BRIDGE_ERROR_CODES } from '#bridge/protocol/error-codes';
import { en } from './en.ts';
import { languageFor } from './language.ts';
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

const english = flatten({ ...sharedEn, ...en });
const chinese = flatten({ ...sharedZh, ...zh });
const hasKey = (key: string): boolean => english.has(key) || english.has(`${key}_other`);
const texts = (files: Record<string, unknown>): string[] =>
  Object.entries(files).flatMap(([path, text]) => (path.includes('.test.') ? [] : [String(text)]));
const ui = texts(import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }));
const below = texts(
  import.meta.glob('../../{base,machine,hypervisor,guests,lab,cluster,bridge/worker}/**/*.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);

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

test('every code, state and word of the machine has its text', () => {
  const keys = [
    ...BRIDGE_ERROR_CODES.map((code) => `error.${code}`),
    ...VM_STATES.map((state) => `state.${state}`),
    ...VCPU_STATES.map((state) => `vcpu.${state}`),
    ...METRICS.flatMap(({ id }) => [`metric.${id}`, `metricSource.${id}`]),
    ...FRAME_STATES.map(({ id }) => `frameState.${id}`),
  ];
  expect(keys.filter((key) => !hasKey(key))).toEqual([]);
});

test('every error that the layers below can name has its sentence', () => {
  const codes = below.flatMap((text) =>
    [...text.matchAll(/(?:fail|problem)\(\s*'([a-z]+\.\w+)'|code(?::| =) .*?'([a-z]+\.\w+)'/gi)].map(
      (match) => match[1] ?? match[2]!,
    ),
  );
  expect(codes.length).toBeGreaterThan(40);
  expect([...new Set(codes)].filter((code) => !hasKey(`error.${code}`))).toEqual([]);
});

test('the language is the last choice, else the first known of the browser', () => {
  expect(languageFor('zh', ['en-US'])).toBe('zh');
  expect(languageFor(null, ['fr', 'zh-TW', 'en'])).toBe('zh');
  expect(languageFor(null, ['fr'])).toBe('en');
});
