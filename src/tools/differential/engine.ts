/** The engine as `npm run engine` builds it. */
import { readFileSync } from 'node:fs';
import { EngineModule } from '#machine/engine-module';

const FILE: URL = new URL('../../../.cache/engine/engine.wasm', import.meta.url);

/** Reads the built engine. */
export function builtEngine(file: string | URL = FILE): EngineModule {
  return new EngineModule(new Uint8Array(readFileSync(file)));
}
