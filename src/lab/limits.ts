/**
 * How large the documents of files and links may be; checked before anything is parsed. What a scenario may contain is
 * `base/catalogue/limits.ts`. Whoever opens a link has not seen it: each number bounds work or memory that it could cost.
 */

/** Limits on bytes and shapes, checked before anything is made of a document. */
export interface DocumentLimits {
  /** Of the JSON text; of a link, counted while it is inflated, and nothing beyond is kept. */
  readonly documentBytes: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
  /** Values in all, keys not counted. */
  readonly values: number;
  readonly arrayLength: number;
}

export const LINK_LIMITS: DocumentLimits & { readonly textLength: number } = {
  /** Characters of the link itself. */
  textLength: 16_384,
  documentBytes: 262_144,
  depth: 16,
  values: 16_384,
  arrayLength: 256,
};

/** A file may hold a longer run than a link. */
export const FILE_LIMITS: DocumentLimits = {
  documentBytes: 4_194_304,
  depth: 16,
  values: 262_144,
  arrayLength: 32_768,
};
