#!/usr/bin/env node
// The command `virtlab`. Builds itself on first use and when its sources are newer, then runs the built form.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const built = join(root, 'dist/cli/virtlab.mjs');
/** A folder that exists while somebody builds: making one either succeeds or fails, whoever else tries. */
const lock = join(root, '.cache/cli-build');
/** In it: the process that builds. */
const builder = join(lock, 'pid');
/** A build that takes longer hangs. */
const LOCK_MS = 120_000;

/** True when a source of the layers that the command is made of is younger than the built form. */
function stale() {
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const younger = (folder) =>
    readdirSync(folder, { withFileTypes: true }).some((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name !== 'fixtures' && younger(path);
      return /(?<!\.test)\.ts$/.test(entry.name) && statSync(path).mtimeMs > builtAt;
    });
  return ['base', 'isa', 'machine', 'hypervisor', 'guests', 'lab', 'programming', 'cli'].some((layer) => {
    const folder = join(root, 'src', layer);
    return existsSync(folder) && younger(folder);
  });
}

/** True when this process may build; others wait. */
function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    mkdirSync(lock);
    writeFileSync(builder, String(process.pid));
    return true;
  } catch {
    return false;
  }
}

function lockAgeMs() {
  return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

/** True when whoever was building hangs, or has been killed and can take the lock away no more. */
function isDead() {
  if (lockAgeMs() >= LOCK_MS) return true;
  try {
    process.kill(Number(readFileSync(builder, 'utf8')), 0);
    return false;
  } catch (error) {
    // Anything else than that there is no such process: it has not said yet who it is, or is somebody else's.
    return error.code === 'ESRCH';
  }
}

function build() {
  if (process.stderr.isTTY) process.stderr.write('virtlab: builds itself, once…\n');
  const command = ['run', '--silent', 'build:cli'];
  const { status, stdout, stderr } = spawnSync('npm', command, { cwd: root, encoding: 'utf8' });
  rmSync(lock, { recursive: true, force: true });
  if (status === 0) return;
  process.stderr.write(`virtlab: the command could not be built\n${stdout}${stderr}`);
  process.exit(70);
}

async function waitForBuild() {
  while (existsSync(lock)) {
    if (isDead()) rmSync(lock, { recursive: true, force: true });
    else await new Promise((done) => setTimeout(done, 50));
  }
}

if (process.env.VIRTLAB_NO_BUILD === undefined) {
  if (existsSync(lock)) await waitForBuild();
  while (stale()) {
    if (takeLock()) build();
    else await waitForBuild();
  }
}
await import(built);
