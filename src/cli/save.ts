/** `virtlab save`: runs a scenario, or goes on with a saved lab, to a virtual time, and saves the whole lab as a file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { writeLabFile } from '#lab/checkpoints/lab-file';
import type { Lab } from '#lab/lab';
import { engineModule } from './engine.ts';
import { LAYER_ENDING } from './guest-files.ts';
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

/** Saves a lab as it stands; layers that its disks have sealed beside it, where whoever goes on from it looks for layers. */
export async function saveLab(lab: Lab, path: string): Promise<Result<null>> {
  const checkpoint = await lab.checkpoint([]);
  if (checkpoint === undefined) return fail('lab.betweenQuanta');
  const file = await writeLabFile(checkpoint, fileTools(engineModule()));
  if (!file.ok) return file;
  const layers = await writeSealed(lab, dirname(path));
  return layers.ok ? writePath(path, file.value) : layers;
}

/** A layer is as its name says: one that is there is the same. */
async function writeSealed(lab: Lab, folder: string): Promise<Result<null>> {
  for (const host of lab.hosts.keys()) {
    const sealed = await lab.answer(host, 'sealed-layers', {});
    if (!sealed.ok) return sealed;
    for (const { name, bytes } of sealed.value.value) {
      const path = join(folder, `${name}${LAYER_ENDING}`);
      const written = existsSync(path) ? ok(null) : writePath(path, bytes);
      if (!written.ok) return written;
    }
  }
  return ok(null);
}
