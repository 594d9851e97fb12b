/** What happened on a host, for people: bounded, the oldest give way. No part of a snapshot. */
import type { ErrorData } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';

export interface HostEvent {
  /** Counts up from 1. */
  readonly serial: number;
  readonly at: VirtualNs;
  readonly vm?: string;
  readonly severity: 'info' | 'warning' | 'error';
  /** Selects the text that a person reads. */
  readonly code: string;
  readonly data: ErrorData;
}

const EVENTS_KEPT = 1000;

export class EventLog {
  readonly #events: HostEvent[] = [];
  #serial = 0;

  add(event: Omit<HostEvent, 'serial'>): void {
    this.#serial += 1;
    this.#events.push({ serial: this.#serial, ...event });
    if (this.#events.length > EVENTS_KEPT) this.#events.shift();
  }
  /** Events after a serial number, oldest first. */
  since(serial: number): readonly HostEvent[] {
    return this.#events.filter((event) => event.serial > serial);
  }
}
