/** Links between hosts: which ends they have, for the hosts and for what runs them. */
import { invariant } from '#base/result';
import type { HostSpec, LinkSpec, PortSettings } from '#base/scenario';
import type { LinkEnds } from '#cluster/cluster';
import type { LinkSpeed, UplinkSettings } from '#hypervisor/port';

/** Of a link that says nothing of it. */
export const USUAL_BITS_PER_SECOND = 1_000_000_000;

/** What of a scenario is needed here. */
interface Linked {
  readonly hosts: readonly HostSpec[];
  readonly links?: readonly LinkSpec[];
}

/** An end of a link: the index of its host, and the name of its switch there. */
export interface LinkEnd {
  readonly host: number;
  readonly switch: string;
}
/** An end, and what a link says of its port. */
interface PortedEnd extends LinkEnd {
  readonly port?: PortSettings;
}

/** A link with both its ends. */
interface LinkBetween extends LinkSpeed {
  readonly a: PortedEnd;
  readonly b: PortedEnd;
}

/** The end that `host/switch` names, where there is such a one. */
export function linkEnd(hosts: readonly HostSpec[], path: string): LinkEnd | undefined {
  const [name, switchName = ''] = path.split('/');
  const host = hosts.findIndex((each) => each.name === name);
  const found = hosts[host]?.switches.some((each) => each.name === switchName);
  return found === true ? { host, switch: switchName } : undefined;
}

/** The links of a scenario that has been checked, whole. */
export function linksOf({ hosts, links = [] }: Linked): readonly LinkBetween[] {
  return links.map(({ a, b, delayNs, bitsPerSecond = USUAL_BITS_PER_SECOND, portA, portB }) => {
    const [from, to] = [linkEnd(hosts, a), linkEnd(hosts, b)];
    invariant(from !== undefined && to !== undefined, 'links of a checked scenario end at switches');
    const ported = (end: LinkEnd, port: PortSettings | undefined): PortedEnd =>
      port === undefined ? end : { ...end, port };
    return { a: ported(from, portA), b: ported(to, portB), delayNs, bitsPerSecond };
  });
}

/** The same by the hosts at their ends. */
export function linkEnds(scenario: Linked): (LinkEnds & LinkSpeed)[] {
  return linksOf(scenario).map(({ a, b, ...speed }) => ({ a: a.host, b: b.host, ...speed }));
}

/** The ends that a host has. */
export function uplinksOf(scenario: Linked, host: number): UplinkSettings[] {
  return linksOf(scenario).flatMap(({ a, b, delayNs, bitsPerSecond }, link) => {
    const end = [a, b].find((each) => each.host === host);
    if (end === undefined) return [];
    const { host: _, ...at } = end;
    return [{ link, ...at, delayNs, bitsPerSecond }];
  });
}
