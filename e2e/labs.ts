/** Labs of the teaching kernel that tests make for themselves, as the fragments of links. */
import { encodeLink } from '../src/lab/link.ts';
import type { Scenario } from '../src/lab/scenario.ts';
import { firstVisit } from '../src/lab/scenarios/first-visit.ts';

/** A lab of so many hosts with so many VMs each, the hosts in a row. */
export function labOf(hosts: number, vms: number): Scenario {
  return {
    ...{ version: 1, title: 'Many', seed: 7, nsPerInstruction: 10, quantumInstructions: 10_000 },
    hosts: Array.from({ length: hosts }, (_, host) => ({
      ...{ name: `host-${host + 1}`, ramBytes: 0x1000_0000, harts: 1, timeSliceNs: 5_000_000 },
      switches: [{ name: 'lan' }],
      vms: Array.from({ length: vms }, (_, vm) => ({
        name: `vm-${host * vms + vm + 1}`,
        image: { kind: 'builtin', name: 'teaching' },
        ...{ memoryBytes: 0x20_0000, vcpus: 1, allocation: 'on-demand', autostart: true },
        disks: [],
        nics: [{ switch: 'lan', address: `10.0.${host}.${vm + 1}/16` }],
      })),
    })),
    links: Array.from({ length: hosts - 1 }, (_, host) => ({
      ...{ a: `host-${host + 1}/lan`, b: `host-${host + 2}/lan`, delayNs: 5_000_000 },
    })),
    commands: [],
  };
}

/** What goes behind `#`. */
export function linkOf(scenario: Scenario): string {
  const link = encodeLink(scenario);
  if (!link.ok) throw new Error(link.error.code);
  return link.value;
}

/**
 * The lab of a first visit as it is where there are no Linux images, behind `#`: for tests that look at the first VMs alone. To
 * boot its two Linux VMs takes as much work as to open the page.
 */
export const WITHOUT_LINUX: string = `#${linkOf(firstVisit({ linux: false }))}`;
