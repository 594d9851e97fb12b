/** An instant of a part as its state holds it: how long it is from now, so that the state says nothing of the host's clock. */
import type { VirtualNs } from '../virtual-time.ts';
import { SnapshotFormatError } from './bytes.ts';
import { integer, type Type } from './types.ts';

/** Time that is left until something happens. */
export const deadline: Type<VirtualNs> = {
  ...integer,
  read: (from) => {
    const left = integer.read(from);
    if (left < 0) throw new SnapshotFormatError('what is still to happen lies in the past');
    return left;
  },
};
