/** Under which word a lab is kept. */
import { expect, test } from 'vitest';
import { encodeLink } from '#lab/link';
import { builtinScenario } from '#lab/scenarios/builtin';
import { keyOf } from './place.ts';

const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('a link is kept as one lab, however it arrived', async () => {
  const link = encodeLink(builtinScenario('first-visit', { linux: false })!);
  const text = link.ok ? link.value : '';
  expect(await keyOf({ kind: 'link', text }, asText)).toBe(`link-${text}`);
  for (const arrived of [
    `${text}.`,
    `${text}?utm_source=chat`,
    `https://x.example/#${text}%3E`,
    `${text.slice(0, 40)} ${text.slice(40)}`,
  ])
    expect(await keyOf({ kind: 'link', text: arrived }, asText)).toBe(`link-${text}`);
});
