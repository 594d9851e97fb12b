import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { startLab } from '../fixtures/test-lab.ts';
import { copyOnWriteTree } from '../scenarios/copy-on-write-tree.ts';
import { layersOf, vmsOf } from '../software.ts';
import { SHARED_TEXT_BYTES, sharedTextLayer } from './builtin-layers.ts';

test('the image that comes along is one, with the name that scenarios have for it', () => {
  const { name, sizeBytes } = sharedTextLayer();
  expect([name, sizeBytes]).toEqual([
    'dc88dfce93718ea2cc0a9c14b6f094b5eee0842d9ca7d9ce43ff5167d773774a',
    SHARED_TEXT_BYTES,
  ]);
});

test('both VMs lie on it, and need nothing that does not come along', async () => {
  const scenario = copyOnWriteTree({ linux: false });
  expect(vmsOf(scenario).flatMap(layersOf)).toEqual([]);
  const lab = await startLab(scenario);
  for (const vm of ['branch-1', 'branch-2'])
    expect(must(await lab.answer(0, 'disk-layers', { vm })).value).toMatchObject([
      { below: sharedTextLayer().name, ownBytes: 0 },
    ]);
  lab.close();
});
