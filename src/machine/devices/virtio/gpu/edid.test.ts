import { expect, test } from 'vitest';
import { EDID_SIZE, edidOf } from './edid.ts';

const SCREENS = [
  [640, 480],
  [1024, 768],
  [1920, 1080],
  [3840, 2160],
  [64, 48],
  [801, 603],
] as const;

test.each(SCREENS)('%i × %i: one mode at 60 Hz, which is the screen’s own', (width, height) => {
  const edid = edidOf(width, height);
  expect(edid).toHaveLength(EDID_SIZE);
  expect([...edid.subarray(0, 8)]).toEqual([0, 255, 255, 255, 255, 255, 255, 0]);
  expect(edid.reduce((sum, byte) => sum + byte, 0) & 0xff).toBe(0);
  const mode = edid.subarray(54, 72);
  const [w, h] = [mode[2]! | ((mode[4]! >> 4) << 8), mode[5]! | ((mode[7]! >> 4) << 8)];
  expect([w, h]).toEqual([width, height]);
  const clock = (mode[0]! | (mode[1]! << 8)) * 10_000;
  expect(clock / ((w + mode[3]!) * (h + mode[6]!))).toBeCloseTo(60, 0);
  expect(edid[24]! & 2).toBe(2);
  expect(new TextDecoder().decode(edid.subarray(77, 85))).toBe('virtlab\n');
});
