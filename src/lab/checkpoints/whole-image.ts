/** A checkpoint that has all of its pieces, as it would come back. */
import type { HostCheckpoint, HostImage } from '#hypervisor/snapshot/host-checkpoint';
import type { LabCheckpoint, LabImage } from './checkpoint.ts';

/** @param checkpoint of which nothing was known before */
export function wholeImage({ lab, hosts }: LabCheckpoint): LabImage {
  return { lab, hosts: hosts.map(wholeHost) };
}

function wholeHost({ state, contents, sizes, fresh, freshPieces }: HostCheckpoint): HostImage {
  const byContent = new Map<number, Uint8Array>();
  fresh.forEach((piece, at) => {
    const bytes = freshPieces[at];
    if (bytes !== undefined) byContent.set(contents[piece] ?? 0, bytes);
  });
  const pieces = Array.from(
    contents,
    (content, piece) => byContent.get(content) ?? new Uint8Array(sizes[piece] ?? 0),
  );
  return { state, pieces };
}
