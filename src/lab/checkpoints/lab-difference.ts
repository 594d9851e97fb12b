/** Where two saved labs differ, in words: what they were opened as and commanded, and each host. */
import { ok, type Result } from '#base/result';
import { Differences, type DiffOptions } from '#base/state/diff';
import type { StateRow } from '#base/state/view';
import type { Registries } from '#hypervisor/registries';
import { compareHostImages } from '#hypervisor/snapshot/difference';
import { guarded } from '#hypervisor/snapshot/file';
import type { LabImage } from './checkpoint.ts';
import { compareLabStates } from './lab-state.ts';

/** The differences of two labs; none when they are the same. */
export function labDifferences(
  a: LabImage,
  b: LabImage,
  registries: Registries,
  options: DiffOptions = {},
): Result<StateRow[]> {
  return guarded(() => {
    const found = new Differences(options);
    compareLabStates(found, a.lab, b.lab);
    if (a.hosts.length !== b.hosts.length)
      found.add('hosts', 'elements', { a: a.hosts.length, b: b.hosts.length });
    for (const [index, host] of a.hosts.entries()) {
      const other = b.hosts[index];
      if (other !== undefined) compareHostImages(found, [host, other], registries, `hosts[${index}]`);
    }
    return ok(found.rows());
  });
}
