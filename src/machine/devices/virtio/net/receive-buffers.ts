/** The buffers of a driver that a packet goes into: one, or several where that was agreed (virtio 1.2, §5.1.6.3). */
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioPort } from '../virtio-device.ts';
import type { Virtqueue } from '../virtqueue.ts';
import { type NetHeader, writeHeader } from './offload/header.ts';
import { F_MRG_RXBUF, HEADER_SIZE, LARGEST_PACKET, QUEUE_SIZE } from './registers.ts';

/** Of one packet: the smallest buffers that drivers give hold a frame. */
const MOST_BUFFERS = 64;
const REACH: Reach = { readable: 0, writable: HEADER_SIZE + LARGEST_PACKET };

export class ReceiveBuffers {
  /** As many as a packet ever needed. */
  readonly #chains: DescriptorChain[] = [];
  readonly #header = new Uint8Array(HEADER_SIZE);
  /** Those that the packet at hand lies in. */
  readonly #taken: DescriptorChain[] = [];

  /** Writes a packet with its header; false where there is no room, or it is no memory, which the driver did not keep to. */
  deliver(port: VirtioPort, queueIndex: number, header: NetHeader, packet: Uint8Array): boolean {
    const queue = port.queue(queueIndex);
    queue.beginService();
    const isWritten = port.accepted(F_MRG_RXBUF)
      ? this.#intoSeveral(port, queue, header, packet)
      : this.#intoOne(port, queue, header, packet);
    port.used(queueIndex);
    return isWritten;
  }

  /** Each must hold a whole packet (§5.1.6.3.1); a smaller one goes back empty. */
  #intoOne(port: VirtioPort, queue: Virtqueue, header: NetHeader, packet: Uint8Array): boolean {
    const chain = this.#chain(0);
    if (!queue.next(chain, REACH)) return false;
    const length = HEADER_SIZE + packet.length;
    const fits = length <= chain.writable;
    if (fits && !this.#write(port, [chain], header, packet)) return false;
    queue.complete(chain, fits ? length : 0);
    return fits;
  }

  #intoSeveral(port: VirtioPort, queue: Virtqueue, header: NetHeader, packet: Uint8Array): boolean {
    const needed = HEADER_SIZE + packet.length;
    const taken = this.#taken;
    taken.length = 0;
    let room = 0;
    while (room < needed && taken.length < MOST_BUFFERS) {
      const chain = this.#chain(taken.length);
      if (!queue.next(chain, REACH)) break;
      taken.push(chain);
      room += chain.writable;
      // The header is never apart (§5.1.6.3.1).
      if (chain.writable < HEADER_SIZE) break;
    }
    if (room < needed || taken.some(({ writable }) => writable < HEADER_SIZE)) {
      queue.putBack(taken);
      return false;
    }
    if (!this.#write(port, taken, header, packet)) return false;
    let left = needed;
    for (const chain of taken) {
      const written = Math.min(left, chain.writable);
      queue.complete(chain, written);
      left -= written;
    }
    return true;
  }

  #chain(at: number): DescriptorChain {
    const known = this.#chains[at] ?? new DescriptorChain(QUEUE_SIZE);
    this.#chains[at] = known;
    return known;
  }

  #write(
    port: VirtioPort,
    chains: readonly DescriptorChain[],
    header: NetHeader,
    packet: Uint8Array,
  ): boolean {
    writeHeader(this.#header, header, chains.length);
    let done = 0;
    for (const chain of chains) {
      const isFirst = chain === chains[0];
      const skip = isFirst ? HEADER_SIZE : 0;
      const piece = packet.subarray(done, done + chain.writable - skip);
      const isWritten =
        (!isFirst || chain.write(port.memory, 0, this.#header)) && chain.write(port.memory, skip, piece);
      if (!isWritten) {
        port.fail();
        return false;
      }
      done += piece.length;
    }
    return true;
  }
}
