/** A lab that the page brings along, on Node, with nothing of it done yet. */
import { must } from '#base/fixtures/must';
import { engineModule } from '#cli/engine';
import { GuestFiles } from '#cli/guest-files';
import { LocalHost } from '#hypervisor/local-host';
import { Lab } from '#lab/lab';
import { builtinScenario } from '#lab/scenarios/builtin';
import { softwareResolver, vmsOf } from '#lab/software';
import { USUAL_POLICY } from '#machine/usual-policy';

export interface LabOnNode {
  readonly lab: Lab;
  readonly files: GuestFiles;
}

/** @param linux as in a page that has Linux, where it is packaged */
export async function labOnNode(name: string, linux: boolean): Promise<LabOnNode> {
  const files = new GuestFiles('.');
  const scenario = builtinScenario(name, { linux: linux && files.hasLinux });
  if (scenario === undefined) throw new Error(`there is no ${name}`);
  must(files.load(vmsOf(scenario)));
  const environment = { software: softwareResolver(files), shared: false, translate: USUAL_POLICY };
  return { lab: await Lab.create(scenario, LocalHost.maker(engineModule(), environment)), files };
}
