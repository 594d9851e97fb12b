/** What a scenario says wrongly of a thing by its kind has a name: checks and patterns of settings have the code as their message. */
import { expect, test } from 'vitest';
import { ERROR_CODES } from '#base/catalogue/error-codes';
import { allKinds } from './all-kinds.ts';
import { REGISTRIES } from './registries.ts';

/** Messages of all checks and patterns within a schema, wherever they lie. */
function messagesIn(schema: unknown, seen: Set<unknown> = new Set()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const { type, message } = schema as { readonly type?: unknown; readonly message?: unknown };
  const own = type === 'check' || type === 'regex' ? [String(message)] : [];
  return [...own, ...Object.values(schema).flatMap((part) => messagesIn(part, seen))];
}

test.each(allKinds(REGISTRIES).map(({ id, settings, together }) => ({ id, settings: [settings, together] })))(
  'settings of $id that are wrong are told by a code',
  ({ settings }) => {
    for (const message of messagesIn(settings)) expect(Object.keys(ERROR_CODES)).toContain(message);
  },
);

test('messages are found where they lie', () => {
  const messages = allKinds(REGISTRIES).flatMap(({ settings, together }) => messagesIn([settings, together]));
  expect(messages).toContain('scenario.badMac');
  expect(messages).toContain('scenario.badPrefix');
  expect(messages).toContain('scenario.treeTimes');
});
