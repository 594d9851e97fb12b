/** What a person sees of a router: its interfaces with who was found there, and its routes with what they carried. */
import type { VirtualNs } from '#base/virtual-time';
import { formatMac } from '../../ether-frame.ts';
import type { ApplianceContext } from '../appliance.ts';
import type { NeighbourView } from '../gateway/neighbours.ts';
import { formatAddress } from '../gateway/wire/address.ts';
import type { GivenRouter } from './make.ts';
import { advertises, type Router } from './router.ts';
import { networkText } from './routes.ts';

export interface RouterView {
  readonly interfaces: readonly {
    /** `eth0`, `eth0.10`. */
    readonly name: string;
    readonly port: string;
    /** Empty where its cable lies beside. */
    readonly switch: string;
    readonly mac: string;
    readonly vlan?: number;
    readonly address: string;
    /** Of IPv6. */
    readonly address6?: string;
    /** When it tells stations of IPv6 of itself next; absent without a network of IPv6. */
    readonly advertises?: { readonly inNs: VirtualNs };
    readonly neighbours: readonly NeighbourView[];
  }[];
  /** Who gives stations their addresses; absent where nobody is asked. */
  readonly relay?: string;
  readonly reversePath: boolean;
  readonly mtu: number;
  readonly routes: readonly {
    readonly to: string;
    /** The next router; absent where the network begins at the interface. */
    readonly via?: string;
    /** The interface; absent where the next router is in no network of the router's. */
    readonly by?: string;
    readonly packets: number;
  }[];
}

export function routerView(router: Router, given: GivenRouter, context: ApplianceContext): RouterView {
  const { interfaces, routes } = router;
  const now = context.now();
  const { relay, reversePath, mtu } = given;
  return {
    interfaces: interfaces.map(
      ({ name, port, mac, vlan, address, prefix, link, network6, isSilent, advertiseAt }, place) => ({
        // Cables move while the settings stand.
        ...{ name, port: given.interfaces[place]?.port ?? '', switch: context.switchOf(port) },
        ...{ mac: formatMac(mac), ...(vlan === 0 ? {} : { vlan }) },
        address: `${formatAddress(address)}/${prefix}`,
        ...(link.worldAddress === undefined ? {} : { address6: `${formatAddress(link.worldAddress)}/64` }),
        ...(advertises({ network6, isSilent }) ? { advertises: { inNs: advertiseAt - now } } : {}),
        neighbours: link.neighbours.view(),
      }),
    ),
    ...(relay === undefined ? {} : { relay }),
    ...{ reversePath, mtu },
    routes: routes.list.map((route, place) => {
      const by = interfaces[route.by]?.name;
      return {
        to: networkText(route),
        ...(route.via === undefined ? {} : { via: formatAddress(route.via) }),
        ...(by === undefined ? {} : { by }),
        packets: routes.packets[place] ?? 0,
      };
    }),
  };
}
