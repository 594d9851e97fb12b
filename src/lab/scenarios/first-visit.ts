/** The first visit: one server, four VMs on one switch; two of them Linux where its images are present. */
import type { VmSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';

const MIB = 1 << 20;

/** VM `index` of the lab: the third and fourth run Linux where there is one. */
function vm(index: number, isLinux: boolean): VmSpec {
  return {
    name: `${isLinux ? 'linux' : 'teach'}-${index + 1}`,
    image: { kind: 'builtin', name: isLinux ? 'linux-tiny' : 'teaching' },
    memoryBytes: (isLinux ? 32 : 4) * MIB,
    vcpus: 1,
    allocation: 'on-demand',
    disks: [],
    nics: [{ switch: 'lan', address: `10.0.0.${index + 1}/24` }],
    autostart: true,
  };
}

/** Without Linux all four VMs run the teaching kernel. */
export function firstVisit({ linux }: { readonly linux: boolean }): Scenario {
  return {
    version: 1,
    title: '',
    seed: 1,
    nsPerInstruction: 10,
    quantumInstructions: 10_000,
    hosts: [
      {
        name: 'host-1',
        ramBytes: 256 * MIB,
        harts: 1,
        timeSliceNs: 10_000_000,
        switches: [{ name: 'lan' }],
        vms: [0, 1, 2, 3].map((index) => vm(index, linux && index >= 2)),
      },
    ],
    commands: [],
  };
}
