/** What a first visit fetches until its lab runs, so that it does not grow unnoticed. `npm run measure -- page --only visit` sees it in a browser. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What is wanted at most. What comes close asks what of it could come when it is wanted. */
const MOST_KB = 600;

/** Beside what the document names: the lab's worker, and what that fetches at once. */
const OF_THE_WORKER = /^(?:entry-.*\.js|engine-.*\.wasm|kernel-.*\.elf)$/;
/** Code of the worker that comes when it is wanted, by what it is named after. */
const LATER = [
  /^usual-policy-/,
  /^all-/,
  /^code-symbols-/,
  /^emulated-devices-/,
  /^pass-through-/,
  /^remote-desktops-/,
];
const OF_WORKERS = /entry-.*\.js$/;
/** A file that has one is not all that is fetched at once. */
const STATIC_IMPORT = /\bfrom\s*"\.\/|\bimport\s*"\.\//;

let site = '';

beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), 'virtlab-size-'));
  const vite = new URL('../../node_modules/vite/bin/vite.js', import.meta.url).pathname;
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', site, '--logLevel', 'error'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { ...process.env, NODE_ENV: 'production' },
  });
});
afterAll(() => rmSync(site, { recursive: true, force: true }));

test(`a first visit fetches ${MOST_KB} kB at most until the lab runs`, () => {
  const html = readFileSync(join(site, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:href|src)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  const assets = readdirSync(join(site, 'assets'));
  const ofWorker = assets.filter((name) => OF_THE_WORKER.test(name)).map((name) => `assets/${name}`);
  expect(ofWorker).toHaveLength(3);
  const files = [...new Set(['index.html', ...named, ...ofWorker])];
  const sizes = files.map((name) => [gzipSync(readFileSync(join(site, name))).length, name] as const);
  const kB = sizes.reduce((sum, [size]) => sum + size, 0) / 1000;
  const largest = sizes
    .sort(([one], [other]) => other - one)
    .map(([size, name]) => `${Math.round(size / 1000)} ${name}`);
  expect(kB, largest.join('\n')).toBeLessThan(MOST_KB);
  // Or it would not have been counted.
  expect(kB).toBeGreaterThan(400);
});

test('what comes later are files of their own, the same ones for the worker of the lab and those of hosts, and nothing else is', () => {
  const assets = readdirSync(join(site, 'assets'));
  const entries = assets.filter((name) => OF_WORKERS.test(name));
  expect(entries).toHaveLength(1);
  for (const name of entries)
    expect(readFileSync(join(site, 'assets', name), 'utf8')).not.toMatch(STATIC_IMPORT);
  for (const later of LATER) expect(assets.filter((name) => later.test(name))).toHaveLength(1);
});
