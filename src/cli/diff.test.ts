/** `virtlab diff`: what differs is named, what is the same is said to be, and what cannot be read is refused. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Result } from '#base/result';
import { diff } from './diff.ts';
import { outputOf } from './fixtures/output.ts';
import { openLab } from './open-lab.ts';
import { save } from './save.ts';
import { suspend } from './suspend.ts';

const silent = (): void => undefined;

const folder = mkdtempSync(join(tmpdir(), 'virtlab-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  for (const [name, time] of [
    ['early', '50ms'],
    ['again', '50ms'],
    ['late', '60ms'],
  ] as const) {
    must(await save(['busy-neighbour', at(`${name}.lab`), '--at', time], silent));
    must(await suspend(['busy-neighbour', 'steady', at(`${name}.vm`), '--at', time], silent));
  }
});

/** Runs the command: exit status or error, and what it printed. */
async function compare(...args: string[]): Promise<{ result: Result<number>; printed: string }> {
  const { result, out } = await outputOf(() => diff(args));
  return { result, printed: out };
}

test.each(['lab', 'vm'])('two files of one %s and time do not differ', async (kind) => {
  const { result, printed } = await compare(at(`early.${kind}`), at(`again.${kind}`));
  expect([must(result), printed]).toEqual([0, 'no differences\n']);
});

test('two times of a lab differ in fields and pages, each named by its path', async () => {
  const { result, printed } = await compare(at('early.lab'), at('late.lab'));
  expect(must(result)).toBe(1);
  expect(printed).toContain('hosts[0].now: 50000000 against 60000000\n');
  expect(printed).toMatch(/^hosts\[0\]\.vms\[0\]\.vm\.guestTicks: \d+ against \d+$/m);
});

test('two times of a VM differ in pages of its memory, by guest frame and address', async () => {
  const { printed } = await compare(at('early.vm'), at('late.vm'), '--most', '1000');
  expect(printed).toMatch(
    /^ram\.gfn\[0x8[0-9a-f]{4}[^\]]*\]: (?:the page differs|\d+ pages differ), first at 0x8[0-9a-f]{7}: [0-9a-f ]+ against [0-9a-f ]+$/m,
  );
});

test('as many rows are told as are asked for, and how many more there are', async () => {
  const { printed } = await compare(at('early.lab'), at('late.lab'), '--most', '3');
  expect(printed.trim().split('\n')).toHaveLength(4);
  expect(printed).toMatch(/^and \d+ more$/m);
});

test('as JSON it is a list of rows', async () => {
  const { printed } = await compare(at('early.vm'), at('late.vm'), '--json');
  const { kind, same, differences } = JSON.parse(printed) as Readonly<Record<string, unknown>>;
  expect([kind, same]).toEqual(['vm', false]);
  expect(differences).toContainEqual({ path: 'guestTicks', words: expect.stringContaining('against') });
});

test('files of hosts are compared too', async () => {
  const lab = must(await openLab('busy-neighbour'));
  for (const name of ['a.host', 'b.host']) {
    await lab.advance(lab.now + 10_000_000);
    writeFileSync(at(name), await lab.hosts[0]!.snapshot());
  }
  lab.close();
  expect(must((await compare(at('a.host'), at('a.host'))).result)).toBe(0);
  const { result, printed } = await compare(at('a.host'), at('b.host'), '--most', '1000');
  expect(must(result)).toBe(1);
  expect(printed).toMatch(/^ram\.frame\[0x8[0-9a-f]{4} \(\w+: gfn 0x8[0-9a-f]{4}\)/m);
});

test('what is damaged, foreign, missing or of another kind is refused, and the file is named', async () => {
  const bytes = readFileSync(at('early.vm'));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(at('damaged.vm'), bytes);
  writeFileSync(at('foreign'), 'a text');
  const codeOf = async (...args: string[]): Promise<unknown> => {
    const { result } = await compare(...args);
    return result.ok ? result.value : [result.error.code, result.error.where];
  };
  expect(await codeOf(at('early.vm'), at('damaged.vm'))).toEqual(['snapshot.damaged', at('damaged.vm')]);
  expect(await codeOf(at('foreign'), at('early.vm'))).toEqual(['diff.foreign', at('foreign')]);
  expect(await codeOf(at('early.vm'), at('early.lab'))).toEqual(['diff.kinds', undefined]);
  expect(await codeOf(at('early.vm'), at('nothing'))).toEqual(['file.unreadable', undefined]);
  expect(await codeOf(at('early.vm'))).toEqual(['usage', undefined]);
});
