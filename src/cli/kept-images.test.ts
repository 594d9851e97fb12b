/** `virtlab vm --disk IMAGE,writes=keep`: what a guest writes is in the image afterwards, and in no other way. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';

const COMMAND: string = fileURLToPath(new URL('virtlab.mjs', import.meta.url));
const SIZE = 1 << 20;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));
const qemuImg = requirement('qemu-img');

function virtlab(
  args: readonly string[],
  input = '',
): { status: number | null; out: string; problem: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, out: stdout, problem: stderr };
}

function image(name: string, format: string): string {
  const path = join(folder, name);
  expect(virtlab(['disk', 'create', path, String(SIZE), '--to', format]).status).toBe(0);
  return path;
}

const WRITE = 'disk 0 write 8\nshutdown\n';
const READ = 'disk 0 read 8\nshutdown\n';

test.for(['raw', 'qcow2'])('what is written to a %s image is there for the next VM', (format) => {
  const path = image(`kept.${format}`, format);
  const before = readFileSync(path);
  expect(virtlab(['vm', 'teaching', '--disk', path], WRITE)).toMatchObject({ status: 0, problem: '' });
  expect(readFileSync(path).equals(before)).toBe(true);
  const kept = ['vm', 'teaching', '--disk', `${path},writes=keep`];
  expect(virtlab(kept, WRITE)).toMatchObject({ status: 0, problem: '' });
  expect(readFileSync(path).equals(before)).toBe(false);
  expect(virtlab(['disk', 'check', path]).status).toBe(0);
  const { out } = virtlab(['vm', 'teaching', '--disk', path], READ);
  expect(out).toMatch(/disk 0: read 8 blocks/);
  expect([existsSync(`${path}.lock`), existsSync(`${path}.redo`)]).toEqual([false, false]);
});

test.skipIf(qemuImg.skip)('what is written is what QEMU reads, in both formats', () => {
  const paths = ['raw', 'qcow2'].map((format) => image(`same.${format}`, format));
  for (const path of paths) virtlab(['vm', 'teaching', '--disk', `${path},writes=keep`], WRITE);
  execFileSync(qemuImg.path, ['compare', ...paths]);
  execFileSync(qemuImg.path, ['check', paths[1] ?? '']);
});

test("an image that a VM has is nobody else's until that one is gone", async () => {
  const path = image('one.raw', 'raw');
  const args = ['vm', 'teaching', '--disk', `${path},writes=keep`];
  const first = spawn(process.execPath, [COMMAND, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((booted) => first.stdout.once('data', booted));
  const refused = virtlab(args);
  expect(refused.status).toBe(2);
  expect(refused.problem).toContain(`the disk of a VM of process ${first.pid}`);
  expect(virtlab(['vm', 'teaching', '--disk', path]).status).toBe(2);
  const gone = new Promise((done) => first.once('exit', done));
  first.kill('SIGKILL');
  await gone;
  expect(existsSync(`${path}.lock`)).toBe(true);
  expect(virtlab(args, WRITE).status).toBe(0);
});

test('an image that cannot be written, and a word that means nothing, are refused before the VM begins', () => {
  const path = image('refused.raw', 'raw');
  expect(virtlab(['vm', 'teaching', '--disk', `${path},writes=maybe`]).problem).toMatch(/drop, keep/);
  const missing = join(folder, 'nothing.raw');
  expect(virtlab(['vm', 'teaching', '--disk', `${missing},writes=keep`]).status).toBe(2);
  writeFileSync(`${path}.redo`, 'nonsense');
  expect(virtlab(['vm', 'teaching', '--disk', path], 'shutdown\n').status).toBe(0);
});
