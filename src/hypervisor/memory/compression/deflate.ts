/** What makes pages small: it comes when a host may compress some. */
import { Later, type LaterPart } from '#base/later';

const CODE = new Later(() => import('./codec.ts'));

export const DEFLATE: LaterPart<typeof import('./codec.ts')> = { code: CODE, words: ['compressPercent'] };
