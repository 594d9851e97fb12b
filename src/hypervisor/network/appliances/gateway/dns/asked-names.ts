/** Which names were asked for lately, as a person reads them. Bounded; nobody's state, so it begins anew in a restored gateway. */
import type { VirtualNs } from '#base/virtual-time';
import type { Address } from '../wire/address.ts';
import type { DnsReply } from './names.ts';

/** Questions that are remembered. */
export const MOST_ASKED_NAMES = 64;

export interface AskedName extends Pick<DnsReply, 'name' | 'type' | 'outcome' | 'addresses'> {
  readonly from: Address;
  readonly at: VirtualNs;
}

export class AskedNames {
  #asked: readonly AskedName[] = [];
  readonly #now: () => VirtualNs;

  constructor(now: () => VirtualNs) {
    this.#now = now;
  }

  note(from: Address, { name, type, outcome, addresses }: DnsReply): void {
    const asked = { name, type, outcome, addresses, from: from.slice(), at: this.#now() };
    this.#asked = [asked, ...this.#asked.slice(0, MOST_ASKED_NAMES - 1)];
  }

  /** The last one first. */
  list(): readonly AskedName[] {
    return this.#asked;
  }
}
