/**
 * Reads a flattened device tree (Devicetree Specification 0.4, chapter 5) that somebody else has written. Whatever is wrong with it makes
 * it no tree; values stay the bytes that they are.
 */
import { BEGIN_NODE, END_NODE, HEADER_SIZE, MAGIC, PROP, type TreeNode, VERSION } from './writer.ts';

/** A token that says nothing (§5.4.1). */
const NOP = 4;
/** Of nodes in nodes. */
const MOST_DEPTH = 64;
/** Address and size of a reservation; zeros end the block. */
const RESERVATION_SIZE = 16;

export interface DeviceTree {
  readonly root: TreeNode;
  /** The block of memory reservations with its terminator. */
  readonly reservations: Uint8Array;
  readonly bootHart: number;
}

interface OpenNode {
  readonly name: string;
  readonly properties: Record<string, Uint8Array>;
  readonly children: TreeNode[];
}

export function readDeviceTree(bytes: Uint8Array): DeviceTree | undefined {
  if (bytes.length < HEADER_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (index: number): number => view.getUint32(4 * index);
  const total = field(1);
  if (field(0) !== MAGIC || total > bytes.length || field(6) > VERSION) return undefined;
  const tree = bytes.subarray(0, total);
  const root = readStructure(tree, field(2), field(3));
  const reservations = reservationsAt(tree, field(4));
  return root === undefined || reservations === undefined
    ? undefined
    : { root, reservations, bootHart: field(7) };
}

function reservationsAt(tree: Uint8Array, at: number): Uint8Array | undefined {
  for (let end = at; end + RESERVATION_SIZE <= tree.length; ) {
    const row = tree.subarray(end, end + RESERVATION_SIZE);
    end += RESERVATION_SIZE;
    if (row.every((byte) => byte === 0)) return tree.slice(at, end);
  }
  return undefined;
}

/** The root; each step goes on behind the last, so that it ends. */
function readStructure(tree: Uint8Array, structureAt: number, stringsAt: number): TreeNode | undefined {
  const view = new DataView(tree.buffer, tree.byteOffset, tree.byteLength);
  const open: OpenNode[] = [];
  for (let at = structureAt; at % 4 === 0 && at + 4 <= tree.length; ) {
    const token = view.getUint32(at);
    at += 4;
    const node = open.at(-1);
    if (token === BEGIN_NODE) {
      const name = textAt(tree, at);
      if (name === undefined || open.length >= MOST_DEPTH) return undefined;
      open.push({ name, properties: {}, children: [] });
      at = aligned(at + name.length + 1);
    } else if (token === PROP && node !== undefined && at + 8 <= tree.length) {
      const length = view.getUint32(at);
      const name = textAt(tree, stringsAt + view.getUint32(at + 4));
      at += 8;
      if (name === undefined || at + length > tree.length) return undefined;
      node.properties[name] = tree.slice(at, at + length);
      at = aligned(at + length);
    } else if (token === END_NODE && node !== undefined) {
      open.pop();
      const above = open.at(-1);
      if (above === undefined) return node;
      above.children.push(node);
    } else if (token !== NOP) return undefined;
  }
  return undefined;
}

function aligned(at: number): number {
  return Math.ceil(at / 4) * 4;
}

/** Text that ends with a zero, of letters with one byte each. */
function textAt(tree: Uint8Array, at: number): string | undefined {
  const end = tree.indexOf(0, at);
  if (at > tree.length || end < 0) return undefined;
  // One by one: so many arguments as a hostile name has letters are too many.
  return Array.from(tree.subarray(at, end), (letter) => String.fromCharCode(letter)).join('');
}
