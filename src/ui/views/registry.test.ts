import { expect, test } from 'vitest';
import { BUILTIN_LABS } from '#base/catalogue/builtin-labs';
import { en } from '../i18n/en.ts';
import { PLACES, routeOfLab, viewOf } from '../state/routes.ts';
import { VIEWS } from './registry.tsx';

const sources = Object.values(
  import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
).map(String);

test('each view has a name of its own in its place', () => {
  const names = VIEWS.map(({ place, id }) => `${place}/${id}`);
  expect(new Set(names).size).toBe(names.length);
  // An address that names an object's kind is not about a view.
  expect(VIEWS.filter(({ id }) => PLACES.some((place) => place === id))).toEqual([]);
});

test('every object has a face', () => {
  for (const place of PLACES) expect(viewOf(VIEWS, { place })).toMatchObject({ place });
});

test('each title has its text', () => {
  const textOf = (key: string): unknown =>
    key.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], en);
  for (const { title } of VIEWS) expect([title, typeof textOf(title)]).toEqual([title, 'string']);
});

test('labs that show what they are about on a view are opened there', () => {
  const there = VIEWS.map(({ place, id }) => `${place}/${id}`);
  const led = BUILTIN_LABS.map(({ id }) => routeOfLab(id)).filter(({ view }) => view !== undefined);
  expect(led.length).toBeGreaterThan(8);
  for (const { place, view } of led) expect(there).toContain(`${place}/${view}`);
});

test('whoever leads to a view by its name finds it', () => {
  const led = sources.flatMap((text) => [
    ...[...text.matchAll(/\bhostRoute\([\w.]+, '(\w+)'/g)].map((match) => `host/${match[1]}`),
    ...[...text.matchAll(/\bvmRoute\([\w.]+, [\w.]+, '(\w+)'/g)].map((match) => `vm/${match[1]}`),
  ]);
  const there = VIEWS.map(({ place, id }) => `${place}/${id}`);
  expect(led).toContain('host/machine');
  expect(led.filter((name) => !name.endsWith('/memory') && !there.includes(name))).toEqual([]);
});
