/**
 * The captures of a host. Which there are, commands say, and states hold; what they have seen is a view, and begins anew where a
 * host is restored. Beside them there is what was heard for whoever looks on, which begins with a question and is in no state. While there
 * is neither, nobody listens to the tap.
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import { type Declaration, declare } from '#base/state/declare';
import { list, optional, text, u32, upTo } from '#base/state/types';
import type { FrameTap, TappedFrame } from '../frame-tap.ts';
import { portNamed } from '../port-state.ts';
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

/** By this name questions know what was heard for whoever looks on; no capture can have it. */
export const LOOKING_ON = '*';
const LOOKING_ON_SETTINGS: CaptureSettings = { name: LOOKING_ON, bytes: 1 << 20, snap: 1024 };
/** From one question to the next so many points are kept, further ones counted. */
const MOST_KEPT = 4096;
/** Nobody looks on any more when so many have passed without a question. */
const MOST_UNASKED = 65_536;

/** What it listens to: the network of its host. */
interface Heard {
  readonly tap: FrameTap;
  readonly switches: ReadonlyMap<string, VirtualSwitch>;
}

export class Captures {
  readonly #network: Heard;
  readonly #rings = new Map<string, CaptureRing>();
  #end: (() => void) | undefined;
  #lookedAt: CaptureRing | undefined;
  #unasked = 0;

  constructor(network: Heard) {
    this.#network = network;
  }

  /** By age. */
  get all(): readonly CaptureRing[] {
    return [...this.#rings.values()];
  }
  find(name: string): Result<CaptureRing> {
    const ring = name === LOOKING_ON ? this.lookOn() : this.#rings.get(name);
    return ring === undefined ? fail('capture.nothing', { name }) : ok(ring);
  }

  /**
   * What has passed since somebody looks on, at all switches. Who asks for it looks on, until long after having asked for the last
   * time; no command and no state knows of it.
   */
  lookOn(): CaptureRing {
    this.#unasked = 0;
    this.#lookedAt ??= new CaptureRing(LOOKING_ON_SETTINGS);
    this.#listen();
    return this.#lookedAt;
  }
  /** Whether somebody looks on. */
  get isLookedAt(): boolean {
    return this.#lookedAt !== undefined;
  }
  #show(frame: TappedFrame, nameOf: (port: number) => string): void {
    this.#unasked += 1;
    if (this.#unasked <= MOST_KEPT) this.#lookedAt?.add(frame, nameOf);
    else this.#lookedAt?.count(frame);
    if (this.#unasked < MOST_UNASKED) return;
    this.#lookedAt = undefined;
    this.#rest();
  }

  start(settings: CaptureSettings): Result<null> {
    const { name, port } = settings;
    if (this.#rings.has(name)) return fail('capture.exists', { name });
    if (this.#rings.size >= LIMITS.captures) return fail('capture.tooMany', { limit: LIMITS.captures });
    this.#rings.set(
      name,
      new CaptureRing(port === undefined ? settings : { ...settings, port: portNamed(port) }),
    );
    this.#listen();
    return ok(null);
  }
  /** Ends a capture, and forgets what it has seen. */
  stop(name: string): Result<null> {
    if (!this.#rings.delete(name)) return fail('capture.nothing', { name });
    this.#rest();
    return ok(null);
  }
  /** Nobody listens for nobody. */
  #rest(): void {
    if (this.#rings.size === 0 && this.#lookedAt === undefined) this.#end?.();
  }

  #listen(): void {
    if (this.#end !== undefined) return;
    const { tap, switches } = this.#network;
    const end = tap.listen((frame) => {
      const ports = switches.get(frame.switch)?.ports ?? [];
      const nameOf = (port: number): string =>
        ports.find(({ index }) => index === port)?.name ?? String(port);
      for (const ring of this.#rings.values()) ring.add(frame, nameOf);
      if (this.#lookedAt !== undefined) this.#show(frame, nameOf);
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
    this.#lookedAt = undefined;
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
