/**
 * The captures of a host. Which there are, commands say, and states hold; what they have seen is a view, and begins anew where a
 * host is restored. While there is none, nobody listens to the tap.
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import { type Declaration, declare } from '#base/state/declare';
import { list, optional, text, u32, upTo } from '#base/state/types';
import type { FrameTap } from '../frame-tap.ts';
import type { VirtualSwitch } from '../virtual-switch.ts';
import { CaptureRing, type CaptureSettings } from './capture-ring.ts';

interface SavedSettings {
  readonly name: string;
  readonly switch: string | undefined;
  readonly vm: string | undefined;
  readonly port: string | undefined;
  readonly bytes: number;
  readonly snap: number;
}
export interface CapturesState {
  readonly captures: readonly SavedSettings[];
}
export const CAPTURES: Declaration<CapturesState> = declare('captures', {
  captures: list(
    declare<SavedSettings>('capture', {
      ...{ name: text(256), switch: optional(text(256)), vm: optional(text(256)), port: optional(text(256)) },
      ...{ bytes: u32, snap: u32 },
    }),
    upTo(LIMITS.captures),
  ),
});
export const NO_CAPTURES: CapturesState = { captures: [] };

/** What it listens to: the network of its host. */
interface Heard {
  readonly tap: FrameTap;
  readonly switches: ReadonlyMap<string, VirtualSwitch>;
}

export class Captures {
  readonly #network: Heard;
  readonly #rings = new Map<string, CaptureRing>();
  #end: (() => void) | undefined;

  constructor(network: Heard) {
    this.#network = network;
  }

  /** By age. */
  get all(): readonly CaptureRing[] {
    return [...this.#rings.values()];
  }
  find(name: string): Result<CaptureRing> {
    const ring = this.#rings.get(name);
    return ring === undefined ? fail('capture.nothing', { name }) : ok(ring);
  }

  start(settings: CaptureSettings): Result<null> {
    const { name } = settings;
    if (this.#rings.has(name)) return fail('capture.exists', { name });
    if (this.#rings.size >= LIMITS.captures) return fail('capture.tooMany', { limit: LIMITS.captures });
    this.#rings.set(name, new CaptureRing(settings));
    this.#listen();
    return ok(null);
  }
  /** Ends a capture, and forgets what it has seen. */
  stop(name: string): Result<null> {
    if (!this.#rings.delete(name)) return fail('capture.nothing', { name });
    if (this.#rings.size === 0) this.#end?.();
    return ok(null);
  }

  #listen(): void {
    if (this.#end !== undefined) return;
    const { tap, switches } = this.#network;
    const end = tap.listen((frame) => {
      const ports = switches.get(frame.switch)?.ports ?? [];
      const nameOf = (port: number): string =>
        ports.find(({ index }) => index === port)?.name ?? String(port);
      for (const ring of this.#rings.values()) ring.add(frame, nameOf);
    });
    this.#end = () => {
      end();
      this.#end = undefined;
    };
  }

  capture(): CapturesState {
    return {
      captures: this.all.map(({ settings: { name, switch: at, vm, port, bytes, snap } }) => ({
        ...{ name, switch: at, vm, port, bytes, snap },
      })),
    };
  }
  restore({ captures }: CapturesState): void {
    this.#rings.clear();
    this.#end?.();
    for (const { name, switch: at, vm, port, bytes, snap } of captures)
      this.start({
        ...{ name, bytes, snap },
        ...(at === undefined ? {} : { switch: at }),
        ...(vm === undefined ? {} : { vm }),
        ...(port === undefined ? {} : { port }),
      });
  }
}
