/** The two ways of a compressed page: they come later (`deflate.ts`). */
export { deflateSync, inflateSync } from 'fflate';
