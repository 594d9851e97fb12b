/** The kinds of disks as a host has them: what they make finds its layers there, and is known to whoever asks for its tree. */
import type { Disk, DiskKind } from '../disk.ts';
import type { DiskLayers } from './layer.ts';

/** @param made told of each content, also of those that lie in others */
export function withLayers(
  kinds: readonly DiskKind[],
  layers: DiskLayers,
  made: (disk: Disk) => void,
): readonly DiskKind[] {
  return kinds.map((kind) => ({
    ...kind,
    create: (settings, environment) => {
      const disk = kind.create(settings, { ...environment, layers });
      made(disk);
      return disk;
    },
  }));
}
