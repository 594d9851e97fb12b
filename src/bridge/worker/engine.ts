/** The engine as all labs of a worker have it, and its hash for what belongs to no host. */
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import type { OnProgress, OpenOptions } from '#bridge/protocol/lab-api';
import type { HashBytes } from '#hypervisor/snapshot/file';
import { hasher } from '#hypervisor/snapshot/hasher';
import { EngineModule } from '#machine/engine-module';
import type { Fetcher } from './images.ts';

/** Which engine. */
export type EngineWanted = Pick<OpenOptions, 'engineUrl' | 'shared'>;

export interface LoadedEngine {
  readonly engine: EngineModule;
  readonly hash: HashBytes;
}

/** One that came damaged does not compile. */
function loadedEngine(bytes: Uint8Array, shared: boolean): Result<LoadedEngine> {
  const engine = new EngineModule(bytes.slice());
  try {
    engine.module(shared);
    return ok({ engine, hash: hasher(engine) });
  } catch (error) {
    return fail('engine-start', { message: messageOf(error) });
  }
}

/** Fetches the engine, and starts it. */
export async function fetchEngine(
  fetcher: Fetcher,
  { engineUrl, shared }: EngineWanted,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Result<LoadedEngine>> {
  const bytes = await fetcher.bytes(engineUrl, signal, (done) =>
    onProgress({ stage: 'engine', subject: 'engine', done }),
  );
  if (!bytes.ok) return fail('engine-start', { message: String(bytes.error.data['status'] ?? '') });
  return loadedEngine(bytes.value, shared);
}
