/** A VM with a screen, keyboard and pointer: what is seen of it, what it is given, and Linux on both kinds of screen. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { DesktopSpec } from '#base/scenario';
import { USUAL_POLICY } from '#machine/usual-policy';
import {
  bootHost,
  command,
  copyOf,
  ENVIRONMENT,
  LINUX_SKIPPED,
  linux,
  program,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';
import type { Host } from './host.ts';
import type { DesktopPicture } from './vm/questions/desktop.ts';

const MS = 1_000_000;
const SMALL: DesktopSpec = { kind: 'framebuffer', width: 64, height: 48 };

/** Draws one pixel of the screen at the end of its 2 MiB. */
const DRAWING = program(
  'drawing',
  `
    li t0, 0x801fd000
    li t1, 0x112233
    sw t1, 260(t0)
  end:
    wfi
    j end
  `,
);

function look(host: Host, args: object = {}): DesktopPicture {
  return must(host.ask('desktop', { vm: 'a', ...args })).value as DesktopPicture;
}

test('a screen in memory shows what the guest stores there, and what has changed since', () => {
  const host = bootHost([vmSpec('a', DRAWING, { desktop: SMALL })]);
  const before = look(host);
  expect([before.width, before.height, before.tiles.length]).toEqual([64, 48, 4]);
  host.advance(MS);
  const { picture, generation } = before;
  const after = look(host, { picture, since: generation });
  expect([...after.tiles]).toEqual([0]);
  const at = 4 * (32 * 1 + 1);
  expect([...after.pixels.subarray(at, at + 4)]).toEqual([0x11, 0x22, 0x33, 0xff]);
  expect(look(host, { picture, since: after.generation }).tiles).toHaveLength(0);
  expect(look(host).tiles).toHaveLength(4);
});

test('to look changes nothing', () => {
  const [seen, unseen] = [true, false].map((isSeen) => {
    const host = bootHost([vmSpec('a', DRAWING, { desktop: SMALL })]);
    for (let ms = 0; ms < 5; ms++) {
      host.advance(ms * MS);
      if (isSeen) look(host);
    }
    return host.hash();
  });
  expect(seen).toBe(unseen);
});

test('keyboard and pointer come with a screen', () => {
  const host = bootHost([vmSpec('a', DRAWING, { desktop: SMALL })]);
  expect(vmOf(host).devices.devices.map(({ kind }) => kind)).toEqual(['console', 'rng', 'input', 'input']);
});

test('a VM without a screen has none, and takes no gestures', () => {
  const host = bootHost([vmSpec('a', DRAWING)]);
  expect(host.ask('desktop', { vm: 'a' })).toMatchObject({ ok: false, error: { code: 'desktop.none' } });
  const key = { kind: 'key', code: 30, down: true } as const;
  expect(host.execute({ op: 'desktop.input', args: { vm: 'a', gestures: [key] } })).toMatchObject({
    ok: false,
    error: { code: 'desktop.noDevice' },
  });
});

/** Pixels that are not black. */
function lit({ pixels }: DesktopPicture): number {
  let count = 0;
  for (let at = 0; at < pixels.length; at += 4)
    if (pixels[at] !== 0 || pixels[at + 1] !== 0 || pixels[at + 2] !== 0) count++;
  return count;
}

/** Evdev codes of a few keys. */
const CODES: Readonly<Record<string, number>> = { e: 18, c: 46, h: 35, o: 24, ' ': 57, a: 30, '\n': 28 };

function typeKeys(host: Host, text: string): void {
  const gestures = [...text].flatMap((letter) =>
    [true, false].map((down) => ({ kind: 'key', code: CODES[letter]!, down })),
  );
  command(host, 'desktop.input', { vm: 'a', gestures });
}

test.skipIf(LINUX_SKIPPED).each(['gpu', 'framebuffer'] as const)(
  'Linux shows its console on a screen (%s), takes keys, goes on in a copy of its host, and back to a snapshot',
  (kind) => {
    const vm = vmSpec('a', linux('Image-desk'), {
      memoryBytes: 64 << 20,
      desktop: { kind, width: 640, height: 480 },
      append: 'earlycon=sbi console=hvc1 console=tty0',
    });
    const host = bootHost([vm], { ramBytes: 96 << 20 }, { ...ENVIRONMENT, translate: USUAL_POLICY });
    host.advance(3000 * MS);
    const booted = look(host);
    expect([booted.width, booted.height]).toEqual([640, 480]);
    // Many lines of text.
    expect(lit(booted)).toBeGreaterThan(5_000);
    // It has read what the screen says of itself (EDID).
    const slot = vmOf(host).devices.slots.find(({ device }) => device?.kind === 'gpu');
    expect(slot?.accepted(2)).toBe(kind === 'gpu' ? true : undefined);
    command(host, 'vm.snapshot', { vm: 'a', name: 'booted' });
    const { picture, generation: since } = booted;
    typeKeys(host, 'echo a');
    host.advance(3300 * MS);
    const typed = look(host, { picture, since });
    expect(typed.tiles.length).toBeGreaterThan(0);
    expect(typed.tiles.length).toBeLessThan(30);
    // The copy is interpreted.
    const copy = copyOf(host);
    expect(look(copy).pixels).toEqual(look(host).pixels);
    typeKeys(host, '\n');
    typeKeys(copy, '\n');
    host.advance(4000 * MS);
    copy.advance(4000 * MS);
    expect(copy.hash()).toBe(host.hash());
    expect(look(host).pixels).not.toEqual(booted.pixels);
    command(host, 'vm.revert', { vm: 'a', snapshot: 'booted' });
    expect(look(host).pixels).toEqual(booted.pixels);
  },
  240_000,
);
