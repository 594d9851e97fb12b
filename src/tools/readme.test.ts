/** That the READMEs for newcomers say what the source says: the stops of a guest store, paths, commands, links. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GUEST_STORE_STOPS } from '#base/trace-stops';

const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('the README renders the stops of one guest store', () => {
  const [, rendered = ''] = /<!-- stops -->\n\n([\s\S]*?)\n\n<!-- \/stops -->/.exec(read('README.md')) ?? [];
  const expected = GUEST_STORE_STOPS.map(({ layer, text }, index) => `${index + 1}. _${layer}_: ${text}`);
  expect(rendered.split('\n')).toEqual(expected);
});

test('every npm script that the README names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read('README.md').matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([]);
});

test.each(['README.md', 'src/README.md'])('every file and picture that %s links to exists', (path) => {
  const targets = [...read(path).matchAll(/\]\(([^):#]+)\)/g)].map(([, target = '']) => target);
  const missing = targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)));
  expect(missing).toEqual([]);
});

/** Where a tour's `path.ts` lies: below src, below the layer of the stop, or beside the file named before it. */
function findable(path: string, before: string | undefined): boolean {
  const folders = ['', 'hypervisor', ...(before === undefined ? [] : [dirname(before)])];
  return folders.some((folder) => existsSync(join(ROOT, 'src', folder, path)));
}

test('every file of the guided tours exists', () => {
  const text = read('src/README.md');
  const tours = text.slice(text.indexOf('## Tour 1'));
  const paths = [...tours.matchAll(/`([\w/-]+(?:\.test)?\.tsx?)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(30);
  const whole = paths.map((path, index) =>
    paths
      .slice(0, index)
      .reverse()
      .find((earlier) => earlier.includes('/') && findable(path, earlier)),
  );
  expect(paths.filter((path, index) => !findable(path, whole[index]))).toEqual([]);
});
