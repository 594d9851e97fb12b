import { expect, test } from 'vitest';
import { deviceFrom, diskFrom } from './vm-devices.ts';

test('a disk lies on an image, or is empty and has a size', () => {
  expect(diskFrom('a,b.raw,queues=2,writes=keep')).toEqual({
    ok: true,
    value: { path: 'a,b.raw', keeps: true, settings: { queues: 2 } },
  });
  expect(diskFrom('size=64M')).toEqual({
    ok: true,
    value: { sizeBytes: 64 << 20, content: { kind: 'memory' } },
  });
  expect(diskFrom('size=4096,allocation=fixed,firstUse=50us,way=emulated-dma')).toEqual({
    ok: true,
    value: {
      ...{ sizeBytes: 4096, way: 'emulated-dma' },
      content: { kind: 'memory', allocation: 'fixed', firstUseNs: 50_000 },
    },
  });
});

test.each([
  ['size=64X', 'option.size', 'disk size'],
  ['size=1M,firstUse=9', 'option.duration', 'disk firstUse'],
  ['size=1M,writes=keep', 'option.unknown', 'writes'],
  ['size=1M,allocation=later', 'option.choice', 'disk allocation'],
  ['a.raw,firstUse=9us', 'option.unknown', 'firstUse'],
])('%s is refused', (text, code, option) => {
  expect(diskFrom(text)).toMatchObject({ ok: false, error: { code, data: { option } } });
});

test('a device has its kind and settings', () => {
  expect(deviceFrom('agent,terminal=true')).toEqual({ kind: 'agent', terminal: true });
  expect(deviceFrom('balloon')).toEqual({ kind: 'balloon' });
});
