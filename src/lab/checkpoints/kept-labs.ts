/** All labs that a place keeps. */
import { ok, type Result } from '#base/result';
import type { Storage } from '../storage/storage.ts';
import { type Head, headKey, readHead } from './head.ts';

export interface KeptLab extends Pick<Head, 'takenAtMs' | 'bytes' | 'title'> {
  readonly key: string;
}

/** Those that there is something of, the one that was written last at the end. */
export async function keptLabs(storage: Storage): Promise<Result<readonly KeptLab[]>> {
  const names = await storage.keys('lab/');
  if (!names.ok) return names;
  const labs: KeptLab[] = [];
  for (const key of new Set(names.value.map((name) => name.split('/')[1] ?? ''))) {
    const found = await storage.get(headKey(key));
    if (!found.ok) return found;
    const { takenAtMs, bytes, title } = readHead(found.value);
    if (bytes > 0) labs.push({ key, takenAtMs, bytes, title });
  }
  return ok(labs.sort((a, b) => a.takenAtMs - b.takenAtMs));
}

/** Removes a lab whole; who writes it at the moment begins anew. */
export async function forgetLab(storage: Storage, key: string): Promise<Result<null>> {
  const names = await storage.keys(`lab/${key}/`);
  return names.ok ? storage.commit({ remove: names.value }) : names;
}
