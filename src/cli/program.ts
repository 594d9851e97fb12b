/**
 * `virtlab program`: a person's program drives a lab in this process, by the classes of `programming/`. What its default function comes
 * to is printed as JSON.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import type { Lab } from '#lab/lab';
import { type LabPort, programmingOf, Refused } from '#programming/virtualizers';
import { describe } from './messages.ts';
import { withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';

const PROGRAM_OPTIONS = { at: { type: 'string', default: '1s' } } as const;

/** Runs the program; the result is the exit status: 1 when a host refused something that the program did not catch. */
export async function program(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: PROGRAM_OPTIONS, allowPositionals: true },
  });
  const [file, source = 'first-visit'] = positionals;
  if (file === undefined || positionals.length > 2) return fail('usage', { command: 'program' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const work = await workOf(file);
  if (!work.ok) return work;
  return withLab(
    source,
    async (lab) => {
      await lab.advance(at.value);
      try {
        const result = await work.value(programmingOf(portOf(lab)));
        if (result !== undefined) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        return ok(0);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        print(`virtlab: ${error.message}\n`);
        return ok(1);
      }
    },
    { print },
  );
}

/** The function that a file exports. */
export async function workOf(path: string): Promise<Result<(given: unknown) => unknown>> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(/* @vite-ignore */ pathToFileURL(resolve(path)).href);
  } catch (error) {
    return fail('program.unreadable', { path, message: messageOf(error) });
  }
  const { default: work } = loaded;
  if (typeof work !== 'function') return fail('program.noFunction', { path });
  return ok(work as (given: unknown) => unknown);
}

/** A lab of this process, as programs drive it. */
export function portOf(lab: Lab): LabPort {
  return {
    command: (host, command) => lab.execute(host, command),
    ask: (host, id, args) => lab.answer(host, id, args),
    pass: async (span) => {
      await lab.advance(lab.now + span);
      return ok(null);
    },
    describe,
  };
}
