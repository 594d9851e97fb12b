/** What a snapshot holds of an ACLINT. */
import { type Declaration, declare } from '#base/state/declare';
import { bytes, upTo, words } from '#base/state/types';
import { MAX_HARTS } from '../../layout.ts';

/** By hart. */
export interface AclintState {
  readonly compareLow: Uint32Array;
  readonly compareHigh: Uint32Array;
  readonly timerPending: Uint8Array;
  readonly softwarePending: Uint8Array;
}

export const ACLINT: Declaration<AclintState> = declare('aclint', {
  compareLow: words(upTo(MAX_HARTS)),
  compareHigh: words(upTo(MAX_HARTS)),
  timerPending: bytes(upTo(MAX_HARTS)),
  softwarePending: bytes(upTo(MAX_HARTS)),
});
