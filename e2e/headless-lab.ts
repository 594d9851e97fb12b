/** The same lab without a page: on Node, from the same source, to compare with. */
import { engineModule } from '../src/cli/engine.ts';
import { GuestFiles } from '../src/cli/guest-files.ts';
import { Host } from '../src/hypervisor/host.ts';
import { LocalHost } from '../src/hypervisor/local-host.ts';
import { Lab } from '../src/lab/lab.ts';
import { decodeLink } from '../src/lab/link.ts';
import { softwareResolver, vmsOf } from '../src/lab/software.ts';

/** A lab of one host, and the host itself. */
export interface HeadlessLab {
  readonly lab: Lab;
  readonly host: Host;
}

/** The lab of a link's fragment, at the first boundary at or after a virtual time. */
export async function labOfLink(fragment: string, virtualNs: number): Promise<HeadlessLab> {
  const scenario = decodeLink(fragment);
  if (!scenario.ok) throw new Error(scenario.error.code);
  const files = new GuestFiles('.');
  const loaded = files.load(vmsOf(scenario.value));
  if (!loaded.ok) throw new Error(loaded.error.code);
  const hosts: Host[] = [];
  const environment = { software: softwareResolver(files), shared: false };
  const lab = await Lab.create(scenario.value, async (spec, settings) => {
    const host = Host.create(engineModule(), spec, settings, environment);
    hosts.push(host);
    return new LocalHost(host, false);
  });
  await lab.advance(virtualNs);
  return { lab, host: hosts[0]! };
}
