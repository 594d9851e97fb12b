/**
 * Takes a packet apart: the layers that it is made of, each with its tree of fields. Pure and bounded: any bytes give an answer,
 * in time that their number bounds.
 */
import { type Budget, type FieldNode, Layer, MOST_FIELDS } from './layer.ts';
import type { Protocol } from './protocol.ts';
import { PROTOCOLS } from './protocols/protocols.ts';

/** Layers of one packet: tags and headers can stand in each other as often as bytes allow. */
const MOST_LAYERS = 16;

const BY_ID: ReadonlyMap<string, Protocol> = new Map(PROTOCOLS.map((each) => [each.id, each]));

export interface Packet {
  readonly bytes: Uint8Array;
  /** Those of a message that was put together of several packets have its bytes. */
  readonly layers: Layer[];
}

export function dissect(bytes: Uint8Array): Packet {
  return { bytes, layers: layersOf(bytes, 'eth') };
}

/** @param first the protocol that they begin with, at a place in them */
export function layersOf(
  bytes: Uint8Array,
  first: string,
  within: { readonly start: number; readonly end: number } = { start: 0, end: bytes.length },
): Layer[] {
  const layers: Layer[] = [];
  const budget: Budget = { fields: MOST_FIELDS };
  let place = within;
  let protocol = BY_ID.get(first);
  let below: Layer | undefined;
  while (protocol !== undefined && layers.length < MOST_LAYERS) {
    const layer: Layer = new Layer(protocol, bytes, { ...place, below }, budget);
    layers.push(layer);
    const next = protocol.dissect(layer);
    if (next === undefined) break;
    protocol = BY_ID.get(next.protocol) ?? BY_ID.get('data');
    if (next.isBehind === true) {
      place = { start: layer.end, end: layer.below?.end ?? layer.end };
      if (place.start >= place.end) break;
      continue;
    }
    below = layer;
    const start = Math.min(layer.end, layer.start + next.at);
    const end = Math.max(
      start,
      Math.min(layer.end, next.end === undefined ? layer.end : layer.start + next.end),
    );
    layer.bodyAt = start;
    if (start === end) break;
    place = { start, end };
  }
  return layers;
}

/** Each field of a packet, those in others behind them. */
export function* fieldsOf(packet: Packet): Generator<FieldNode> {
  for (const { fields } of packet.layers) yield* within(fields);
}
function* within(fields: readonly FieldNode[]): Generator<FieldNode> {
  for (const node of fields) {
    yield node;
    yield* within(node.fields);
  }
}

/** The bytes that a field of a packet stands in: its own, or those of a message that it ends. */
export function bytesOf(packet: Packet, field: FieldNode): Uint8Array {
  const isIn = (fields: readonly FieldNode[]): boolean =>
    fields.some((each) => each === field || isIn(each.fields));
  return packet.layers.find(({ fields }) => isIn(fields))?.bytes ?? packet.bytes;
}

/** The smallest field that a byte belongs to, of the packet or of other bytes that it has; nothing where no field claims it. */
export function fieldAt(
  packet: Packet,
  byte: number,
  bytes: Uint8Array = packet.bytes,
): FieldNode | undefined {
  let found: FieldNode | undefined;
  const layers = packet.layers.filter((layer) => layer.bytes === bytes);
  for (const node of fieldsOf({ bytes, layers }))
    if (!node.row.made && node.start <= byte && byte < node.end)
      if (found === undefined || node.end - node.start <= found.end - found.start) found = node;
  return found;
}
