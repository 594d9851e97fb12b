import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { teachingVm } from './scenarios/parts.ts';
import { softwareResolver } from './software.ts';

const KERNEL = new URL('../guests/teaching-kernel/image/kernel.elf', import.meta.url);

test('addresses are said in the order in which a guest finds its cards', () => {
  const card = (last: number, way?: VmSpec['nics'][number]['way']) => ({
    switch: 'lan',
    address: `10.0.0.${last}/24`,
    ...(way === undefined ? {} : { way }),
  });
  // Hardware has the last slots, from the last one down; what is behind registers has no slot.
  const nics = [
    card(1, 'passed-virtio'),
    card(2, 'emulated-dma'),
    card(3),
    card(4, 'passed-virtio'),
    card(5),
  ];
  const bytes = (): Uint8Array => new Uint8Array(readFileSync(KERNEL));
  const { bootargs } = must(softwareResolver({ bytes }).load({ ...teachingVm('a'), nics }));
  const said = [3, 5, 4, 1, 2].map((last) => `10.0.0.${last}/24`).join(',');
  expect(bootargs).toContain(`virtlab.ip=${said}`);
});
