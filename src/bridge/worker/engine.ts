/** The engine as all labs of a worker have it, and its hash for what belongs to no host. */
import { fail, ok, type Result } from '#base/result';
import type { HashBytes } from '#hypervisor/snapshot/file';
import { hasher } from '#hypervisor/snapshot/hasher';
import { EngineModule } from '#machine/engine-module';

export interface LoadedEngine {
  readonly engine: EngineModule;
  readonly hash: HashBytes;
}

/** One that came damaged does not compile. */
export function loadedEngine(bytes: Uint8Array, shared: boolean): Result<LoadedEngine> {
  const engine = new EngineModule(bytes.slice());
  try {
    engine.module(shared);
    return ok({ engine, hash: hasher(engine) });
  } catch (error) {
    return fail('engine-start', { message: error instanceof Error ? error.message : String(error) });
  }
}
