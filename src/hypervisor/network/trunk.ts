/**
 * A cable between two switches of a host. Each end is a port whose wire takes as long as the bits do, and then the cable's delay; so
 * frames that go round in a circle take time with each round, and there are never more of them than queues hold.
 */
import type { PortSettings, TrunkSpec } from '#base/scenario';
import { type Declaration, declare } from '#base/state/declare';
import { integer, u32 } from '#base/state/types';
import { Plug, type Switches } from './plug.ts';
import { USUAL_BITS_PER_SECOND, USUAL_DELAY_NS } from './stages/wire.ts';

export interface TrunkState {
  readonly number: number;
  readonly portA: number;
  readonly portB: number;
}
export const TRUNK: Declaration<TrunkState> = declare('trunk', {
  number: u32,
  portA: integer,
  portB: integer,
});

export class Trunk {
  readonly number: number;
  readonly a: Plug;
  readonly b: Plug;
  readonly #spec: TrunkSpec;

  constructor(switches: Switches, spec: TrunkSpec, number: number) {
    const { delayNs = USUAL_DELAY_NS, bitsPerSecond = USUAL_BITS_PER_SECOND } = spec;
    const common = { name: `trunk/${number}`, usual: { wire: { bitsPerSecond, delayNs } } };
    const end = (at: string, settings: PortSettings, other: () => Plug): Plug =>
      new Plug(switches, {
        ...{ ...common, switch: at, settings },
        endpoint: { isBridged: true, receive: (frame) => other().send(frame) },
      });
    this.number = number;
    this.#spec = spec;
    this.a = end(spec.a, spec.portA ?? {}, () => this.b);
    this.b = end(spec.b, spec.portB ?? {}, () => this.a);
  }

  /** As it stands. */
  get spec(): TrunkSpec {
    const { portA: _a, portB: _b, ...others } = this.#spec;
    const [portA, portB] = [this.a.settings, this.b.settings];
    return {
      ...{ ...others, number: this.number },
      ...(Object.keys(portA).length === 0 ? {} : { portA }),
      ...(Object.keys(portB).length === 0 ? {} : { portB }),
    };
  }

  capture(): TrunkState {
    return { number: this.number, portA: this.a.port, portB: this.b.port };
  }
}

/** Trunks with their numbers: those that say none have their place for one. */
export function numbered(trunks: readonly TrunkSpec[]): readonly (TrunkSpec & { readonly number: number })[] {
  return trunks.map((trunk, place) => ({ ...trunk, number: trunk.number ?? place }));
}
