/**
 * What a scenario and a link may contain at most. The first table is checked before anything is parsed, the second by
 * the schema. Whoever opens a link has not seen it: each number bounds work or memory that it could cost them.
 */

/** Limits on bytes and shapes, checked while a link is taken apart. */
export const LINK_LIMITS = {
  /** Characters of a link's text. */
  textLength: 16_384,
  /** Bytes after inflating; counted while they come out, nothing beyond is kept. */
  documentBytes: 262_144,
  /** Arrays and objects inside each other. */
  depth: 16,
  /** Values of the document, keys not counted. */
  values: 16_384,
} as const;

/** Limits on a scenario, wherever it comes from. */
export const SCENARIO_LIMITS = {
  arrayLength: 256,
  hosts: 8,
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
  /** Farthest from the middle of the topology that a node can stand. */
  position: 100_000,
} as const;
