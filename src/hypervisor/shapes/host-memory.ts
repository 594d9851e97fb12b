/** What documents say of how a host manages its memory. */
import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_SHARING, USUAL_SWAP } from '#base/catalogue/usual';
import type { HostMemorySpec, SharingSpec, SwapSpec } from '#base/scenario';
import type { Registries } from '../registries.ts';
import { maybe, type Written, without, written } from './document.ts';
import type { Shape } from './parse.ts';
import { size, whole } from './values.ts';

export interface HostMemoryDocument {
  readonly sharing?: Partial<SharingSpec>;
  readonly overcommitPercent?: number;
  readonly swap?: Partial<SwapSpec>;
}

type MaybeNumber = v.ExactOptionalSchema<Shape<number>, undefined>;
/** The shape of each setting of sharing. */
export const SHARING_SHAPES: Readonly<Record<keyof SharingSpec, MaybeNumber>> = {
  pages: v.exactOptional(whole(LIMITS.sharingPages)),
  periodNs: v.exactOptional(whole(LIMITS.sharingPeriodNs)),
};

/** The shape of each setting of swap, where these policies are. */
export function swapShapes({ policies }: Pick<Registries, 'policies'>): Readonly<{
  policy: v.ExactOptionalSchema<Shape<string>, undefined>;
  sizeBytes: MaybeNumber;
  compressPercent: MaybeNumber;
  taxPercent: MaybeNumber;
}> {
  return {
    policy: v.exactOptional(v.picklist(policies.map(({ id }) => id))),
    sizeBytes: v.exactOptional(size(LIMITS.swapBytes, PAGE_SIZE)),
    compressPercent: v.exactOptional(whole(LIMITS.compressPercent)),
    taxPercent: v.exactOptional(whole(LIMITS.taxPercent)),
  };
}

export function hostMemoryShape(registries: Pick<Registries, 'policies'>): Shape<HostMemoryDocument> {
  return v.strictObject({
    sharing: v.exactOptional(v.strictObject(SHARING_SHAPES)),
    overcommitPercent: v.exactOptional(whole(LIMITS.overcommitPercent)),
    swap: v.exactOptional(v.strictObject(swapShapes(registries))),
  });
}

/** Sharing as a document means it. */
export function fillSharing({ pages, periodNs }: Partial<SharingSpec>): SharingSpec {
  return { pages: pages ?? USUAL_SHARING.pages, periodNs: periodNs ?? USUAL_SHARING.periodNs };
}
/** Swap as a document means it; keys in one order. */
export function fillSwap({ policy, sizeBytes, compressPercent, taxPercent }: Partial<SwapSpec>): SwapSpec {
  return {
    policy: policy ?? USUAL_SWAP.policy,
    sizeBytes: sizeBytes ?? USUAL_SWAP.sizeBytes,
    compressPercent: compressPercent ?? USUAL_SWAP.compressPercent,
    taxPercent: taxPercent ?? USUAL_SWAP.taxPercent,
  };
}
export function fillHostMemory({ sharing, overcommitPercent, swap }: HostMemoryDocument): HostMemorySpec {
  return {
    ...maybe('sharing', sharing && fillSharing(sharing)),
    ...maybe('overcommitPercent', overcommitPercent),
    ...maybe('swap', swap && fillSwap(swap)),
  };
}

export function shortSharing(sharing: SharingSpec): Written {
  return without(sharing, USUAL_SHARING);
}
export function shortSwap(swap: SwapSpec): Written {
  return without(swap, USUAL_SWAP);
}
export function shortHostMemory({ sharing, overcommitPercent, swap }: HostMemorySpec): Written {
  return written({
    sharing: sharing && shortSharing(sharing),
    overcommitPercent,
    swap: swap && shortSwap(swap),
  });
}
