/** What a copy of a VM is called and how it is reached: everything in its specification that must not be twice. */
import { hasPassedThrough } from '#base/catalogue/disk-ways';
import { nextFree, stationOf } from '#base/ipv4';
import { fail, ok, type Result } from '#base/result';
import type { NicSpec, VmSpec } from '#base/scenario';

/** Whether a VM can be copied or moved: a device that it was given whole stays with its host, and there is no second of it. */
export function isMovable({ spec }: { readonly spec: VmSpec }): Result<null> {
  return hasPassedThrough(spec) ? fail('vm.passedThrough', { vm: spec.name }) : ok(null);
}

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
