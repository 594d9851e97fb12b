/**
 * `virtlab diff`: where two saved labs (`virtlab save`), VMs (`virtlab suspend`) or hosts differ, in words. The exit status is 0 when
 * they are the same, 1 when they differ, 2 when they cannot be compared.
 */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { rowsAsText } from '#base/state/diff';
import type { StateRow } from '#base/state/view';
import { laterParts, REGISTRIES } from '#hypervisor/registries';
import { differencesOf, readSaved, type Saved } from '#hypervisor/snapshot/difference';
import { snapshotKind } from '#hypervisor/snapshot/file';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { labDifferences } from '#lab/checkpoints/lab-difference';
import { type FileTools, isLabFile, readLabFile } from '#lab/checkpoints/lab-file';
import { engineModule } from './engine.ts';
import { say, words } from './messages.ts';
import { fileTools } from './open-lab.ts';
import { parseCount } from './options.ts';
import { readPath } from './paths.ts';

const DIFF_OPTIONS = {
  most: { type: 'string', default: '50' },
  json: { type: 'boolean', default: false },
} as const;

type Comparable = Saved | { readonly kind: 'lab'; readonly image: LabImage };

/** Runs the command; the result is the exit status. */
export async function diff(args: readonly string[]): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: DIFF_OPTIONS, allowPositionals: true },
  });
  const [first, second] = positionals;
  if (first === undefined || second === undefined || positionals.length > 2)
    return fail('usage', { command: 'diff' });
  const most = parseCount(values.most, 'most');
  if (!most.ok) return most;
  const tools = fileTools(engineModule());
  // What files hold, the code of all parts says.
  await laterParts(REGISTRIES).come();
  const a = await read(first, tools);
  if (!a.ok) return a;
  const b = await read(second, tools);
  if (!b.ok) return b;
  const found = differences(a.value, b.value, most.value);
  if (!found.ok) return found;
  const { kind } = a.value;
  const isSame = found.value.length === 0;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ kind, same: isSame, differences: found.value }, null, 2)}\n`
      : `${isSame ? say('same') : rowsAsText(found.value)}\n`,
  );
  return ok(isSame ? 0 : 1);
}

/** What a file holds, whatever of the three it is; an error says which file it is about. */
async function read(path: string, tools: FileTools): Promise<Result<Comparable>> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const found = await contentOf(bytes.value, tools);
  return found.ok ? found : { ok: false, error: { ...found.error, where: path } };
}

async function contentOf(bytes: Uint8Array, tools: FileTools): Promise<Result<Comparable>> {
  if (isLabFile(bytes)) {
    const image = await readLabFile(bytes, tools);
    return image.ok ? ok({ kind: 'lab', image: image.value }) : image;
  }
  const kind = snapshotKind(bytes);
  return kind === undefined
    ? fail('diff.foreign')
    : readSaved(kind, bytes, { hash: tools.hash, registries: REGISTRIES });
}

function differences(a: Comparable, b: Comparable, most: number): Result<StateRow[]> {
  const options = { most, texts: words().difference };
  if (a.kind === 'lab' && b.kind === 'lab') return labDifferences(a.image, b.image, REGISTRIES, options);
  if (a.kind === 'lab' || b.kind === 'lab' || a.kind !== b.kind)
    return fail('diff.kinds', { saved: a.kind, savedOther: b.kind });
  return differencesOf(a, b, options);
}
