/** Names that VMs, switches and appliances of a host have: they share those of the topology's nodes. */
import type { HostDescription } from '#bridge/protocol/answers';

export function takenNames(host: HostDescription | undefined): ReadonlySet<string> {
  const named = [...(host?.vms ?? []), ...(host?.appliances ?? [])].map(({ spec }) => spec.name);
  return new Set([...named, ...(host?.switches ?? [])]);
}
