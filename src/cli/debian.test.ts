/**
 * Debian on a disk that our script has made: a desktop under X that is worked at with keyboard and pointer; systemd as process 1. Where
 * nobody has made the images, there is no such test, and the summary says so.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { missingRequirements, type RequirementName, requirement } from '#tools/prerequisites';
import { DebianGuest } from './fixtures/debian.ts';
import type { Pixels } from './picture-file.ts';

const missing = missingRequirements();
/** The image, where it has been made. */
const made = (image: RequirementName): RequirementName[] =>
  missing.some(({ name }) => name === image) ? [] : [image];

/** What the boot with systemd takes, and a tenth more. */
const MOST_INSTRUCTIONS = 1.43e9;

const [WIDTH, HEIGHT] = [640, 480];
/** Places of the pointer are told in so many steps from edge to edge. */
const MOST_POSITION = 0x7fff;

/** A part of the screen: left, top, right and bottom edge. */
type Part = readonly [left: number, top: number, right: number, bottom: number];
const XTERM: Part = [8, 26, 446, 292];
const EYES: Part = [510, 180, 632, 252];
/** Where no window is. */
const BARE: Part = [100, 310, 500, 480];

const rgbAt = ({ rgba, width }: Pixels, x: number, y: number): number =>
  (rgba[4 * (width * y + x)]! << 16) | (rgba[4 * (width * y + x) + 1]! << 8) | rgba[4 * (width * y + x) + 2]!;

/** How many pixels of a part are different. */
function changes([left, top, right, bottom]: Part, a: Pixels, b: Pixels): number {
  let count = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (rgbAt(a, x, y) !== rgbAt(b, x, y)) count++;
  return count;
}

/** Evdev codes of the keys of a line (`linux/input-event-codes.h`). */
const CODES: Readonly<Record<string, number>> = {
  ...{
    '1': 2,
    '2': 3,
    e: 18,
    t: 20,
    o: 24,
    '\n': 28,
    s: 31,
    d: 32,
    h: 35,
    i: 23,
    k: 37,
    r: 19,
    '/': 53,
    c: 46,
    n: 49,
    m: 50,
  },
  ...{ '-': 12, p: 25, ' ': 57, y: 21 },
};
const typed = (line: string): Gesture[] =>
  [...line].flatMap((sign) =>
    [true, false].map((down): Gesture => ({ kind: 'key', code: CODES[sign]!, down })),
  );

const pointer = (x: number, y: number, buttons = 0): Gesture => {
  const along = (at: number, size: number): number => Math.round((at * MOST_POSITION) / size);
  return { kind: 'pointer', x: along(x, WIDTH), y: along(y, HEIGHT), buttons };
};

test('who has no image is told how to make it, with options that the script takes', () => {
  const script = readFileSync(new URL('../guests/debian/package.ts', import.meta.url), 'utf8');
  for (const { name, howToGet } of missing)
    if (name.startsWith('debian-')) {
      const [, option] = /^npm run guests:debian -- --(\w+)$/.exec(howToGet) ?? [];
      expect(script).toContain(`${option}: { type: 'boolean'`);
    }
});

test.each(made('debian-desktop'))(
  '%s takes keys and the pointer, and draws what comes of it',
  { timeout: 600_000 },
  async () => {
    const desktop = { kind: 'gpu', width: WIDTH, height: HEIGHT } as const;
    const guest = await DebianGuest.boot(requirement('debian-desktop').path, { desktop });
    guest.until(() => guest.said().includes('login: '));
    // White between the lids of an eye, and in the terminal behind its prompt.
    guest.until(() => {
      const now = guest.picture();
      return [rgbAt(now, 539, 195), rgbAt(now, 300, 200)].every((each) => each === 0xff_ffff);
    });
    guest.host.advance(guest.host.now + 3e9);
    const before = guest.picture();

    // The keyboard is the terminal's, over which the pointer is.
    guest.does(typed('mkdir /tmp/typed\n'));
    const afterKeys = guest.picture();
    expect(changes(XTERM, before, afterKeys)).toBeGreaterThan(200);
    expect(changes(BARE, before, afterKeys)).toBe(0);

    // The eyes look where the pointer goes; on the bare screen its button opens a menu, there and nowhere else.
    guest.does([pointer(200, 330)]);
    const afterMove = guest.picture();
    expect(changes(EYES, afterKeys, afterMove)).toBeGreaterThan(20);
    guest.does([pointer(200, 330, 1)]);
    const menu = guest.picture();
    expect(changes(BARE, afterMove, menu)).toBeGreaterThan(2000);
    expect(changes(XTERM, afterMove, menu)).toBeLessThan(500);
    guest.does([pointer(200, 330)]);

    expect(guest.types('root', '# ')).toContain('root@');
    expect(guest.types('ls -d /tmp/typed', '# ')).toContain('/tmp/typed');
  },
);

test.each(made('debian-systemd'))(
  '%s comes to its login with systemd, and powers off when its agent is asked',
  { timeout: 600_000 },
  async (image) => {
    const guest = await DebianGuest.boot(requirement(image).path, { memoryBytes: 64 << 20 });
    guest.until(() => guest.said().includes('login: '));
    expect(guest.host.instructions).toBeLessThan(MOST_INSTRUCTIONS);
    expect(guest.types('root', '# ')).toContain('root@debian');
    expect(guest.types('ps -p 1 -o comm=; systemctl is-system-running --wait', '# ')).toMatch(
      /systemd\s+running/,
    );
    expect(guest.host.vm('debian')!.agent.facts?.addresses).toEqual([
      { card: 'eth0', address: '10.0.0.7/24' },
    ]);
    must(guest.host.execute({ op: 'vm.shutDown', args: { vm: 'debian' } }));
    guest.until(() => guest.host.vm('debian')!.state === 'stopped');
    expect(guest.host.vm('debian')?.reason?.code).toBe('vm.guestShutDown');
  },
);
