/** `virtlab labs`: which labs come along, and the steps of their guides. */
import { expect, test } from 'vitest';
import { BUILTIN_LABS } from '#base/catalogue/builtin-labs';
import { must } from '#base/fixtures/must';
import { outputOf } from './fixtures/output.ts';
import { labs } from './labs.ts';

async function output(...args: string[]): Promise<string> {
  const { result, out } = await outputOf(() => labs(args, () => undefined));
  expect(must(result)).toBe(0);
  return out;
}

test('without a name all labs are listed, with one the steps of its guide and what ticks them', async () => {
  expect((await output()).trim().split('\n')).toHaveLength(BUILTIN_LABS.length);
  const steps = await output('vlans');
  expect(steps).toContain('3. The leak is closed');
  expect(steps).toContain('[ ] port-drops[floor-1/mallory/0] > 0');
  expect(await output('first-visit')).toBe('');
  expect(await labs(['a', 'b'], () => undefined)).toMatchObject({ ok: false, error: { code: 'usage' } });
});
