/** A screen over the network: the viewer shows what the server's VM does, of frames alone, whatever becomes of them on the way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { DesktopSpec, HostSpec } from '#base/scenario';
import { SeenPixels } from '#machine/devices/display/seen-pixels';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { EventQueue } from '#machine/event-queue';
import { bootHost, copyOf, program, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { DesktopPicture } from '../vm/questions/desktop.ts';
import type { RemotePicture } from './questions/remote-desktop.ts';
import { DesktopServer } from './server.ts';
import { DesktopViewer } from './viewer.ts';
import { MOST_FRAME_BYTES } from './wire.ts';

const MS = 1_000_000;
const SMALL: DesktopSpec = { kind: 'framebuffer', width: 64, height: 48 };

/** Fills its screen at the end of 2 MiB with one value after another, each in 10 ms or so. */
const DRAWING = program(
  'filling',
  `
    li s0, 0x801fd000
    li s1, 0
  picture:
    li t0, 0
    li t1, 3072
  pixel:
    slli t2, t0, 2
    add t2, t2, s0
    add t3, s1, t0
    sw t3, 0(t2)
    addi t0, t0, 1
    bltu t0, t1, pixel
    li t4, 300000
  pause:
    addi t4, t4, -1
    bnez t4, pause
    li t5, 0x10101
    add s1, s1, t5
    j picture
  `,
);

function boot(more: Partial<HostSpec> = {}): Host {
  return bootHost([vmSpec('a', DRAWING, { desktop: SMALL })], {
    remoteDesktops: [
      { role: 'server', vm: 'a', switch: 'lan' },
      { role: 'viewer', vm: 'a', switch: 'lan' },
    ],
    ...more,
  });
}
function seen(host: Host): RemotePicture {
  return must(host.ask('remote-desktop', { vm: 'a' })).value as RemotePicture;
}

test('a viewer shows what the screen showed a moment before, and says what it took', () => {
  const host = boot();
  host.advance(300 * MS);
  expect([seen(host).width, seen(host).height]).toEqual([64, 48]);
  host.execute({ op: 'vm.pause', args: { vm: 'a' } });
  host.advance(500 * MS);
  const near = must(host.ask('desktop', { vm: 'a' })).value as DesktopPicture;
  const { pixels, traffic } = seen(host);
  expect(pixels).toEqual(near.pixels);
  expect(traffic.updates).toBeGreaterThan(5);
  expect(traffic.bytes).toBeGreaterThan(3 * 64 * 48);
  expect(traffic.delayNs).toBeGreaterThan(0);
  expect(traffic.delayNs).toBeLessThan(10 * MS);
  expect(traffic.lost).toBe(0);
});

test('it goes on after a snapshot as if there had been none', () => {
  const host = boot();
  for (const at of [123, 151, 202]) {
    host.advance(at * MS);
    const copy = copyOf(host);
    expect(copy.hash()).toBe(host.hash());
    for (const each of [host, copy]) each.advance((at + 25) * MS);
    expect(copy.hash()).toBe(host.hash());
    expect(seen(copy).pixels).toEqual(seen(host).pixels);
  }
});

test('without a viewer here it is said so', () => {
  expect(boot({ remoteDesktops: [] }).ask('remote-desktop', { vm: 'a' })).toMatchObject({
    error: { code: 'desktop.noViewer' },
  });
});

/** A server and a viewer with a wire between them that loses what it is told to. */
function joined(loses: (frame: number) => boolean, takes: (gesture: Gesture) => boolean = () => true) {
  const events = new EventQueue();
  let time = 0;
  let frames = 0;
  const now = (): number => time;
  const screen = new SeenPixels(320, 200, 0);
  const bytes = new Uint8Array(screen.words.buffer);
  const display = {
    ...{ width: 320, height: 200, damage: screen.damage, cursor: undefined, cursorGeneration: 0 },
    refresh: () => true,
    read: (x: number, y: number, width: number, height: number, target: Uint8Array): void => {
      for (let row = 0; row < height; row++) {
        const at = 4 * ((y + row) * 320 + x);
        target.set(bytes.subarray(at, at + 4 * width), 4 * width * row);
      }
    },
  };
  const pass = (receive: (frame: Uint8Array) => void, frame: Uint8Array): void => {
    if (!loses(frames++)) receive(frame.slice());
  };
  const server: DesktopServer = new DesktopServer({
    ...{ host: 'near', vm: 'a', now, seed: 42 },
    desktop: () => ({ display, gesture: (gesture) => (takes(gesture) ? 'taken' : 'full') }),
    transmit: (frame) => pass((each) => viewer.receive(each), frame),
  });
  const viewer: DesktopViewer = new DesktopViewer({
    ...{ host: 'far', vm: 'a', channel: 'v', events, now },
    transmit: (frame) => pass((each) => server.receive(each), frame),
  });
  const runTo = (end: number): void => {
    while (events.nextAt() <= end) {
      time = events.nextAt();
      events.runDue(time);
    }
    time = end;
  };
  const shown = (): Uint8Array => {
    const target = new Uint8Array(bytes.length);
    viewer.read(0, 0, viewer.width, viewer.height, target);
    return target;
  };
  return { server, viewer, runTo, bytes, shown };
}

test('what is lost on the way is sent again, until all of it is there', () => {
  const { viewer, runTo, bytes, shown } = joined((frame) => (frame * 7919) % 100 < 20);
  for (let at = 0; at < bytes.length; at++) bytes[at] = at % 4 === 3 ? 0xff : (at * 31 + (at >> 9)) & 0xff;
  runTo(10_000 * MS);
  expect(shown()).toEqual(bytes);
  expect(viewer.traffic.lost).toBeGreaterThan(0);
  // A change of one pixel is a small update.
  const before = viewer.traffic.bytes;
  bytes[4 * 5000] = 1;
  runTo(12_000 * MS);
  expect(shown()).toEqual(bytes);
  expect(viewer.traffic.bytes - before).toBeLessThan(64 * 1024);
});

const pointer = (x: number): Gesture => ({
  kind: 'pointer',
  x,
  y: 2 * x,
  buttons: x % 8,
  wheel: -(x % 16) || 1,
});
const finger: Gesture = { kind: 'touch', contact: 9 };
const key: Gesture = { kind: 'key', code: 30, down: true };

test('what a person does at a viewer comes to the VM once and in order, whatever is lost on the way', () => {
  const came: Gesture[] = [];
  const { viewer, runTo } = joined(
    (frame) => (frame * 7919) % 100 < 30,
    (gesture) => came.push(gesture) > 0,
  );
  runTo(2000 * MS);
  const done: Gesture[] = [
    key,
    finger,
    { ...finger, contact: 0, x: 1, y: 0x7fff },
    { kind: 'pointer', x: 1, y: 2, buttons: 0 },
  ];
  for (let x = 0; x < 300; x++) done.push(pointer(x));
  for (let at = 0; at < done.length; at += 60) {
    expect(viewer.give(done.slice(at, at + 60))).toBe(Math.min(60, done.length - at));
    runTo(3000 * MS + at * 20 * MS);
  }
  runTo(30_000 * MS);
  expect(came).toEqual(done);
  const { gestures, inputFrames, inputLost } = viewer.traffic;
  expect(gestures).toBe(done.length);
  expect(inputLost).toBeGreaterThan(0);
  expect(inputFrames).toBeGreaterThan(inputLost);
});

test('what the VM does not take yet waits, and there is an end to that', () => {
  const came: Gesture[] = [];
  let room = 3;
  const { viewer, runTo } = joined(
    () => false,
    (gesture) => room-- > 0 && came.push(gesture) > 0,
  );
  runTo(200 * MS);
  expect(viewer.give(Array.from({ length: 300 }, (_, x) => pointer(x)))).toBe(256);
  runTo(1000 * MS);
  expect(came.length).toBe(3);
  room = 1000;
  runTo(3000 * MS);
  expect(came.map((gesture) => 'x' in gesture && gesture.x)).toEqual(
    Array.from({ length: 256 }, (_, x) => x),
  );
});

test('only the viewer that is served, with the key that it was given, does something', () => {
  const came: Gesture[] = [];
  const sent: Uint8Array[] = [];
  const { server, viewer, runTo } = joined(
    () => false,
    (gesture) => came.push(gesture) > 0,
  );
  runTo(200 * MS);
  const receive = server.receive.bind(server);
  server.receive = (frame) => {
    sent.push(frame);
    receive(frame);
  };
  viewer.give([key]);
  const input = sent.at(-1)!;
  expect(came).toEqual([key]);
  const changed = (at: number): Uint8Array => input.map((byte, index) => (index === at ? byte ^ 1 : byte));
  // Another source, another key, another screen; and the same again.
  for (const frame of [changed(11), changed(29), changed(21), input]) receive(frame);
  expect(came).toEqual([key]);
});

test('property: frames of anybody change nothing but the picture, and throw nothing', () => {
  const { server, viewer, runTo } = joined(() => false);
  runTo(100 * MS);
  const header = [0x88, 0xb5, 0x56, 0x44];
  const frame = fc.tuple(
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.constantFrom(1, 2, 3, 4),
    fc.uint8Array({ maxLength: MOST_FRAME_BYTES - 20 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(frame, ([addresses, kind, rest, isOurs]) => {
      const bytes = Uint8Array.from([...addresses, ...header, kind, 0, ...rest]);
      // The screen's number, so that what follows is looked at.
      if (isOurs && bytes.length >= 22) bytes.set([0xe4, 0x0c, 0x29, 0x2c], 18);
      server.receive(bytes);
      viewer.receive(bytes);
    }),
    { numRuns: 3000 },
  );
  runTo(200 * MS);
  expect(viewer.capture().pixels.length).toBeLessThan(160);
});
