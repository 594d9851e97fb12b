/** How long vCPUs of a VM ran while another of them waited for a hart: what co-scheduling is there to avoid. */
import type { VirtualNs } from '#base/virtual-time';

/** A vCPU ran, and had waited before. */
export interface Presence {
  readonly vcpu: number;
  readonly startNs: VirtualNs;
  readonly endNs: VirtualNs;
  readonly delayNs: VirtualNs;
}

/** Time of harts, within a span, in which one vCPU ran and at least one other waited. */
export function apartOf(presence: readonly Presence[], fromNs: VirtualNs, toNs: VirtualNs): VirtualNs {
  if (new Set(presence.map(({ vcpu }) => vcpu)).size < 2) return 0;
  // At each instant: how many more run, and how many more wait.
  const edges: { readonly at: VirtualNs; readonly runs: number; readonly waits: number }[] = [];
  const during = (start: VirtualNs, end: VirtualNs, runs: number, waits: number): void => {
    const [from, to] = [Math.max(fromNs, start), Math.min(toNs, end)];
    if (from >= to) return;
    edges.push({ at: from, runs, waits }, { at: to, runs: -runs, waits: -waits });
  };
  for (const { startNs, endNs, delayNs } of presence) {
    during(startNs, endNs, 1, 0);
    during(startNs - delayNs, startNs, 0, 1);
  }
  edges.sort((one, other) => one.at - other.at);
  let [at, running, waiting, apart] = [fromNs, 0, 0, 0];
  for (const edge of edges) {
    if (waiting > 0) apart += running * (edge.at - at);
    at = edge.at;
    running += edge.runs;
    waiting += edge.waits;
  }
  return apart;
}
