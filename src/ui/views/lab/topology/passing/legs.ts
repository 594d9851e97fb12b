/** Which link of the graph a port of a switch hangs at, by the port's name. Plain data, no React. */
import type { HostDescription } from '#bridge/protocol/answers';
import { cableKey, hostLinkKey, linkKey, trunkKey } from '../flow-elements.ts';

/** What hangs at a port. */
export interface PortLink {
  /** Key of the link in the graph. */
  readonly edge: string;
  /** A VM or an appliance hangs there: the link is its own. Otherwise another switch. */
  readonly isStation: boolean;
}

/** Port names are those that commands use: `vm/0`, `gateway/inside`, `trunk/1`, `link/0`. */
export function linkOfPort(
  { name: host, vms, appliances = [] }: HostDescription,
  port: string,
): PortLink | undefined {
  const [, uplink] = /^link\/(\d+)$/.exec(port) ?? [];
  if (uplink !== undefined) return { edge: hostLinkKey(Number(uplink)), isStation: false };
  const slash = port.indexOf('/');
  const [name, rest] = [port.slice(0, slash), port.slice(slash + 1)];
  if (vms.some(({ spec }) => spec.name === name))
    return { edge: linkKey(host, name, Number(rest)), isStation: true };
  if (appliances.some(({ spec }) => spec.name === name))
    return { edge: cableKey(host, name, rest), isStation: true };
  return name === 'trunk' ? { edge: trunkKey(host, Number(rest)), isStation: false } : undefined;
}
