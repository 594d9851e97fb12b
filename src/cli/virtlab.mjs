#!/usr/bin/env node
// The command `virtlab`. Builds itself on first use and when its sources are newer, then runs the built form.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const built = join(root, 'dist/cli/virtlab.mjs');

/** True when a source of the layers that the command is made of is younger than the built form. */
function stale() {
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const younger = (folder) =>
    readdirSync(folder, { withFileTypes: true }).some((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? younger(path) : statSync(path).mtimeMs > builtAt;
    });
  return ['base', 'isa', 'machine', 'hypervisor', 'guests', 'lab', 'cli'].some((layer) => {
    const folder = join(root, 'src', layer);
    return existsSync(folder) && younger(folder);
  });
}

if (process.env.VIRTLAB_NO_BUILD === undefined && stale()) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build:cli'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`virtlab: the command could not be built\n${stdout}${stderr}`);
    process.exit(70);
  }
}
await import(built);
