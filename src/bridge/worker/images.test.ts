/** Guest software on its way: fetched, unpacked, checked, refused. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { must } from '#base/fixtures/must';
import { codeOf, KERNEL, Site } from './fixtures/service.ts';
import { Images, webFetcher } from './images.ts';

const NOTHING = (): void => undefined;
const LIVE = new AbortController().signal;
const LINUX = Uint8Array.from({ length: 50_000 }, (_, n) => (n * n) & 0xff);
const PACKED = new Uint8Array(gzipSync(LINUX));

function listOf(more: object = {}): Uint8Array {
  const file = {
    ...{ name: 'linux-tiny', file: 'tiny.gzip', compression: 'gzip', version: 'Linux' },
    ...{ compressedBytes: PACKED.length, sizeBytes: LINUX.length },
    sha256: createHash('sha256').update(LINUX).digest('hex'),
    ...more,
  };
  return new TextEncoder().encode(JSON.stringify({ version: 1, files: [file] }));
}

function startWith(files: Readonly<Record<string, Uint8Array>>): { images: Images; site: Site } {
  const site = new Site();
  for (const [url, bytes] of Object.entries(files)) site.files.set(url, bytes);
  const images = new Images({ guestsUrl: 'site/guests/', teachingUrl: 'site/kernel.elf', fetcher: site });
  return { images, site };
}
const SITE = { 'site/guests/guests.json': listOf(), 'site/guests/tiny.gzip': PACKED };

describe('a packaged file', () => {
  test('is fetched once, unpacked and checked, with progress', async () => {
    const { images, site } = startWith(SITE);
    const stages: string[] = [];
    must(
      await images.need('linux-tiny', LIVE, ({ stage, done, total }) =>
        stages.push(`${stage} ${done}/${total}`),
      ),
    );
    expect(images.bytes('linux-tiny')).toEqual(LINUX);
    const { length } = LINUX;
    expect(stages).toEqual(
      expect.arrayContaining([
        `image 0/${PACKED.length}`,
        `unpack 0/${length}`,
        `unpack ${length}/${length}`,
      ]),
    );
    must(await images.need('linux-tiny', LIVE, NOTHING));
    expect(site.asked.filter((url) => url.endsWith('tiny.gzip')).length).toBe(1);
  });

  test('that the server has unpacked on the way is taken as it is', async () => {
    const { images } = startWith({ ...SITE, 'site/guests/tiny.gzip': LINUX });
    must(await images.need('linux-tiny', LIVE, NOTHING));
    expect(images.bytes('linux-tiny')).toEqual(LINUX);
  });

  const flipped = PACKED.slice();
  flipped[PACKED.length >> 1]! ^= 0x40;
  test.each([
    ['cut', { ...SITE, 'site/guests/tiny.gzip': PACKED.subarray(0, 200) }],
    ['changed inside', { ...SITE, 'site/guests/tiny.gzip': flipped }],
    [
      'another one',
      { ...SITE, 'site/guests/tiny.gzip': new Uint8Array(gzipSync(new Uint8Array(LINUX.length))) },
    ],
    ['larger than the list says', { ...SITE, 'site/guests/guests.json': listOf({ sizeBytes: 49_999 }) }],
    ['smaller than the list says', { ...SITE, 'site/guests/guests.json': listOf({ sizeBytes: 50_001 }) }],
  ])('that came damaged (%s) is refused and not kept', async (_, files) => {
    const { images, site } = startWith(files);
    const refused = await images.need('linux-tiny', LIVE, NOTHING);
    expect(refused).toMatchObject({ error: { code: 'image-download', data: { status: 'damaged' } } });
    expect(images.bytes('linux-tiny')).toBeUndefined();
    // The next try may have more luck.
    for (const [url, bytes] of Object.entries(SITE)) site.files.set(url, bytes);
    if (files['site/guests/guests.json'] === SITE['site/guests/guests.json'])
      must(await images.need('linux-tiny', LIVE, NOTHING));
  });

  test('that is not on the site is missing, and so is a file that was not given', async () => {
    const { images } = startWith({});
    expect(codeOf(await images.need('linux-tiny', LIVE, NOTHING))).toBe('image-missing');
    expect(codeOf(await images.need('file:mine', LIVE, NOTHING))).toBe('image-missing');
    expect(await images.hasLinux(LIVE)).toBe(false);
  });

  test('is given up when the person cancels, also while it is unpacked', async () => {
    for (const stage of ['image', 'unpack']) {
      const { images } = startWith(SITE);
      const work = new AbortController();
      const refused = await images.need('linux-tiny', work.signal, (progress) => {
        if (progress.stage === stage) work.abort();
      });
      expect([stage, codeOf(refused)]).toEqual([stage, 'cancelled']);
      must(await images.need('linux-tiny', LIVE, NOTHING));
    }
  });
});

describe('the list of packaged files', () => {
  test('is asked for once, also when the site has none', async () => {
    const { images, site } = startWith({});
    await images.hasLinux(LIVE);
    await images.hasLinux(LIVE);
    expect(site.asked).toEqual(['site/guests/guests.json']);
  });

  test('that could not be fetched, was cancelled or is damaged is asked for again', async () => {
    const { images, site } = startWith(SITE);
    expect(await images.hasLinux(AbortSignal.abort())).toBe(false);
    site.files.set('site/guests/guests.json', new TextEncoder().encode('<html>'));
    expect(codeOf(await images.need('linux-tiny', LIVE, NOTHING))).toBe('guests.notJson');
    site.files.set('site/guests/guests.json', listOf());
    must(await images.need('linux-tiny', LIVE, NOTHING));
  });
});

describe('a file of one’s own', () => {
  test('is told apart by its content', () => {
    const { images } = startWith({});
    const kinds = [
      ['kernel.elf', KERNEL],
      ['init.cpio', new TextEncoder().encode('070701000000')],
      ['init.gz', PACKED],
      ['raw.bin', Uint8Array.of(0x6f, 0, 0, 0)],
    ] as const;
    const seen = kinds.map(([name, bytes]) => {
      const { kind, format, available } = must(images.addFile(name, bytes));
      return [name, kind, format, available];
    });
    expect(seen).toEqual([
      ['kernel.elf', 'kernel', 'elf', true],
      ['init.cpio', 'initrd', 'cpio', true],
      ['init.gz', 'initrd', 'gzip', true],
      ['raw.bin', 'kernel', 'raw', true],
    ]);
    expect(images.bytes('file:raw.bin')).toEqual(Uint8Array.of(0x6f, 0, 0, 0));
  });

  test('that cannot be what it should is refused with the reason', () => {
    const { images } = startWith({});
    const other = KERNEL.slice();
    other[18] = 0x3e; // x86-64
    expect(codeOf(images.addFile('x', other))).toBe('elf.notRiscv');
    expect(codeOf(images.addFile('x', KERNEL.subarray(0, 70)))).toBe('elf.truncated');
    expect(codeOf(images.addFile('x', new TextEncoder().encode('hello\n')))).toBe('image.foreign');
    expect(codeOf(images.addFile('x', new Uint8Array()))).toBe('image.empty');
    expect(codeOf(images.addFile('x', { length: 1 << 28 } as Uint8Array))).toBe('image-too-large');
  });

  test('that no command could name is refused', () => {
    const { images } = startWith({});
    for (const name of ['', '.profile', 'a/b', 'a\\b', 'c:d', 'a\u0007'])
      expect([name, codeOf(images.addFile(name, KERNEL))]).toEqual([name, 'scenario.badFileName']);
    expect(codeOf(images.addFile('a'.repeat(81), KERNEL))).toBe('scenario.tooLong');
  });

  test('has room up to a limit of all, and takes the room of its namesake', () => {
    const { images } = startWith({});
    const big = new Uint8Array(100 << 20);
    big[0] = 0x6f;
    must(images.addFile('one', big));
    must(images.addFile('two', big));
    expect(codeOf(images.addFile('three', big))).toBe('files-full');
    must(images.addFile('two', big));
    must(images.addFile('two', Uint8Array.of(0x6f, 0, 0, 0)));
    must(images.addFile('three', big));
  });
});

describe('the fetcher of the browser', () => {
  afterEach(() => vi.unstubAllGlobals());
  function answer(response: () => Response): void {
    vi.stubGlobal('fetch', async () => response());
  }

  test('gives the bytes, and how many have come', async () => {
    answer(() => new Response(LINUX));
    const steps: number[] = [];
    expect(must(await webFetcher.bytes('a/b', LIVE, (done) => steps.push(done)))).toEqual(LINUX);
    expect(steps.at(-1)).toBe(LINUX.length);
  });

  test('says what the server said, what the network said, and that it was cancelled', async () => {
    answer(() => new Response('', { status: 404 }));
    expect(await webFetcher.bytes('a/b', LIVE, NOTHING)).toMatchObject({
      error: { code: 'image-download', data: { name: 'b', status: 404 } },
    });
    answer(() => {
      throw new TypeError('Failed to fetch');
    });
    expect(await webFetcher.bytes('a/b', LIVE, NOTHING)).toMatchObject({
      error: { code: 'image-download', data: { status: 'Failed to fetch' } },
    });
    expect(codeOf(await webFetcher.bytes('a/b', AbortSignal.abort(), NOTHING))).toBe('cancelled');
  });

  test('stops a download that does not end', async () => {
    const piece = new Uint8Array(1 << 24);
    let pulls = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulls++;
        controller.enqueue(piece);
      },
    });
    answer(() => new Response(endless));
    expect(codeOf(await webFetcher.bytes('a/b', LIVE, NOTHING))).toBe('image-too-large');
    expect(pulls).toBeLessThan(12);
  });
});
