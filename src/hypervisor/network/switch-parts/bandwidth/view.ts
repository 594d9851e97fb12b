/** What a person sees of the bandwidth of a switch: who has how much of it, and what became of it. */
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Bandwidth, Share } from './bandwidth.ts';

export interface BandwidthView {
  readonly allocation: 'fixed' | 'on-demand';
  readonly bitsPerSecond: number;
  /** What is reserved, or in the hands of who sends. */
  readonly allocatedBitsPerSecond: number;
  /** Of what could have been sent since it was given out, in percent. */
  readonly usedPercent: number;
  /** Since when that is, as a span. */
  readonly spanNs: VirtualNs;
  readonly ports: readonly {
    readonly name: string;
    readonly share: number;
    readonly state: 'absent' | 'refused' | 'reserved' | 'in use' | 'idle';
    /** Bits in a second that it has for sure. */
    readonly assured: number;
    readonly passedBytes: number;
    /** Of these, by what others did not use. */
    readonly borrowedBytes: number;
    readonly endedBytes: number;
  }[];
}

export function bandwidthView(bandwidth: Bandwidth): BandwidthView {
  const { shares, settings, givenAt, now } = bandwidth;
  const spanNs = now - givenAt;
  const passed = shares.reduce((sum, { passedBytes }) => sum + passedBytes, 0);
  const could = (settings.bitsPerSecond / 8) * (spanNs / NS_PER_S);
  return {
    ...{ allocation: settings.allocation, bitsPerSecond: settings.bitsPerSecond },
    allocatedBitsPerSecond: shares.reduce((sum, share) => sum + bandwidth.assured(share), 0),
    usedPercent: could <= 0 ? 0 : Math.round((1000 * passed) / could) / 10,
    spanNs,
    ports: shares.map((share) => ({
      ...{ name: share.name, share: share.bitsPerSecond, state: stateOf(bandwidth, share) },
      assured: bandwidth.assured(share),
      ...{ passedBytes: share.passedBytes, borrowedBytes: share.borrowedBytes, endedBytes: share.endedBytes },
    })),
  };
}

function stateOf(bandwidth: Bandwidth, share: Share): BandwidthView['ports'][number]['state'] {
  if (share.port < 0) return 'absent';
  if (share.isRefused) return 'refused';
  if (bandwidth.isFixed) return 'reserved';
  return bandwidth.has(share) ? 'in use' : 'idle';
}
