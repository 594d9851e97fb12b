/** Where what hangs at a switch gets to: over which trunk to the next switch, by which physical card out of the host. */
import type { SwitchState } from '../../../parts/switch/use-switch.ts';

export type SwitchPort = SwitchState['ports'][number];

/** The switch at the other end of a trunk. */
export function otherEnd(
  switches: readonly SwitchState[],
  at: string,
  trunk: number | undefined,
): string | undefined {
  const ends = switches.filter(({ ports }) => ports.some((port) => port.trunk === trunk));
  return trunk === undefined ? undefined : ends.find(({ name }) => name !== at)?.name;
}

/** Links by which frames of a switch leave their host: its own, and those of switches behind its trunks. */
export function uplinksOf(switches: readonly SwitchState[], from: string): readonly number[] {
  const reached = new Set<string>([from]);
  const found: number[] = [];
  // What is added while it is gone through, is gone through too.
  for (const name of reached)
    for (const { trunk, uplink } of switches.find((each) => each.name === name)?.ports ?? []) {
      if (uplink !== undefined) found.push(uplink);
      const next = otherEnd(switches, name, trunk);
      if (next !== undefined) reached.add(next);
    }
  return found;
}
