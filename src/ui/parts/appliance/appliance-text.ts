/** Interfaces and routes of an appliance as lines that a person edits, and back. */
import type { Settings } from '#base/scenario';

export interface InterfaceSetting {
  readonly port: string;
  readonly switch: string;
  readonly address: string;
  readonly vlan?: number;
  readonly network6?: string;
  readonly address6?: string;
}
export interface RouteSetting {
  readonly to: string;
  readonly via: string;
}

/** What lines say, or the number of the first one that says nothing. */
export type Read<T> = { readonly found: readonly T[] } | { readonly wrong: number };

/** `eth0 lan 10 10.0.10.1/24 2001:db8:10::/64`: port, switch, VLAN, address, network of IPv6, own address of IPv6 (`2001:db8:1::2/64`: stations there have another router); VLAN and those of IPv6 may be absent. */
export function interfacesText(settings: Settings): string {
  // Its kind has checked them.
  const list = (settings['interfaces'] ?? []) as unknown as readonly InterfaceSetting[];
  return list
    .map((each) =>
      [each.port, each.switch, each.vlan, each.address, each.network6, each.address6]
        .filter((word) => word !== undefined)
        .join(' '),
    )
    .join('\n');
}
/** `10.9.0.0/16 10.0.20.2`: a network, and the next router. */
export function routesText(settings: Settings): string {
  const list = (settings['routes'] ?? []) as unknown as readonly RouteSetting[];
  return list.map(({ to, via }) => `${to} ${via}`).join('\n');
}

function interfaceIn([port, at, ...words]: readonly string[]): InterfaceSetting | undefined {
  const of = (is: RegExp): string | undefined => words.find((word) => is.test(word));
  const [vlan, address] = [of(/^\d{1,4}$/), of(/^[\d.]+\/\d+$/)];
  const [network6, address6] = [of(/::\/\d+$/), of(/:.*[^:]\/\d+$/)];
  const known = [vlan, address, network6, address6].filter((word) => word !== undefined).length;
  if (port === undefined || at === undefined || address === undefined || known !== words.length)
    return undefined;
  return {
    ...{ port, switch: at, address },
    ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    ...(network6 === undefined ? {} : { network6 }),
    ...(address6 === undefined ? {} : { address6 }),
  };
}
function routeIn([to, via, ...more]: readonly string[]): RouteSetting | undefined {
  return to === undefined || via === undefined || more.length > 0 || !to.includes('/')
    ? undefined
    : { to, via };
}

function linesIn<T>(text: string, read: (words: readonly string[]) => T | undefined): Read<T> {
  const found: T[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) continue;
    const one = read(words);
    if (one === undefined) return { wrong: index + 1 };
    found.push(one);
  }
  return { found };
}
export function interfacesIn(text: string): Read<InterfaceSetting> {
  return linesIn(text, interfaceIn);
}
export function routesIn(text: string): Read<RouteSetting> {
  return linesIn(text, routeIn);
}
