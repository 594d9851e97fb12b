/** Finds the compiled engine beside the command. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineModule } from '#machine/engine-module';

/** The engine, from `engine.wasm` beside the built command or from the build folder of a source tree. */
export function engineModule(): EngineModule {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [
    join(here, '../../.cache/engine/engine.wasm'),
    join(here, '../../../.cache/engine/engine.wasm'),
  ];
  for (const path of candidates) {
    try {
      return new EngineModule(new Uint8Array(readFileSync(path)));
    } catch {
      // Not there: the next candidate.
    }
  }
  throw new Error(`engine.wasm is missing; npm run engine builds it`);
}
