/** `virtlab screenshot`: what a VM's screen shows, as a file that other programs read. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { screenshot } from './screenshot.ts';

const silent = (): void => undefined;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-screenshot-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A teaching kernel that stores at the start of its screen, 100 by 50 pixels at the end of 4 MiB. */
function lab(): string {
  const path = join(folder, 'lab.json');
  const desktop = { kind: 'framebuffer', width: 100, height: 50 };
  const vm = { name: 'a', desktop, append: 'run=attack_memory_0x803fb000' };
  writeFileSync(path, JSON.stringify({ version: 1, hosts: [{ name: 'h', vms: [vm, { name: 'b' }] }] }));
  return path;
}

test('a picture is written as PNG and as PPM, the same', async () => {
  const [png, ppm] = [join(folder, 'a.png'), join(folder, 'a.ppm')];
  for (const path of [png, ppm])
    expect(must(await screenshot([lab(), path, '--vm', 'a', '--at', '100ms'], silent))).toBe(0);
  const header = 'P6\n100 50\n255\n';
  const plain = readFileSync(ppm);
  expect(plain.subarray(0, header.length).toString()).toBe(header);
  expect(plain.length).toBe(header.length + 3 * 100 * 50);
  const pixel = plain.subarray(header.length, header.length + 3);
  expect(pixel).not.toEqual(Buffer.alloc(3));
  const file = readFileSync(png);
  expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([100, 50]);
  const data = file.indexOf('IDAT');
  const rows = inflateSync(file.subarray(data + 4, data + 4 + file.readUInt32BE(data - 4)));
  expect(rows.length).toBe(401 * 50);
  expect(rows.subarray(1, 4)).toEqual(pixel);
});

test('what has no screen, or is no VM, is said', async () => {
  const path = join(folder, 'none.png');
  expect(await screenshot([lab(), path, '--vm', 'b'], silent)).toMatchObject({
    error: { code: 'desktop.none' },
  });
  expect(await screenshot([lab(), path, '--vm', 'x'], silent)).toMatchObject({
    error: { code: 'no-such-vm' },
  });
  expect(await screenshot([lab(), path], silent)).toMatchObject({ error: { code: 'usage' } });
});
