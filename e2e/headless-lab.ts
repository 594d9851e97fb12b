/** The same lab without a page: on Node, from the same source, to compare with. */
import { engineModule } from '../src/cli/engine.ts';
import { GuestFiles } from '../src/cli/guest-files.ts';
import { Lab } from '../src/lab/lab.ts';
import { decodeLink } from '../src/lab/link.ts';
import { softwareResolver } from '../src/lab/software.ts';

/** The lab of a link's fragment, at the first boundary at or after a virtual time. */
export function labOfLink(fragment: string, virtualNs: number): Lab {
  const scenario = decodeLink(fragment);
  if (!scenario.ok) throw new Error(scenario.error.code);
  const files = new GuestFiles('.');
  const loaded = files.load(scenario.value.hosts.flatMap(({ vms }) => vms));
  if (!loaded.ok) throw new Error(loaded.error.code);
  const lab = Lab.create(scenario.value, engineModule(), {
    software: softwareResolver(files),
    shared: false,
  });
  lab.advance(virtualNs);
  return lab;
}
