/**
 * Which pair of queues frames of a flow go to, where a driver uses several (virtio 1.2, §5.1.6.5.6.1): the one by which the guest sent last
 * of the same flow. Flows are told apart by a hash that is the same both ways.
 */
import { transportOf } from './offload/transport.ts';

/** Entries of the table. */
export const STEERING_SIZE = 256;

export class Steering {
  readonly table: Uint8Array = new Uint8Array(STEERING_SIZE);
  /** Pairs in use. */
  pairs = 1;

  sent(frame: Uint8Array, pair: number): void {
    if (this.pairs > 1) this.table[flowOf(frame)] = pair;
  }
  pairFor(frame: Uint8Array): number {
    return this.pairs === 1 ? 0 : this.table[flowOf(frame)]! % this.pairs;
  }
  reset(): void {
    this.table.fill(0);
    this.pairs = 1;
  }
}

/** Of addresses and ports, whichever way round; frames of no flow are all alike. */
function flowOf(frame: Uint8Array): number {
  const packet = transportOf(frame, false);
  if (packet === undefined) return 0;
  const { isV6, network, transport } = packet;
  let hash = 0;
  const from = network + (isV6 ? 8 : 12);
  const end = network + (isV6 ? 40 : 20);
  for (let at = from; at < end; at++) hash ^= frame[at]!;
  for (let at = transport; at < transport + 4; at++) hash ^= frame[at]!;
  return hash;
}
