/** A busy neighbour: three VMs share one hart; one wants 30 % of it, one all of it, one nothing. */
import type { VmSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';

const MIB = 1 << 20;

/** A VM that runs a command of the teaching kernel's shell when it has started. */
function vm(name: string, address: string, command?: string): VmSpec {
  return {
    name,
    image: { kind: 'builtin', name: 'teaching' },
    memoryBytes: 4 * MIB,
    vcpus: 1,
    allocation: 'on-demand',
    ...(command === undefined ? {} : { append: `run=${command}` }),
    disks: [],
    nics: [{ switch: 'lan', address }],
    autostart: true,
  };
}

export function busyNeighbour(): Scenario {
  return {
    version: 1,
    title: '',
    // Another one than the first visit's: a VM that goes from one lab to the other meets no card with its own address.
    seed: 2,
    nsPerInstruction: 10,
    quantumInstructions: 10_000,
    hosts: [
      {
        name: 'host-1',
        ramBytes: 128 * MIB,
        harts: 1,
        timeSliceNs: 10_000_000,
        switches: [{ name: 'lan' }],
        vms: [
          vm('steady', '10.0.0.1/24', 'cpu_30'),
          vm('busy', '10.0.0.2/24', 'cpu_100'),
          vm('idle', '10.0.0.3/24'),
        ],
      },
    ],
    commands: [],
  };
}
