/** What a host is given from outside, and what another one beside it has of that. */
import type { TranslationPolicy } from '#machine/translation-policy';
import type { Allocate } from './memory/frame-allocator.ts';
import type { Registries } from './registries.ts';
import type { SoftwareResolver } from './vm/image.ts';

/** What a host is given from outside, and that no snapshot holds. */
export interface HostEnvironment {
  readonly software: SoftwareResolver;
  /** The machine's memory in a `SharedArrayBuffer`. */
  readonly shared: boolean;
  /** Memory of what the page reads: frame map, sample rings. */
  readonly allocate?: Allocate;
  /** A clock, so that two answers give a rate; it decides nothing. */
  readonly wallMs?: () => number;
  /** How hot code of guests is found that is translated; see the machine's configuration. */
  readonly translate?: TranslationPolicy;
  /** Every access of a VM is held against the owners of frames; for tests. */
  readonly checkOwners?: boolean;
  /** What it can be made of: the lists of the product unless given. */
  readonly registries?: Registries;
}

/** That of a host for an experiment: no page looks at its memory. */
export function besideOf(
  { shared, translate, registries }: HostEnvironment,
  software: SoftwareResolver,
): HostEnvironment {
  return {
    ...{ software, shared },
    ...(translate === undefined ? {} : { translate }),
    ...(registries === undefined ? {} : { registries }),
  };
}
