/** Images in the order of a tree: what lies on another stands below it, one step further in. */
import type { KeptImage } from '#bridge/protocol/disks';

export interface ImageRow {
  readonly image: KeptImage;
  readonly depth: number;
}

export function imageTree(images: readonly KeptImage[]): ImageRow[] {
  const known = new Set(images.map(({ layer }) => layer));
  const rows: ImageRow[] = [];
  const add = (below: string | undefined, depth: number): void => {
    for (const image of images) {
      // One whose layer below is not here stands by itself.
      const parent = image.below !== undefined && known.has(image.below) ? image.below : undefined;
      if (parent !== below) continue;
      rows.push({ image, depth });
      add(image.layer, depth + 1);
    }
  };
  add(undefined, 0);
  return rows;
}
