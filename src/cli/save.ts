/** `virtlab save`: runs a scenario, or goes on with a saved lab, to a virtual time, and saves the whole lab as a file. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { writeLabFile } from '#lab/checkpoints/lab-file';
import type { Lab } from '#lab/lab';
import { engineModule } from './engine.ts';
import { fileTools, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { writePath } from './paths.ts';

const SAVE_OPTIONS = { at: { type: 'string', default: '1s' } } as const;

/** Runs the command; the result is the exit status. */
export async function save(args: readonly string[], print: (text: string) => void): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: SAVE_OPTIONS, allowPositionals: true },
  });
  const [source, path] = positionals;
  if (source === undefined || path === undefined || positionals.length > 2)
    return fail('usage', { command: 'save' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const saved = await withLab(
    source,
    async (lab) => {
      await lab.advance(at.value);
      return saveLab(lab, path);
    },
    { print },
  );
  return saved.ok ? ok(0) : saved;
}

/** Saves a lab as it stands. */
export async function saveLab(lab: Lab, path: string): Promise<Result<null>> {
  const checkpoint = await lab.checkpoint([]);
  if (checkpoint === undefined) return fail('lab.betweenQuanta');
  const file = await writeLabFile(checkpoint, fileTools(engineModule()));
  return file.ok ? writePath(path, file.value) : file;
}
