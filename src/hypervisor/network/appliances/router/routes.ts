/** Where packets go: networks that the router is in, and those that it reaches by other routers. The longest prefix holds. */
import { type Address, formatAddress, isInNetwork, networkOf } from '../gateway/wire/address.ts';

export interface Route {
  readonly network: Address;
  readonly prefix: number;
  /** The next router; nothing where the network begins at the interface. */
  readonly via: Address | undefined;
  /** Place of the interface; -1 where the next router is in no network of ours. */
  readonly by: number;
}

export class Routes {
  /** As they were given, those of interfaces first. */
  readonly list: readonly Route[];
  /** How many packets each has carried. */
  readonly packets: number[];
  /** Longest first. */
  readonly #tried: readonly number[];

  constructor(list: readonly Route[]) {
    this.list = list;
    this.packets = list.map(() => 0);
    this.#tried = list.map((_, place) => place).sort((a, b) => list[b]!.prefix - list[a]!.prefix || a - b);
  }

  /** The place of the route that an address has; -1 where there is none. */
  find(to: Address): number {
    for (const place of this.#tried) {
      const { network, prefix, by } = this.list[place]!;
      if (by >= 0 && isInNetwork(to, network, prefix)) return place;
    }
    return -1;
  }
}

/** `10.0.0.0/8`: bits behind the prefix are none of it. */
export function networkText({ network, prefix }: Pick<Route, 'network' | 'prefix'>): string {
  return `${formatAddress(networkOf(network, prefix))}/${prefix}`;
}
