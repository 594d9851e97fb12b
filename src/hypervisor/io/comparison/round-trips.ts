/**
 * How long packets of a card take until their answer is back, and how many are under way at a time. A packet's answer is the first of the
 * same protocol from where it went: who sends packets that are all sent back has its pairs by that. What is not answered is forgotten.
 */
import { u32 as u32At } from '#base/big-endian';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, u8, u32, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { Headers } from '../../network/headers.ts';
import { LATENCIES, Latencies } from '../scheduling/latencies.ts';

interface Sent {
  readonly at: VirtualNs;
  /** IPv4 address and protocol. */
  readonly peer: number;
  readonly protocol: number;
}
export interface TripsState {
  readonly sent: readonly Sent[];
  readonly latencies: Uint32Array;
  readonly most: number;
}

/** Packets that are awaited; those beyond it are not. */
const MOST_AWAITED = 256;
/** What has not come by then is lost. */
const LONGEST_NS: VirtualNs = NS_PER_S;

export const TRIPS: Declaration<TripsState> = declare('round trips', {
  sent: list(declare<Sent>('sent packet', { at: integer, peer: u32, protocol: u8 }), upTo(MOST_AWAITED)),
  latencies: LATENCIES,
  most: integer,
});
export const NO_TRIPS: TripsState = { sent: [], latencies: new Uint32Array(), most: 0 };

export class RoundTrips {
  #sent: Sent[] = [];
  readonly #latencies = new Latencies();
  readonly #headers = new Headers();
  /** Most that were under way at a time. */
  #most = 0;

  /** A frame of at least an Ethernet header leaves the card, or has come to it. */
  note(frame: Uint8Array, isSent: boolean, at: VirtualNs): void {
    const { network, isIpv6, protocol, sourceAddress, destinationAddress } = this.#headers.read(frame);
    if (network !== 'known' || isIpv6 || protocol < 0) return;
    const peer = u32At(frame, isSent ? destinationAddress : sourceAddress);
    this.#sent = this.#sent.filter((each) => at - each.at <= LONGEST_NS);
    if (isSent) {
      if (this.#sent.length < MOST_AWAITED) this.#sent.push({ at, peer, protocol });
      this.#most = Math.max(this.#most, this.#sent.length);
      return;
    }
    const found = this.#sent.findIndex((each) => each.peer === peer && each.protocol === protocol);
    if (found < 0) return;
    const [sent] = this.#sent.splice(found, 1);
    this.#latencies.add(at - sent!.at);
  }

  capture(): TripsState {
    return { sent: [...this.#sent], latencies: this.#latencies.capture().slice(), most: this.#most };
  }
  restore({ sent, latencies, most }: TripsState): void {
    this.#sent = [...sent];
    this.#latencies.restore(latencies);
    this.#most = most;
  }
}
