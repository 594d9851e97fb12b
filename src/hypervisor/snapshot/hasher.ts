/** The engine's hash, for bytes that belong to no host that exists. */
import type { EngineModule } from '#machine/engine-module';
import { Machine } from '#machine/machine';
import type { HashBytes } from './file.ts';

const SMALLEST_MACHINE = { ramBytes: 65536, harts: 1, shared: false, attached: true } as const;

/** Hashes bytes as hosts do. The engine is compiled for it when the first are to be hashed: most labs need it late or never. */
export function hasher(engine: EngineModule): HashBytes {
  let machine: Machine | undefined;
  return (bytes) => {
    machine ??= Machine.create(engine, SMALLEST_MACHINE);
    return machine.hash(bytes, []);
  };
}
