/** How a station gets out of its network: which appliance is the router there. */
import { isInNetworkOf } from '#base/ipv4';
import type { ApplianceKind, WayOut } from './appliance.ts';
import { type PluggedAppliance, portsOf } from './plugged-appliance.ts';

/** The way out of the network in which an address is, without its length: at this switch before others. */
export function wayOutOf(
  appliances: readonly PluggedAppliance[],
  kinds: readonly ApplianceKind[],
  address: string,
  switchName: string,
): WayOut | undefined {
  const ways = appliances
    .flatMap(({ spec }) => portsOf(spec, kinds))
    .flatMap(({ out = [], switch: at }) => out.map((way) => ({ at, way })))
    .filter(({ way }) => isInNetworkOf(address, way.router));
  const found = (ways.find(({ at }) => at === switchName) ?? ways[0])?.way;
  return found === undefined ? undefined : { ...found, router: found.router.split('/')[0] ?? '' };
}
