/** What lies at addresses of a VM, by the names of its image. */
import type { NamedAddress } from '#bridge/protocol/answers';
import { useAnswer, useClient } from './lab.tsx';

/** Names do not change while the VM has its image. */
const NEVER_AGAIN_MS = 3_600_000;

/** Addresses that have names, by their text; asked for again only when there are others. */
export function usePlaceNames(
  host: number,
  vm: string,
  addresses: readonly string[],
): ReadonlyMap<string, NamedAddress> {
  const client = useClient();
  const all = [...new Set(addresses)];
  const { value } = useAnswer(
    all.length === 0 ? null : () => client.ask(host, 'names', { vm, addresses: all }),
    NEVER_AGAIN_MS,
    [host, vm, all.join(' ')],
  );
  return new Map(value?.map((place) => [place.address, place]));
}
