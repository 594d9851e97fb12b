/** Runs each tool of the gates, with the repository's own configuration, over its canaries and over the same without fault. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BIOME_CANARIES, DEAD_CODE_CANARIES, type Tree, TYPE_CANARIES } from './canaries.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** A fresh folder inside the repository, where packages are found. */
function workspace(name: string, tree: Tree): string {
  const folder = join(ROOT, '.cache/gates', name);
  rmSync(folder, { recursive: true, force: true });
  return planted(folder, tree);
}

function planted(folder: string, tree: Tree): string {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What a tool prints, and whether it passes. */
function run(
  folder: string,
  tool: string,
  ...args: string[]
): { readonly passes: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', tool), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { passes: status === 0, said: `${stdout}${stderr}` };
}

/** Configuration of the repository, taken along as it is. */
function configuration(folder: string, ...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
}

describe('tsc', () => {
  const check = (name: string, tree: Tree): ReturnType<typeof run> => {
    const folder = workspace(name, tree);
    configuration(
      folder,
      'package.json',
      'src/tsconfig.layer.json',
      'src/base/tsconfig.json',
      'src/isa/tsconfig.json',
    );
    const projects = Object.keys(tree).some((path) => path.startsWith('src/isa/'))
      ? ['src/isa']
      : ['src/base'];
    return run(folder, 'tsc', '-b', ...projects);
  };
  test.each(TYPE_CANARIES)('$name', ({ name, says, tree, fixed }) => {
    const faulty = check(`types/${name}`, tree);
    expect(faulty.passes).toBe(false);
    expect(faulty.said).toMatch(says);
    expect(check(`types/${name}`, fixed)).toMatchObject({ passes: true });
  });
});

describe('biome', () => {
  /** All trees in one run: the tool takes a second to start. */
  const check = (trees: readonly (readonly [string, Tree])[]): ReturnType<typeof run> => {
    const all = trees.flatMap(([folder, tree]) =>
      Object.entries(tree).map(([path, text]) => [path.replace(/^src\/(\w+)\//, `src/$1/${folder}/`), text]),
    );
    // Outside the repository: in a folder below a dot its rules that look at whole projects find nothing.
    const folder = planted(mkdtempSync(join(tmpdir(), 'virtlab-biome-')), Object.fromEntries(all) as Tree);
    const settings = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...settings, vcs: undefined }));
    const result = run(folder, 'biome', 'check', '--max-diagnostics=none', '--reporter=concise', 'src');
    rmSync(folder, { recursive: true });
    return result;
  };
  const named = (which: 'tree' | 'fixed'): (readonly [string, Tree])[] =>
    BIOME_CANARIES.map((canary, index) => [`canary-${index}`, canary[which]] as const);

  const faulty = check(named('tree'));
  test.each(BIOME_CANARIES.map((canary, index) => [canary.name, canary.says, index] as const))(
    '%s',
    (_, says, index) => {
      expect(faulty.passes).toBe(false);
      const about = faulty.said.split('\n').filter((line) => line.includes(`canary-${index}/`));
      expect(about.join('\n')).toMatch(says);
    },
  );

  test('nothing else is found', () => {
    expect(check(named('fixed'))).toMatchObject({ passes: true });
  });
});

describe('knip', () => {
  const check = (name: string, tree: Tree): ReturnType<typeof run> => {
    const folder = workspace(name, tree);
    configuration(folder, 'knip.json');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'canary', type: 'module' }));
    return run(folder, 'knip', '--no-config-hints');
  };
  test.each(DEAD_CODE_CANARIES)('$name', ({ name, says, tree, fixed }) => {
    const faulty = check(`dead-code/${name}`, tree);
    expect(faulty.passes).toBe(false);
    expect(faulty.said).toMatch(says);
    expect(check(`dead-code/${name}`, fixed)).toMatchObject({ passes: true });
  });
});
