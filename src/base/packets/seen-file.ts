/** What captures have seen as a file, and a file as what a capture has seen: ports by name, and the end of a frame's way as its comment. */
import type { CaptureFile } from './pcapng.ts';

/** A frame at a point of its way. */
export interface SeenAt {
  readonly portName: string;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly point?: 'accepted' | 'decided' | 'queued' | 'delivered' | 'dropped';
  readonly stage?: string;
  readonly reason?: string;
  readonly comment?: string;
  /** The VLAN, where a switch has taken the tag off. */
  readonly domain?: number;
}

export function fileOfSeen(seen: readonly SeenAt[]): CaptureFile {
  const names = [...new Set(seen.map(({ portName }) => portName))];
  const numbers = new Map(names.map((name, index) => [name, index]));
  return {
    ports: names.map((name) => ({ name })),
    frames: seen.map(({ portName, at, bytes, length, point, stage, reason, comment }) => {
      const said = point === 'dropped' ? `dropped: ${stage ?? ''} ${reason ?? ''}`.trim() : comment;
      return {
        ...{ port: numbers.get(portName) ?? 0, at, bytes, length },
        ...(point === 'accepted' ? { direction: 'in' as const } : {}),
        ...(point === 'delivered' ? { direction: 'out' as const } : {}),
        ...(said === undefined ? {} : { comment: said }),
      };
    }),
  };
}

export function seenOfFile({ ports, frames }: CaptureFile): SeenAt[] {
  return frames.map(({ port, direction, ...frame }) => ({
    ...{ ...frame, portName: ports[port]?.name ?? '' },
    ...(direction === undefined ? {} : { point: direction === 'in' ? 'accepted' : 'delivered' }),
  }));
}
