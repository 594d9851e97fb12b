import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../fixtures/random-numbers.ts';
import { CORPUS } from './fixtures/corpus.ts';
import { type CaptureFile, readCapture, writePcapng } from './pcapng.ts';

const FILE: CaptureFile = {
  ports: [{ name: 'vm-1/0' }, { name: '机器/1' }],
  frames: Object.values(CORPUS).map((bytes, index) => ({
    ...{ port: index % 2, at: 3_600_000_000_123 + index, bytes, length: bytes.length + index },
    direction: index % 2 === 0 ? 'in' : 'out',
    ...(index === 3 ? { comment: 'dropped: 风暴' } : {}),
  })),
};

test('what was written is read: ports, instants to the nanosecond, bytes, directions, comments', () => {
  const read = readCapture(writePcapng(FILE));
  expect(read.ok && read.value.ports).toEqual(FILE.ports);
  expect(read.ok && read.value.frames.map((frame) => ({ ...frame, bytes: [...frame.bytes] }))).toEqual(
    FILE.frames.map((frame) => ({ ...frame, bytes: [...frame.bytes] })),
  );
});

test('an older file is read, in either order of bytes', () => {
  for (const isLittle of [true, false]) {
    const bytes = new Uint8Array(24 + 16 + 60);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0xa1b2_c3d4, isLittle);
    view.setUint32(20, 1, isLittle);
    for (const [index, value] of [12, 34, 60, 100].entries()) view.setUint32(24 + 4 * index, value, isLittle);
    const read = readCapture(bytes);
    expect(read.ok && read.value.frames).toMatchObject([{ at: 12_000_034_000, length: 100, port: 0 }]);
  }
});

describe('a file that is none, or damaged,', () => {
  test('is refused by name', () => {
    expect(readCapture(new Uint8Array(100))).toMatchObject({ ok: false, error: { code: 'capture.notOne' } });
    expect(readCapture(new Uint8Array(3))).toMatchObject({ ok: false, error: { code: 'capture.notOne' } });
    const cut = writePcapng(FILE).subarray(0, -10);
    expect(readCapture(cut)).toMatchObject({ ok: false, error: { code: 'capture.damaged' } });
  });

  test('gives an answer in any case', () => {
    const whole = writePcapng(FILE);
    const random = randomNumbers(5);
    for (let count = 0; count < 3000; count++) {
      const bytes = whole.slice(0, random(4) === 0 ? random(whole.length) : whole.length);
      for (let damage = random(4); damage >= 0 && bytes.length > 0; damage--)
        bytes[random(Math.min(bytes.length, random(2) === 0 ? 400 : bytes.length))] = random(256);
      const read = readCapture(bytes);
      if (!read.ok) continue;
      for (const frame of read.value.frames) {
        expect(read.value.ports[frame.port]).toBeDefined();
        expect(frame.length).toBeGreaterThanOrEqual(frame.bytes.length);
      }
    }
  });
});
