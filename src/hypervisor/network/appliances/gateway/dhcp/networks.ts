/** Networks whose stations a gateway gives addresses: its own, and those behind routers that pass on who asks. */
import { type Address, isUnspecified } from '../wire/address.ts';
import { readDhcp } from './message.ts';
import { type DhcpReply, DhcpServer, type DhcpSettings, type DhcpWays, type Lease } from './server.ts';

export class DhcpNetworks {
  readonly #servers: readonly DhcpServer[];
  readonly #own: Address;

  /** @param own address of the gateway, in the network of who asks without saying which is his */
  constructor(networks: readonly DhcpSettings[], own: Address, ways: DhcpWays) {
    this.#servers = networks.map((settings) => new DhcpServer(settings, ways));
    this.#own = own;
  }

  /** What a message is answered with; `full`: there is no address for who asks, `undefined`: nothing is to be said. */
  receive(bytes: Uint8Array, card: number): DhcpReply | 'full' | 'malformed' | undefined {
    const message = readDhcp(bytes);
    if (message === undefined) return 'malformed';
    const { relay, address, mac } = message;
    // A relay has seen to it that the message speaks of the card that it came from; its own card is that of many.
    if (!isUnspecified(relay)) {
      const server = this.#of(relay);
      return server === undefined ? 'full' : server.receive(message, mac);
    }
    const server = (isUnspecified(address) ? undefined : this.#of(address)) ?? this.#of(this.#own);
    return server?.receive(message, card);
  }
  #of(address: Address): DhcpServer | undefined {
    return this.#servers.find((server) => server.isInside(address));
  }

  /** Those that are in use. */
  leases(): readonly Lease[] {
    return this.#servers.flatMap((server) => server.leases());
  }
  capture(): readonly Lease[] {
    return this.#servers.flatMap((server) => server.capture());
  }
  restore(leases: readonly Lease[]): void {
    for (const server of this.#servers)
      server.restore(leases.filter(({ address }) => server.isInside(address)));
  }
}
