/**
 * What scenarios, files and links may contain at most. The first tables are checked before anything is parsed, the last
 * by the schema. Whoever opens a link has not seen it: each number bounds work or memory that it could cost them.
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

/** Limits on a scenario, wherever it comes from. */
export const SCENARIO_LIMITS = {
  hosts: 8,
  /** Of a file; a link has 256 at most, where typing in one go counts as one. */
  commands: 32_768,
  /** Nodes with a place of their own. */
  layout: 256,
  /** Over all hosts. */
  vms: 64,
  switchesPerHost: 16,
  /** A VM has eight virtio slots, of which console and entropy take two. */
  nicsPerVm: 3,
  disksPerVm: 3,
  harts: 8,
  vcpus: 8,
  /** 16 MiB to 1 GiB. */
  hostRamBytes: { least: 0x100_0000, most: 0x4000_0000 },
  /** Over all hosts: 2 GiB. */
  totalRamBytes: 0x8000_0000,
  /** From 2 MiB. */
  vmMemoryBytes: { least: 0x20_0000, most: 0x4000_0000 },
  /** Up to 1 GiB; a disk takes space only as it is written. */
  diskBytes: { least: 512, most: 0x4000_0000 },
  nsPerInstruction: { least: 1, most: 1_000 },
  quantumInstructions: { least: 100, most: 1_000_000 },
  timeSliceNs: { least: 100_000, most: 1_000_000_000 },
  /** 30 days of virtual time. */
  commandAtNs: { least: 0, most: 2_592_000_000_000_000 },
  titleLength: 120,
  nameLength: 31,
  fileNameLength: 80,
  /** RISC-V Linux takes 1024 bytes with its end, and the lab puts addresses before it. */
  appendLength: 512,
  typedLength: 4096,
  /** Keys of one run of typing. */
  keysInOneGo: 256,
  /** Farthest from the middle of the topology that a node can stand. */
  position: 100_000,
} as const;
