/** Finds a place for every piece of a checkpoint: where the one before has it, or in a new segment. */
import type { HostCheckpoint } from '#hypervisor/snapshot/host-checkpoint';
import { type Manifest, SEGMENT_BYTES, type Segment, type StoredHost, ZEROS } from './manifest.ts';

export interface Packed {
  readonly hosts: readonly StoredHost[];
  /** Segments of the checkpoint before that this one needs too: the first in its list; then come the new ones. */
  readonly kept: readonly Segment[];
  /** The new segments, each as the pieces that it consists of: who writes it joins them. */
  readonly segments: readonly (readonly Uint8Array[])[];
  /** What the pieces take that are not zeros, each content counted once. */
  readonly liveBytes: number;
}

interface Place {
  readonly segment: number;
  readonly offset: number;
}

/** By host and content, where it lies. */
type Places = ReadonlyMap<number, Place>;

function placesOf(host: StoredHost | undefined): Places {
  const places = new Map<number, Place>();
  host?.contents.forEach((content, at) => {
    const segment = host.segments[at]!;
    if (segment !== ZEROS) places.set(content, { segment, offset: host.offsets[at]! });
  });
  return places;
}

/**
 * Places in a manifest whose list of segments is `kept`, then those that are returned; undefined when a content is neither new nor
 * in the checkpoint before.
 */
export function packHosts(
  hosts: readonly HostCheckpoint[],
  before: Manifest | undefined,
): Packed | undefined {
  const old = hosts.map((_, index) => placesOf(before?.hosts[index]));
  const needed = new Set<number>();
  hosts.forEach(({ contents }, index) => {
    for (const content of contents) {
      const place = old[index]?.get(content);
      if (place !== undefined) needed.add(place.segment);
    }
  });
  const kept = [...needed].sort((a, b) => a - b);
  const positions = new Map(kept.map((segment, position) => [segment, position]));
  const segments: (readonly Uint8Array[])[] = [];
  let liveBytes = 0;
  let isWhole = true;
  const stored = hosts.map((host, index): StoredHost => {
    const fresh = cut(host, segments, kept.length);
    const { state, contents, sizes } = host;
    const places = Array.from(contents, (content) => {
      if (content === 0) return undefined;
      const kept = old[index]?.get(content);
      const place = fresh.get(content) ?? (kept && { ...kept, segment: positions.get(kept.segment)! });
      isWhole &&= place !== undefined;
      return place;
    });
    const counted = new Set<number>();
    contents.forEach((content, at) => {
      if (content !== 0 && !counted.has(content)) liveBytes += sizes[at]!;
      counted.add(content);
    });
    return {
      ...{ state, contents, sizes },
      segments: Uint32Array.from(places, (place) => place?.segment ?? ZEROS),
      offsets: Uint32Array.from(places, (place) => place?.offset ?? 0),
    };
  });
  if (!isWhole) return undefined;
  return { hosts: stored, kept: kept.map((segment) => before!.segments[segment]!), segments, liveBytes };
}

/** Cuts what is new into segments, at the borders of pieces. */
function cut(
  { contents, fresh, freshPieces }: HostCheckpoint,
  segments: (readonly Uint8Array[])[],
  first: number,
): Places {
  const places = new Map<number, Place>();
  let parts: Uint8Array[] = [];
  let size = 0;
  const end = (): void => {
    if (size > 0) segments.push(parts);
    parts = [];
    size = 0;
  };
  for (const [index, piece] of freshPieces.entries()) {
    if (size + piece.length > SEGMENT_BYTES) end();
    places.set(contents[fresh[index]!]!, { segment: first + segments.length, offset: size });
    parts.push(piece);
    size += piece.length;
  }
  end();
  return places;
}

/** The pieces of a host again, from the content of all segments. */
export function unpack({ sizes, segments, offsets }: StoredHost, found: readonly Uint8Array[]): Uint8Array[] {
  return Array.from(sizes, (size, at) => {
    const segment = segments[at]!;
    const offset = offsets[at]!;
    return segment === ZEROS ? new Uint8Array(size) : found[segment]!.subarray(offset, offset + size);
  });
}

/** Parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The length of them all. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
