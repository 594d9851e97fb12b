/**
 * A compressed cluster: raw deflate, with whatever stands behind it in its last sector. The lab's own inflater is the one that a
 * hostile file cannot keep busy, and it ends where the cluster does.
 */
import { packedBeginning } from '../../../inflate.ts';

/** The cluster, or nothing where the bytes are none. */
export function inflateCluster(packed: Uint8Array, clusterBytes: number): Uint8Array | undefined {
  const found = packedBeginning(packed, clusterBytes);
  return found?.end !== undefined && found.content.length === clusterBytes ? found.content : undefined;
}
