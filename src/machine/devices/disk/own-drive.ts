/**
 * A drive with a medium of its own: one request after the other, in the order in which they come, each for the time of `disk-time.ts`.
 */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { DiskSchedule } from '../../disk-time.ts';
import type { Drive, DriveClient, DriveOp, DriveOptions, OpenDrive } from './drive.ts';

interface OwnRequest {
  readonly tag: number;
  /** When it is done; in a state, from now. */
  readonly at: VirtualNs;
}
interface OwnDriveState {
  readonly requests: readonly OwnRequest[];
  readonly busyFor: VirtualNs;
}
export const OWN_DRIVE: Declaration<OwnDriveState> = declare('own drive', {
  requests: list(declare<OwnRequest>('request of an own drive', { tag: u32, at: deadline }), upTo(0x1_0000)),
  busyFor: deadline,
});

class OwnDrive implements Drive {
  readonly #options: DriveOptions;
  readonly #client: DriveClient;
  readonly #schedule = new DiskSchedule();
  /** In the order in which they are done. */
  #requests: OwnRequest[] = [];

  constructor(options: DriveOptions, client: DriveClient) {
    this.#options = options;
    this.#client = client;
    options.events.on(options.channel, () => this.#finish());
  }

  submit(tag: number, op: DriveOp, offset: number, length: number): void {
    const makingNs = op === 'write' ? (this.#options.makingNs?.(offset, length) ?? 0) : 0;
    this.#requests.push({ tag, at: this.#schedule.add(this.#options.now(), length, makingNs) });
    if (this.#requests.length === 1) this.#wait();
  }
  /** The medium goes on with it all the same. */
  withdraw(tag: number): void {
    this.#requests = this.#requests.filter((request) => request.tag !== tag);
    this.#wait();
  }
  close(): void {
    this.#requests = [];
    this.#options.events.off(this.#options.channel);
  }

  /** One event at a time: that of the next request to be done. */
  #wait(): void {
    const { events, channel } = this.#options;
    events.cancel(channel, 0);
    const [next] = this.#requests;
    if (next !== undefined) events.schedule(next.at, channel, 0);
  }
  #finish(): void {
    const request = this.#requests.shift();
    if (request === undefined) return;
    this.#wait();
    this.#client.done(request.tag);
  }

  capture(): PartState {
    const now = this.#options.now();
    const requests = this.#requests.map(({ tag, at }) => ({ tag, at: at - now }));
    return partState(OWN_DRIVE, { requests, busyFor: Math.max(0, this.#schedule.freeAt - now) });
  }
  restore(saved: PartState): void {
    const now = this.#options.now();
    const { requests, busyFor } = stateIn(OWN_DRIVE, saved);
    this.#requests = requests.map(({ tag, at }) => ({ tag, at: now + at }));
    this.#schedule.freeAt = now + busyFor;
    this.#wait();
  }
}

/** For machines whose disks share nothing with others. */
export const openOwnDrive: OpenDrive = (options, client) => new OwnDrive(options, client);
