/**
 * Writes a flattened device tree (Devicetree Specification 0.4, chapter 5; version 17). It knows the format and no
 * hardware.
 */

/**
 * A property: `true` is a flag without a value, numbers are 32-bit cells, text is zero-terminated, a list of texts a
 * string list, bytes are taken as they are (§2.2.4).
 */
export type TreeValue = true | number | readonly number[] | string | readonly string[] | Uint8Array;

export interface TreeNode {
  /** `name@unit-address`; empty for the root. */
  readonly name: string;
  readonly properties: Readonly<Record<string, TreeValue>>;
  readonly children?: readonly TreeNode[];
}

/** A 64-bit value as two cells. */
export function wide(value: number): [number, number] {
  return [Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000];
}

export const MAGIC = 0xd00d_feed;
export const VERSION = 17;
const LAST_COMPATIBLE_VERSION = 16;
export const HEADER_SIZE = 40;
/** A memory reservation block that holds only its terminator (§5.3): nothing is reserved. */
const RESERVATIONS_SIZE = 16;

/** Tokens of the structure block (§5.4.1). */
export const BEGIN_NODE = 1;
export const END_NODE = 2;
export const PROP = 3;
const END = 9;

const encoder = new TextEncoder();

/**
 * The bytes of the tree; its length is a multiple of 8.
 * @param reservations the block of memory reservations with its terminator; nothing is reserved unless given
 */
export function writeDeviceTree(
  root: TreeNode,
  reservations: Uint8Array = new Uint8Array(RESERVATIONS_SIZE),
  bootHart = 0,
): Uint8Array {
  const structure = new BlockWriter();
  const strings = new StringsBlock();
  writeNode(root, structure, strings);
  structure.cell(END);
  const structureBytes = structure.finish();
  const stringBytes = strings.finish();

  const structureAt = HEADER_SIZE + reservations.length;
  const stringsAt = structureAt + structureBytes.length;
  const total = Math.ceil((stringsAt + stringBytes.length) / 8) * 8;
  const tree = new Uint8Array(total);
  const view = new DataView(tree.buffer);
  const header = [
    MAGIC,
    total,
    structureAt,
    stringsAt,
    HEADER_SIZE,
    VERSION,
    LAST_COMPATIBLE_VERSION,
    bootHart,
    stringBytes.length,
    structureBytes.length,
  ];
  for (const [index, value] of header.entries()) view.setUint32(4 * index, value);
  tree.set(reservations, HEADER_SIZE);
  tree.set(structureBytes, structureAt);
  tree.set(stringBytes, stringsAt);
  return tree;
}

function writeNode(node: TreeNode, structure: BlockWriter, strings: StringsBlock): void {
  structure.cell(BEGIN_NODE);
  structure.padded(encoder.encode(`${node.name}\0`));
  for (const [name, value] of Object.entries(node.properties)) {
    const bytes = bytesOf(value);
    structure.cell(PROP);
    structure.cell(bytes.length);
    structure.cell(strings.offsetOf(name));
    structure.padded(bytes);
  }
  for (const child of node.children ?? []) writeNode(child, structure, strings);
  structure.cell(END_NODE);
}

function bytesOf(value: TreeValue): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  const items: readonly (string | number)[] = Array.isArray(value) ? value : [value as string | number];
  const block = new BlockWriter();
  for (const item of items) {
    if (typeof item === 'number') block.cell(item);
    else block.append(encoder.encode(`${item}\0`));
  }
  return block.finish();
}

/** Big-endian cells and padded bytes in a growing buffer. */
class BlockWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  cell(value: number): void {
    this.append(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  }
  append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }
  padded(bytes: Uint8Array): void {
    this.append(bytes);
    this.append(new Uint8Array((4 - (bytes.length % 4)) % 4));
  }
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Names of properties, each once. */
class StringsBlock {
  readonly #offsets = new Map<string, number>();
  #text = '';

  offsetOf(name: string): number {
    let offset = this.#offsets.get(name);
    if (offset === undefined) {
      offset = this.#text.length;
      this.#offsets.set(name, offset);
      this.#text += `${name}\0`;
    }
    return offset;
  }
  finish(): Uint8Array {
    return encoder.encode(this.#text);
  }
}
