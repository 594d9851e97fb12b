/** A switch of a host in words, and the one at the other end of a link between hosts. */
import type { LabDescription, SwitchPlace } from '#bridge/protocol/answers';

/** `host/switch`. */
export function switchPlaceText(
  lab: Pick<LabDescription, 'hosts'> | null,
  { host, switch: name }: SwitchPlace,
): string {
  return `${lab?.hosts[host]?.name ?? ''}/${name}`;
}

/** The other host and its switch, at the other end of a link; nothing where there is none. */
export function linkEnd(lab: LabDescription | null, host: number, uplink: number | undefined): string {
  const link = uplink === undefined ? undefined : lab?.links[uplink];
  if (link === undefined) return '';
  return switchPlaceText(lab, link.a.host === host ? link.b : link.a);
}
