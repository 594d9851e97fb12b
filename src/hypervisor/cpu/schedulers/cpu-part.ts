/** What a vCPU is due beside others, as its VM's specification says: its weight, its cap, where it may run, its budget. */
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import type { CpuSpec, VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';

/** Time that is a vCPU's own in each period, and at most that. */
export interface RealTime {
  readonly periodNs: VirtualNs;
  readonly budgetNs: VirtualNs;
}

export interface CpuPart {
  /** Of the VM: its vCPUs that want to run share it. */
  readonly weight: number;
  /** Of the VM, in harts: 0.5 is half of one. Infinity: no cap. */
  readonly cap: number;
  /** Bit n: it may run on hart n. Never without any. */
  readonly harts: number;
  /** Absent: it takes what those with a budget leave. */
  readonly realTime?: RealTime | undefined;
  /** It runs when the other vCPUs of its VM do, where the scheduler knows how. */
  readonly together: boolean;
}

/**
 * What each vCPU of a VM is due.
 * @param harts of the host; where a specification names only harts that the host does not have, all are allowed
 */
export function cpuParts(spec: CpuSpec = {}, vcpus: number, harts: number): CpuPart[] {
  const named = (spec.harts ?? []).filter((hart) => hart < harts);
  const { weight = USUAL_CPU_WEIGHT, capPercent, realTime, together = false } = spec;
  return Array.from({ length: vcpus }, (_, index) => {
    const allowed = spec.pinned === true && named.length > 0 ? [named[index % named.length]!] : named;
    return {
      ...{ weight, cap: capPercent === undefined ? Number.POSITIVE_INFINITY : capPercent / 100 },
      harts: allowed.length === 0 ? 2 ** harts - 1 : allowed.reduce((mask, hart) => mask | (1 << hart), 0),
      ...{ realTime, together },
    };
  });
}

/** The same for the VMs of a host, made again when a specification is another one. */
export class CpuParts {
  /** By slot. */
  readonly #parts: ({ readonly spec: CpuSpec | undefined; readonly parts: readonly CpuPart[] } | undefined)[];
  readonly #harts: number;

  constructor(slots: number, harts: number) {
    this.#parts = new Array(slots).fill(undefined);
    this.#harts = harts;
  }

  of({ slot, spec, vcpus }: PartOwner): readonly CpuPart[] {
    const known = this.#parts[slot];
    if (known !== undefined && known.spec === spec.cpu && known.parts.length === vcpus.length)
      return known.parts;
    const parts = cpuParts(spec.cpu, vcpus.length, this.#harts);
    this.#parts[slot] = { spec: spec.cpu, parts };
    return parts;
  }
}
/** A VM, as far as what is due to it goes. */
export interface PartOwner {
  readonly slot: number;
  readonly spec: Pick<VmSpec, 'cpu'>;
  readonly vcpus: readonly unknown[];
}

/** True when a vCPU may run on a hart. */
export function mayRunOn({ harts }: CpuPart, hart: number): boolean {
  return ((harts >> hart) & 1) === 1;
}
