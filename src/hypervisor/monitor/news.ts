/**
 * What a host says of itself: its description when that has changed, what its consoles have written, what happened, and its
 * view. Bounded, whatever guests do.
 */
import { HOST_CONSOLE } from '#base/catalogue/host-software';
import type { ViewLayout, ViewPatch } from '#base/views';
import type { Host } from '../host.ts';
import { describeHost, type HostDescription } from './description.ts';
import type { EventLog, HostEvent } from './event-log.ts';
import { ViewFeeder } from './view-feeder.ts';

export interface ConsoleOutput {
  readonly vm: string;
  readonly bytes: Uint8Array;
  /** Bytes left out before these, because the guest wrote faster than a page can show. */
  readonly dropped: number;
  /** The console begins anew with these: its VM was reverted. */
  readonly anew?: true;
}

/** The view of a host. Without sharing `buffer` is the first image and news carry patches. */
export interface HostView {
  readonly layout: ViewLayout;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
}

/** What is new since the last time. */
export interface HostNews {
  /** When VMs or their states have changed. */
  readonly description?: HostDescription;
  readonly console: readonly ConsoleOutput[];
  readonly events: readonly HostEvent[];
  readonly patches: readonly ViewPatch[];
}

/** Most console bytes of one VM at a time. */
export const CONSOLE_BATCH_LIMIT: number = 64 * 1024;

/** VMs as their consoles are read. */
interface Speaking {
  readonly spec: { readonly name: string };
  readonly console: {
    readonly written: number;
    readonly generation: number;
    since(position: number): {
      readonly bytes: Uint8Array;
      readonly dropped: number;
      readonly position: number;
    };
  };
}

/** Reads the consoles of a host onwards from where it last stopped. */
export class ConsoleReader {
  readonly #read = new Map<string, { readonly position: number; readonly generation: number }>();

  take(vms: readonly Speaking[]): ConsoleOutput[] {
    return vms.flatMap(({ spec, console }) => {
      const { generation } = console;
      const before = this.#read.get(spec.name) ?? { position: 0, generation };
      const isAnew = before.generation !== generation;
      const from = isAnew ? 0 : Math.min(before.position, console.written);
      const { bytes, dropped, position } = console.since(from);
      this.#read.set(spec.name, { position, generation });
      if (bytes.length === 0 && !isAnew) return [];
      const cut = Math.max(0, bytes.length - CONSOLE_BATCH_LIMIT);
      // A copy of what goes out: a message takes the whole buffer behind an array.
      const output = { vm: spec.name, bytes: bytes.slice(cut), dropped: dropped + cut };
      return [isAnew ? { ...output, anew: true } : output];
    });
  }
}

/** Reads a log of events onwards from where it last stopped. */
export class EventReader {
  #serial = 0;

  take(log: Pick<EventLog, 'since'>): readonly HostEvent[] {
    const events = log.since(this.#serial);
    this.#serial = events.at(-1)?.serial ?? this.#serial;
    return events;
  }
}

/** VMs, or what owns the host instead of them, under a name that no VM can have. */
function speaking(host: Host): readonly Speaking[] {
  const { bare } = host;
  return bare === undefined ? host.vms() : [{ spec: { name: HOST_CONSOLE }, console: bare.console }];
}

/** The reader of everything that a host says of itself. */
export class NewsReader {
  readonly #host: Host;
  readonly #feeder: ViewFeeder;
  readonly #consoles = new ConsoleReader();
  readonly #events = new EventReader();
  /** The last description that was given, as text. */
  #described: string;
  /** The description as it was at the beginning. */
  readonly first: HostDescription;

  constructor(host: Host, shared: boolean) {
    this.#host = host;
    this.#feeder = new ViewFeeder(host, shared);
    this.first = describeHost(host);
    this.#described = JSON.stringify(this.first);
  }

  /** The view as it is now; without sharing, news carry what changes from here on. */
  get view(): HostView {
    const { layout, buffer } = this.#feeder.writer;
    return { layout, buffer };
  }

  /** Brings the view up to date, and says what is new since the last time. */
  take(): HostNews {
    this.#feeder.feed();
    const description = describeHost(this.#host);
    const text = JSON.stringify(description);
    const isNew = text !== this.#described;
    this.#described = text;
    return {
      console: this.#consoles.take(speaking(this.#host)),
      events: this.#events.take(this.#host.log),
      patches: this.#feeder.takePatches(),
      ...(isNew ? { description } : {}),
    };
  }
}
