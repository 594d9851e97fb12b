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
  readonly layers: readonly Layer[];
}

/** @param first the protocol that it begins with */
export function dissect(bytes: Uint8Array, first = 'eth'): Packet {
  const layers: Layer[] = [];
  const budget: Budget = { fields: MOST_FIELDS };
  let place = { start: 0, end: bytes.length };
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
  return { bytes, layers };
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

/** The smallest field that a byte of the packet belongs to; nothing where no field claims it. */
export function fieldAt(packet: Packet, byte: number): FieldNode | undefined {
  let found: FieldNode | undefined;
  for (const node of fieldsOf(packet))
    if (!node.row.made && node.start <= byte && byte < node.end)
      if (found === undefined || node.end - node.start <= found.end - found.start) found = node;
  return found;
}
