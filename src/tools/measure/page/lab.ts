/** The labs that the page has open while it is measured: so many VMs of the teaching kernel, at rest or at work. */
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { encodeLink } from '#lab/link';
import { readScenario } from '#lab/versions';

const MIB = 1 << 20;

/** @returns the fragment of a link to the lab; what each VM runs first, if anything, is a command of its shell */
export function linkOfLab(vms: number, command: string | undefined): string {
  const vm = (index: number): VmSpec => ({
    name: `vm-${index + 1}`,
    image: { kind: 'builtin', name: 'teaching' },
    memoryBytes: 4 * MIB,
    vcpus: 1,
    allocation: 'on-demand',
    ...(command === undefined ? {} : { append: `run=${command}` }),
    disks: [],
    nics: [{ switch: 'lan', address: `10.0.0.${index + 1}/24` }],
    autostart: true,
  });
  const host = {
    name: 'host-1',
    ramBytes: 256 * MIB,
    harts: 1,
    switches: [{ name: 'lan' }],
    vms: Array.from({ length: vms }, (_, index) => vm(index)),
  };
  const scenario = { version: 1, title: `${vms} VMs`, seed: 1, hosts: [host], commands: [] };
  return must(encodeLink(must(readScenario(scenario))));
}
