/** A busy neighbour: three VMs share one hart; one wants 30 % of it, one all of it, one nothing. */
import type { Scenario } from '../scenario.ts';
import { host, scenario, teachingVm } from './parts.ts';

export function busyNeighbour(): Scenario {
  const vm = (name: string, index: number, command?: string) =>
    teachingVm(name, {
      nics: [{ switch: 'lan', address: `10.0.0.${index}/24` }],
      ...(command === undefined ? {} : { append: `run=${command}` }),
    });
  return scenario(2, [host([vm('steady', 1, 'cpu_30'), vm('busy', 2, 'cpu_100'), vm('idle', 3)])]);
}
