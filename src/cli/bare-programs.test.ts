/**
 * `virtlab bare` on programs as the RISC-V world makes them: compiled by GCC, with and without
 * compressed instructions, of the kinds of the public test suites ("p": M-mode, "v": a kernel with tables below S-mode).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { compileBare } from './fixtures/bare-gcc.ts';
import { type Ran, runBare } from './fixtures/run-bare.ts';

const COMMAND: string = fileURLToPath(new URL('virtlab.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'virtlab-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const compiler = requirement('bare-compiler');
/** Compiles fixtures to an ELF file. */
function compile(march: string, sources: readonly string[], defines: readonly string[] = []): string {
  const path = join(folder, [march, ...sources, ...defines].join('-'));
  compileBare(path, sources, { march, flags: defines.map((define) => `-D${define}`) });
  return path;
}

/** Instructions that each of these programs is given: a hang ends by their number. */
const MOST_INSTRUCTIONS = 50_000_000;

const LIMIT = ['--max-instructions', String(MOST_INSTRUCTIONS)] as const;
const run = (...args: string[]): Promise<Ran> => runBare(...LIMIT, ...args);

/** As its user has it. */
function runCommand(...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'bare', ...LIMIT, ...args], {
    encoding: 'utf8',
  });
  return { status: status ?? 'killed', out: stdout, said: stderr };
}

const PASS = { status: 0, out: '', said: '' };
const KERNEL = ['v-entry.S', 'v-kernel.c', 'v-user.S'];
const LETTERS: string = 'abcdefghijklmnopqrstuvwxyz'.repeat(40).slice(0, 1000);

describe.skipIf(compiler.skip)('programs that GCC makes', () => {
  describe.each(['rv64g', 'rv64gc'])('%s', (march) => {
    test.each(['p-arithmetic', 'p-supervisor', 'p-optional-csrs', 'p-misaligned'])(
      '%s passes',
      async (name) => {
        expect(await run(compile(march, [`${name}.S`]))).toEqual(PASS);
      },
    );

    test('a failed test is named', async () => {
      const wrong = compile(march, ['p-arithmetic.S'], ['WRONG']);
      expect(await run(wrong)).toEqual({ status: 1, out: '', said: 'test 8 failed\n' });
    });

    test('harts that have nothing to do are parked', async () => {
      expect(await run(compile(march, ['p-arithmetic.S']), '--harts', '4')).toEqual(PASS);
    });

    test('tohost written by halves prints whole characters, whichever comes first', async () => {
      expect(await run(compile(march, ['p-split-words.S']))).toEqual({ ...PASS, out: LETTERS });
    });

    test('a signature is its words, four bytes a line, in small letters', async () => {
      const path = join(folder, `signature-${march}`);
      expect(await run(compile(march, ['p-signature.S']), '--signature', path)).toEqual(PASS);
      expect(readFileSync(path, 'utf8')).toBe('cafe0123\ndeadbeef\n00000000\n00000000\n0000ab00\n');
    });

    test('C with several segments, zeroed data, doubles and a console; its result is the status', async () => {
      const out = 'bss sieve double\n';
      expect(await run(compile(march, ['c-start.S', 'c-program.c']))).toEqual({ ...PASS, out });
      const failing = compile(march, ['c-start.S', 'c-program.c'], ['RESULT=9']);
      expect(await run(failing)).toEqual({ status: 1, out, said: 'test 9 failed\n' });
    });

    test('the command prints, says and ends as that program does', () => {
      // The first use builds it.
      runCommand();
      expect(runCommand(compile(march, ['p-arithmetic.S']))).toEqual(PASS);
      const failing = compile(march, ['c-start.S', 'c-program.c'], ['RESULT=9']);
      expect(runCommand(failing)).toEqual({ status: 1, out: 'bss sieve double\n', said: 'test 9 failed\n' });
    });

    test('a kernel with Sv39 that gives pages on demand and takes them back', async () => {
      const { status, out, said } = await run(compile(march, KERNEL));
      expect(said).toBe('');
      expect(status).toBe(0);
      const [, faults = '', evictions = ''] = /^faults (\d+), evictions (\d+)\n$/.exec(out) ?? [];
      expect(Number(faults)).toBeGreaterThan(500);
      expect(Number(evictions)).toBeGreaterThan(500);
      expect(await run(compile(march, KERNEL, ['WRONG']))).toMatchObject({
        status: 1,
        said: 'test 4 failed\n',
      });
    });

    test('a trap before there is a handler ends the run, and says where', async () => {
      const said = 'lost: hart 0 has trap cause 1 at 0x0, where its trap handler begins\n';
      expect(await run(compile(march, ['early-trap.S']))).toEqual({ status: 1, out: '', said });
    });
  });
});
