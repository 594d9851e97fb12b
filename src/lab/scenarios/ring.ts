/** Three switches in a circle, with a VM at each: labs of what becomes of frames there. */
import type { Settings, VmSpec } from '#base/scenario';
import { teachingVm } from './parts.ts';

export const RING = ['north', 'east', 'south'] as const;

/** Their addresses are 10.0.0.1 and the next. */
export function ringVms(): VmSpec[] {
  return RING.map((place, index) =>
    teachingVm(`${place}-vm`, { nics: [{ switch: place, address: `10.0.0.${index + 1}/24` }] }),
  );
}

/** The ends of the cable from one of the switches to the next. */
export function ringTrunk(from: number): { readonly a: string; readonly b: string } {
  return { a: RING[from] ?? 'north', b: RING[(from + 1) % RING.length] ?? 'north' };
}

/** A spanning tree, with the rest as its kind has it where nothing is said. */
export function treeOf(priority: number): Settings {
  return {
    ...{ priority, helloSeconds: 2, maxAgeSeconds: 20, forwardDelaySeconds: 15 },
    ...{ guard: 'shut', ports: {} },
  };
}
