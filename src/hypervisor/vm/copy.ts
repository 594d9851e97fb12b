/** What a copy of a VM is called and how it is reached: everything in its specification that must not be twice. */
import { hasPassedThrough } from '#base/catalogue/disk-ways';
import { hasMemory } from '#base/catalogue/vm-life-cycle';
import { nextFree, stationOf } from '#base/ipv4';
import { fail, ok, type Result } from '#base/result';
import type { NicSpec, VmSpec } from '#base/scenario';
import type { OptionalExtension } from '#isa/extensions';
import type { VmSnapshot } from './state.ts';

/** Whether a VM can be copied or moved: a device that it was given whole stays with its host, and there is no second of it. */
export function isMovable({ spec }: { readonly spec: VmSpec }): Result<null> {
  return hasPassedThrough(spec) ? fail('vm.passedThrough', { vm: spec.name }) : ok(null);
}

/** Whether a VM can go on where harts have certain extensions: its guest looks for them once, when it starts. */
export function canGoOn(
  state: Pick<VmSnapshot, 'spec' | 'state' | 'extensions'>,
  there: readonly OptionalExtension[],
): Result<null> {
  const movable = isMovable(state);
  const lacking = state.extensions.filter((each) => !there.includes(each));
  if (!movable.ok || !hasMemory(state.state) || lacking.length === 0) return movable;
  return fail('vm.lacksExtensions', { vm: state.spec.name, extensions: lacking.join(', ') });
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
