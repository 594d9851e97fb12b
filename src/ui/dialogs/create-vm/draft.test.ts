import { expect, test } from 'vitest';
import type { HostDescription } from '#bridge/protocol/answers';
import type { ImageInfo } from '#bridge/protocol/lab-api';
import { complaintsOf, type Draft, draftFor, specOf } from './draft.ts';

const image: ImageInfo = {
  spec: { kind: 'builtin', name: 'teach' },
  kind: 'kernel',
  format: 'elf',
  bytes: 60_000,
  available: true,
  minMemoryBytes: 3 * 2 ** 20,
  defaultMemoryBytes: 2 ** 22,
  maxVcpus: 8,
};
const host: HostDescription = { name: 'h', ramBytes: 2 ** 28, harts: 2, switches: ['lan'], vms: [] };
const draft = draftFor(image, host);

function wrong(change: Partial<Draft>): string[] {
  return complaintsOf({ ...draft, ...change }, host, [image]).map((complaint) => complaint.key);
}

test('the draft that is offered works as it is', () => {
  expect(wrong({})).toEqual([]);
  expect(specOf(draft)).toMatchObject({
    name: 'vm1',
    memoryBytes: 4 * 2 ** 20,
    nics: [{ switch: 'lan' }],
    disks: [],
  });
});

test('each mistake is named at its field', () => {
  expect(wrong({ name: 'a b' })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'a-' })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'a'.repeat(32) })).toEqual(['create.wrong.name']);
  expect(wrong({ name: 'lan' })).toEqual(['create.wrong.nameTaken']);
  expect(wrong({ image: '' })).toEqual(['create.wrong.image']);
  expect(wrong({ memoryMib: 1 })).toEqual(['create.wrong.memory']);
  expect(wrong({ memoryMib: 2 })).toEqual(['create.wrong.memoryTooSmall']);
  expect(wrong({ memoryMib: 4096 })).toEqual(['create.wrong.memoryTooLarge']);
  expect(wrong({ vcpus: 9 })).toEqual(['create.wrong.vcpus']);
  expect(wrong({ address: '10.0.0.300/24' })).toEqual(['create.wrong.address']);
  expect(wrong({ address: '10.0.0.3/24' })).toEqual([]);
});
