/** `virtlab save`: runs a scenario, or goes on with a saved lab, to a virtual time, and saves the whole lab as a file. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { writeLabFile } from '#lab/checkpoints/lab-file';
import { engineModule } from './engine.ts';
import { fileTools, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';

const SAVE_OPTIONS = { at: { type: 'string', default: '1s' } } as const;

/** Runs the command; the result is the exit status. */
export async function save(args: readonly string[]): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: SAVE_OPTIONS, allowPositionals: true },
  });
  const [source, path] = positionals;
  if (source === undefined || path === undefined || positionals.length > 2)
    return fail('usage', { command: 'save' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const file = await withLab(source, async (lab) => {
    await lab.advance(at.value);
    const checkpoint = await lab.checkpoint([]);
    return checkpoint === undefined
      ? fail('lab.betweenQuanta')
      : writeLabFile(checkpoint, fileTools(engineModule()));
  });
  if (!file.ok) return file;
  try {
    writeFileSync(path, file.value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('file.unwritable', { path, reason });
  }
  return ok(0);
}
