import { expect, test } from 'vitest';
import type { KeptImage } from '#bridge/protocol/disks';
import { imageTree } from './image-tree.ts';

const image = (layer: string, below?: string): KeptImage => ({
  ...{ layer, title: layer, sizeBytes: 1, bytes: 1, changedMs: 0, usedBy: [] },
  ...(below === undefined ? {} : { below }),
});

test('what lies on another stands below it; one whose layer is not here stands by itself', () => {
  const images = [image('b1', 'a'), image('x', 'gone'), image('a'), image('c', 'b1'), image('b2', 'a')];
  expect(imageTree(images).map(({ image: { layer }, depth }) => `${depth}${layer}`)).toEqual([
    '0x',
    '0a',
    '1b1',
    '2c',
    '1b2',
  ]);
});
