/** The teaching kernel's drawing, on both kinds of screen: what is done with keyboard, pointer and fingers is seen. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { DesktopSpec } from '#base/scenario';
import { bootHost, command, copyOf, shellVm, type } from './fixtures/test-host.ts';
import type { Host } from './host.ts';
import type { RemotePicture } from './remote-desktop/questions/remote-desktop.ts';
import type { DesktopPicture } from './vm/questions/desktop.ts';

const MS = 1_000_000;
const [WIDTH, HEIGHT] = [320, 200];
/** The steps that places are told in, of pixels. */
const place = (x: number, y: number) => ({
  x: Math.round((x * 0x7fff) / (WIDTH - 1)),
  y: Math.round((y * 0x7fff) / (HEIGHT - 1)),
});
const [PAPER, RED, GREEN] = ['f7f3e8', 'd1495b', '4c9f70'];

function boot(kind: DesktopSpec['kind'], more: Partial<DesktopSpec> = {}): Host {
  const desktop = { kind, width: WIDTH, height: HEIGHT, ...more };
  const host = bootHost([shellVm('a', { desktop })]);
  host.advance(50 * MS);
  type(host, 'a', 'paint\n');
  host.advance(200 * MS);
  return host;
}
function picture(host: Host): DesktopPicture {
  return must(host.ask('desktop', { vm: 'a' })).value as DesktopPicture;
}
/** The colour of a pixel, of a picture of which an answer has all tiles. */
function colour({ width, height, tile, tiles, pixels }: DesktopPicture, x: number, y: number): string {
  const columns = Math.ceil(width / tile);
  let at = 0;
  for (const each of tiles) {
    const [left, top] = [tile * (each % columns), tile * Math.floor(each / columns)];
    const [w, h] = [Math.min(tile, width - left), Math.min(tile, height - top)];
    if (x >= left && x < left + w && y >= top && y < top + h) {
      const pixel = at + 4 * ((y - top) * w + x - left);
      return Buffer.from(pixels.subarray(pixel, pixel + 3)).toString('hex');
    }
    at += 4 * w * h;
  }
  return '';
}
function gestures(host: Host, ...all: object[]): void {
  command(host, 'desktop.input', { vm: 'a', gestures: all });
  host.advance(host.now + 100 * MS);
}
const pointer = (x: number, y: number, buttons: number) => ({ kind: 'pointer', ...place(x, y), buttons });
const key = (code: number) => [
  { kind: 'key', code, down: true },
  { kind: 'key', code, down: false },
];
const [KEY_6, KEY_B, KEY_C, KEY_Q, SPACE, RIGHT] = [7, 48, 46, 16, 57, 106];

test.each(['gpu', 'framebuffer'] as const)('keyboard and pointer draw (%s)', (kind) => {
  const host = boot(kind);
  gestures(host, ...key(KEY_B));
  expect(picture(host).width).toBe(WIDTH);
  expect(colour(picture(host), 250, 150)).toBe(PAPER);
  gestures(host, pointer(220, 150, 0), pointer(220, 150, 1), pointer(280, 150, 1), pointer(280, 190, 0));
  expect(colour(picture(host), 250, 150)).toBe(RED);
  // The button was up on the way down.
  expect(colour(picture(host), 280, 180)).toBe(RED);
  // A colour by its key, the pen by the arrows.
  gestures(host, pointer(200, 100, 0), ...key(KEY_6), { kind: 'key', code: SPACE, down: true });
  gestures(host, ...key(RIGHT), ...key(RIGHT), ...key(RIGHT), { kind: 'key', code: SPACE, down: false });
  expect(colour(picture(host), 210, 101)).toBe(GREEN);
  // A colour at the bar, by the pointer.
  gestures(host, pointer(70, 12, 0), pointer(70, 12, 1), pointer(70, 12, 0));
  gestures(host, pointer(200, 60, 1), pointer(230, 60, 1), pointer(300, 60, 0));
  expect(colour(picture(host), 215, 60)).toBe(RED);
  gestures(host, ...key(KEY_C));
  expect(colour(picture(host), 250, 150)).toBe(PAPER);
});

test('a finger draws from where it is put', () => {
  const host = boot('gpu', { touch: true });
  gestures(host, pointer(20, 180, 0));
  const finger = (x: number, y: number) => ({ kind: 'touch', contact: 0, ...place(x, y) });
  gestures(host, finger(220, 150), finger(280, 150), { kind: 'touch', contact: 0 });
  expect(colour(picture(host), 250, 150)).toBe(RED);
  expect(colour(picture(host), 120, 165)).toBe(PAPER);
});

test('what is done at a viewer of the screen comes over the network, and is drawn', () => {
  const remoteDesktops = (['server', 'viewer'] as const).map((role) => ({ role, vm: 'a', switch: 'lan' }));
  const desktop = { kind: 'gpu', width: WIDTH, height: HEIGHT } as const;
  const host = bootHost([shellVm('a', { desktop, append: 'run=paint' })], { remoteDesktops });
  const line = [pointer(220, 150, 0), pointer(220, 150, 1), pointer(280, 150, 1), pointer(280, 150, 0)];
  const done = { op: 'desktop.remoteInput', args: { vm: 'a', gestures: line } };
  expect(host.execute(done)).toMatchObject({ error: { code: 'desktop.noServer' } });
  host.advance(300 * MS);
  must(host.execute(done));
  const copy = copyOf(host);
  for (const each of [host, copy]) each.advance(each.now + 300 * MS);
  expect(copy.hash()).toBe(host.hash());
  expect(colour(picture(host), 250, 150)).toBe(RED);
  const { traffic, ...seen } = must(host.ask('remote-desktop', { vm: 'a' })).value as RemotePicture;
  expect(colour({ ...seen, kind: 'gpu', isDriven: true }, 250, 150)).toBe(RED);
  expect(traffic).toMatchObject({ gestures: 4, inputFrames: 1, inputLost: 0 });
  expect(traffic.inputDelayNs).toBeGreaterThan(0);
  expect(traffic.inputDelayNs).toBeLessThan(MS);
  expect(traffic.answerNs).toBeGreaterThan(traffic.inputDelayNs);
  expect(traffic.answerNs).toBeLessThan(100 * MS);
});

test('the ball moves, the clock goes, and a key holds the ball', () => {
  const host = boot('gpu');
  const seen = picture(host);
  const since = { picture: seen.picture, since: seen.generation };
  host.advance(host.now + 100 * MS);
  const moved = must(host.ask('desktop', { vm: 'a', ...since })).value as DesktopPicture;
  expect(moved.tiles.length).toBeGreaterThan(0);
  expect(moved.tiles.length).toBeLessThan(12);
  gestures(host, ...key(KEY_B));
  const before = picture(host);
  host.advance(host.now + 1100 * MS);
  const after = must(
    host.ask('desktop', { vm: 'a', picture: before.picture, since: before.generation }),
  ).value;
  // The clock alone, in the upper right corner.
  const tiles = [...(after as DesktopPicture).tiles];
  expect(tiles.length).toBeGreaterThan(0);
  expect(Math.max(...tiles)).toBeLessThan(Math.ceil(WIDTH / 32));
});

test('it goes on after a snapshot, and leaves the screen when it ends', () => {
  const host = boot('gpu');
  const copy = copyOf(host);
  for (const each of [host, copy]) gestures(each, pointer(200, 150, 1), pointer(250, 170, 1));
  expect(copy.hash()).toBe(host.hash());
  expect(picture(copy).pixels).toEqual(picture(host).pixels);
  gestures(host, ...key(KEY_Q));
  expect(picture(host).width).toBe(0);
  type(host, 'a', 'paint\n');
  host.advance(host.now + 200 * MS);
  expect(colour(picture(host), 250, 150)).toBe(PAPER);
});
