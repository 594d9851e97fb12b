/** `virtlab suspend`: runs a scenario, or goes on with a saved lab, to a virtual time, and saves one VM of it as a file. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { hostNamed, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { writePath } from './paths.ts';

const SUSPEND_OPTIONS = { at: { type: 'string', default: '1s' }, on: { type: 'string' } } as const;

/** Runs the command; the result is the exit status. */
export async function suspend(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: SUSPEND_OPTIONS, allowPositionals: true },
  });
  const [source, vm, path] = positionals;
  if (source === undefined || vm === undefined || path === undefined || positionals.length > 3)
    return fail('usage', { command: 'suspend' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const file = await withLab(
    source,
    async (lab) => {
      const host = hostNamed(lab, values.on);
      if (!host.ok) return host;
      await lab.advance(at.value);
      return lab.answer(host.value, 'vm-file', { vm });
    },
    { print },
  );
  const written = file.ok ? writePath(path, file.value.value) : file;
  return written.ok ? ok(0) : written;
}
