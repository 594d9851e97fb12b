/** A name for a VM that comes to a host where another has its name already. */
import { NAME_LENGTH } from '#base/catalogue/names';
import type { HostDescription } from '#bridge/protocol/answers';

/** `teach-1-2` where `teach-1` is there, and so on; it fits however long the name is. */
export function freeVmName(host: HostDescription | undefined, name: string): string {
  const taken = new Set([...(host?.switches ?? []), ...(host?.vms ?? []).map(({ spec }) => spec.name)]);
  for (let number = 2; ; number++) {
    const end = `-${number}`;
    const free = name.slice(0, NAME_LENGTH - end.length) + end;
    if (!taken.has(free)) return free;
  }
}
