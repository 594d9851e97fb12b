/**
 * Port mirroring: copies of frames of some ports, or of some VLANs, go to a port where somebody listens, which has no other traffic.
 * What comes in is copied as the switch has it, with the tag of its VLAN; what goes out, as it leaves.
 */
import * as v from 'valibot';
import type { Counters } from '#machine/devices/counters';
import type { Transit } from '../stages/stage.ts';
import { withTag } from '../stages/vlan.ts';
import {
  defineSwitchPart,
  type PartPort,
  type PartSwitch,
  type SwitchPart,
  type SwitchPartKind,
  type Verdict,
} from './switch-part.ts';

const PortName = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const Source = v.strictObject({
  /** All ports unless given. */
  port: v.optional(PortName),
  /** All VLANs unless given. */
  vlan: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4094))),
  direction: v.optional(v.picklist(['in', 'out', 'both']), 'both'),
});
type Source = v.InferOutput<typeof Source>;

const ROWS = [
  { id: 'copied', unit: 'count', text: { en: 'copied', zh: '已复制' } },
  { id: 'listener', unit: 'count', text: { en: 'from or to who only listens', zh: '监听端口收发的其他帧' } },
] as const;
type Counter = (typeof ROWS)[number]['id'];

class Mirror implements SwitchPart {
  readonly #sources: readonly Source[];
  readonly #to: string;
  readonly #self: PartSwitch;
  readonly #counters: Counters<Counter>;
  #listener = -1;

  constructor(sources: readonly Source[], to: string, self: PartSwitch, counters: Counters<Counter>) {
    this.#sources = sources;
    this.#to = to;
    this.#self = self;
    this.#counters = counters;
    this.portsChanged();
  }

  portsChanged(): void {
    this.#listener = this.#self.ports().find(({ name }) => name === this.#to)?.index ?? -1;
  }

  ingress(frame: Transit, from: PartPort): Verdict {
    if (from.index === this.#listener) {
      this.#counters.listener += 1;
      return 'drop';
    }
    if (this.#wants('in', frame, from)) {
      const { bytes, domain, priority } = frame;
      this.#copy(domain === 0 ? bytes : withTag(bytes, domain, priority));
    }
    return 'pass';
  }
  mayLeave(_: Transit, to: PartPort): boolean {
    if (to.index !== this.#listener) return true;
    this.#counters.listener += 1;
    return false;
  }
  queued(frame: Transit, to: PartPort): void {
    if (this.#wants('out', frame, to)) this.#copy(frame.bytes);
  }

  #wants(direction: 'in' | 'out', { domain }: Transit, { name }: PartPort): boolean {
    return (
      this.#listener >= 0 &&
      this.#sources.some(
        (source) =>
          (source.direction === 'both' || source.direction === direction) &&
          (source.port ?? name) === name &&
          (source.vlan ?? domain) === domain,
      )
    );
  }

  #copy(bytes: Uint8Array): void {
    this.#counters.copied += 1;
    this.#self.send(this.#listener, bytes);
  }
}

export const MIRROR: SwitchPartKind = defineSwitchPart({
  id: 'mirror',
  settings: {
    sources: v.pipe(v.array(Source), v.minLength(1), v.maxLength(16)),
    /** The port, by name, of who listens: one without VLAN. */
    to: PortName,
  },
  counters: ROWS,
  create: ({ sources, to }, self, counters) => new Mirror(sources, to, self, counters),
});
