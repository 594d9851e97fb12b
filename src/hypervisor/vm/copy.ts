/** What a copy of a VM is called and how it is reached: everything in its specification that must not be twice. */
import { nextFree, stationOf } from '#base/ipv4';
import type { NicSpec, VmSpec } from '#base/scenario';

/** The specification of a copy: another name, cards with addresses that nobody else has. */
export function copyOfSpec(spec: VmSpec, name: string, others: readonly Pick<VmSpec, 'nics'>[]): VmSpec {
  const taken = new Set(
    others.flatMap(({ nics }) =>
      nics.flatMap(({ address }) => (address === undefined ? [] : [stationOf(address)])),
    ),
  );
  const nics = spec.nics.map(({ mac: _, address, ...nic }): NicSpec => {
    const free = address === undefined ? undefined : nextFree(address, taken);
    if (free !== undefined) taken.add(stationOf(free));
    return { ...nic, ...(free === undefined ? {} : { address: free }) };
  });
  return { ...spec, name, nics };
}
