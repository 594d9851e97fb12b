/** What holds where a document, or a person, says nothing else. */
import type { SharingSpec, SwapSpec } from '../scenario.ts';
import type { VirtualNs } from '../virtual-time.ts';

/** As fast as leaves most of a CPU to the guests, and finds four VMs of 32 MiB in half a minute. */
export const USUAL_SHARING: SharingSpec = { pages: 64, periodNs: 20_000_000 };

/** Compressed pages may take as much as Linux's zswap gives them, and the tax is that of ESX. */
export const USUAL_SWAP: SwapSpec = {
  ...{ policy: 'clock', sizeBytes: 0x2000_0000, compressPercent: 20, taxPercent: 75 },
};

/** From one round to the next in which the accesses of a VM are recorded. */
export const USUAL_RECORDING_NS: VirtualNs = 1_000_000;

/** Bytes that a capture keeps, and those of each frame: the longest that cards exchange are whole. */
export const USUAL_CAPTURE: { readonly bytes: number; readonly snap: number } = {
  bytes: 0x40_0000,
  snap: 0x1_0000,
};

/** Weight of a VM beside others on the harts of its host: as of Linux's control groups (`cpu.weight`). */
export const USUAL_CPU_WEIGHT = 100;
