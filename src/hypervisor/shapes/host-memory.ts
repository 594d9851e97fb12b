/** What documents say of how a host manages its memory. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_SHARING } from '#base/catalogue/usual';
import type { HostMemorySpec, SharingSpec } from '#base/scenario';
import { maybe, type Written, without, written } from './document.ts';
import type { Shape } from './parse.ts';
import { whole } from './values.ts';

export interface HostMemoryDocument {
  readonly sharing?: Partial<SharingSpec>;
  readonly overcommitPercent?: number;
}

type MaybeNumber = v.ExactOptionalSchema<Shape<number>, undefined>;
/** The shape of each setting of sharing. */
export const SHARING_SHAPES: Readonly<Record<keyof SharingSpec, MaybeNumber>> = {
  pages: v.exactOptional(whole(LIMITS.sharingPages)),
  periodNs: v.exactOptional(whole(LIMITS.sharingPeriodNs)),
};

export const HOST_MEMORY_SHAPE: Shape<HostMemoryDocument> = v.strictObject({
  sharing: v.exactOptional(v.strictObject(SHARING_SHAPES)),
  overcommitPercent: v.exactOptional(whole(LIMITS.overcommitPercent)),
});

/** Sharing as a document means it. */
export function fillSharing({ pages, periodNs }: Partial<SharingSpec>): SharingSpec {
  return { pages: pages ?? USUAL_SHARING.pages, periodNs: periodNs ?? USUAL_SHARING.periodNs };
}
export function fillHostMemory({ sharing, overcommitPercent }: HostMemoryDocument): HostMemorySpec {
  return {
    ...maybe('sharing', sharing && fillSharing(sharing)),
    ...maybe('overcommitPercent', overcommitPercent),
  };
}

export function shortSharing(sharing: SharingSpec): Written {
  return without(sharing, USUAL_SHARING);
}
export function shortHostMemory({ sharing, overcommitPercent }: HostMemorySpec): Written {
  return written({ sharing: sharing && shortSharing(sharing), overcommitPercent });
}
