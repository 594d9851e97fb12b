/**
 * What a screen says of itself (VESA E-EDID, release A2, version 1.4): 128 bytes with one mode, which is the screen's own, at 60 Hz.
 * Drivers that ask for it need not make a mode up from a width and a height.
 */

export const EDID_SIZE = 128;

/** Where things lie (§3). */
const MAKER = 8;
const PRODUCT = 10;
const YEAR = 17;
const VERSION = 18;
const INPUT = 20;
const WIDTH_CM = 21;
const HEIGHT_CM = 22;
const GAMMA = 23;
const FEATURES = 24;
const CHROMATICITY = 25;
const STANDARD_TIMINGS = 38;
const FIRST_DESCRIPTOR = 54;
const DESCRIPTOR_SIZE = 18;
const CHECKSUM = 127;

/** Twelve bits hold a number of pixels. */
const MOST_PIXELS = 4095;
const PIXELS_PER_CM: number = 96 / 2.54;
const FRAMES_PER_SECOND = 60;
/** What is not shown of a line and of a frame, as short as flat screens have it: all of it, before the sync pulse, and that. */
const BLANK = { line: [160, 48, 32], frame: [30, 3, 4] } as const;

/** Primaries and white of sRGB, ten bits each. */
const SRGB = [0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54] as const;

export function edidOf(width: number, height: number): Uint8Array {
  const edid = new Uint8Array(EDID_SIZE);
  const view = new DataView(edid.buffer);
  edid.fill(0xff, 1, 7);
  view.setUint16(MAKER, letters('VLB'));
  view.setUint16(PRODUCT, 1, true);
  edid[YEAR] = 2026 - 1990;
  edid.set([1, 4], VERSION);
  // Digital, eight bits for each colour.
  edid[INPUT] = 0xa0;
  edid[WIDTH_CM] = centimetres(width);
  edid[HEIGHT_CM] = centimetres(height);
  edid[GAMMA] = 220 - 100;
  // sRGB, and the first mode is the screen's own.
  edid[FEATURES] = 0x06;
  edid.set(SRGB, CHROMATICITY);
  edid.fill(1, STANDARD_TIMINGS, FIRST_DESCRIPTOR);
  const descriptor = (index: number): Uint8Array =>
    edid.subarray(
      FIRST_DESCRIPTOR + DESCRIPTOR_SIZE * index,
      FIRST_DESCRIPTOR + DESCRIPTOR_SIZE * (index + 1),
    );
  writeMode(descriptor(0), Math.min(width, MOST_PIXELS), Math.min(height, MOST_PIXELS));
  // Its name, ended by a line feed and filled up with blanks; the others are dummies.
  descriptor(1).set([0, 0, 0, 0xfc, 0, ...new TextEncoder().encode('virtlab\n'.padEnd(13))]);
  for (const index of [2, 3]) descriptor(index)[3] = 0x10;
  edid[CHECKSUM] = -edid.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return edid;
}

/** A maker's three letters in 15 bits. */
function letters(text: string): number {
  return [...text].reduce((sum, letter) => (sum << 5) | (letter.charCodeAt(0) & 31), 0);
}

function centimetres(pixels: number): number {
  return Math.min(255, Math.max(1, Math.round(pixels / PIXELS_PER_CM)));
}

/** A detailed timing (§3.10.2). */
function writeMode(into: Uint8Array, width: number, height: number): void {
  const view = new DataView(into.buffer, into.byteOffset, into.length);
  const [line, lineFront, linePulse] = BLANK.line;
  const [frame, frameFront, framePulse] = BLANK.frame;
  const clock = Math.round(((width + line) * (height + frame) * FRAMES_PER_SECOND) / 10_000);
  view.setUint16(0, Math.min(clock, 0xffff), true);
  into.set([width & 0xff, line, (width >> 8) << 4, height & 0xff, frame, (height >> 8) << 4], 2);
  into.set([lineFront, linePulse, (frameFront << 4) | framePulse], 8);
  const [wide, high] = [centimetres(width) * 10, centimetres(height) * 10];
  into.set([wide & 0xff, high & 0xff, ((wide >> 8) << 4) | (high >> 8)], 12);
  // Sync pulses of their own, both positive.
  into[17] = 0x1e;
}
