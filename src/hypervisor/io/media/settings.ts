/** Shapes of the settings of disk models. */
import type { Shape } from '../../shapes/parse.ts';
import { whole } from '../../shapes/values.ts';

/** Up to ten seconds. */
export const duration: Shape<number> = whole({ least: 0, most: 1e10 });
/** Work that a disk is at at a time. */
export const parallel: Shape<number> = whole({ least: 1, most: 64 });
/** Bytes of a track, a page, a disk. */
export const bytes: Shape<number> = whole({ least: 512, most: 2 ** 46 });
