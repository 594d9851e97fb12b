/**
 * What cards of a switch may send, allocated fixed or on demand. Fixed: each card has its share reserved from the start, as far as
 * there is any, and what it does not use nobody has. On demand: a card has a share from its first frame until it is idle, in
 * proportion to the others that have one; what one does not use flows into a pool that all may use (a token bucket each, whose overflow is
 * the pool's: RFC 4115 has two such).
 *
 *   total → by shares → bucket of each card in use → overflow → pool
 *                             └ a frame pays from its card's bucket, else (on demand) from the pool, else it ends
 */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, list, text, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { usualBurst } from '../../stages/rate.ts';
import type { Transit } from '../../stages/stage.ts';
import type { PartPort, PartSwitch, SwitchPart, Verdict } from '../switch-part.ts';
import type { BandwidthCounter } from './counters.ts';
import { type BandwidthView, bandwidthView } from './view.ts';

/** What a scenario says of it, with what it leaves out filled in; `kind.ts` says what each is. */
export interface BandwidthSettings {
  readonly bitsPerSecond: number;
  readonly allocation: 'fixed' | 'on-demand';
  readonly ports: Readonly<Record<string, number>>;
  readonly idleNs: VirtualNs;
}

/** Credit is counted in millionths of bytes, so that little is lost by rounding however often it is added up. */
const PER_BYTE = 1e6;
/** What a bucket of a rate holds: what may be sent at once. */
const full = (bitsPerSecond: number): number => usualBurst(bitsPerSecond) * PER_BYTE;

interface ShareState {
  readonly name: string;
  /** On demand: it has sent, and was not idle since. */
  isInUse: boolean;
  credit: number;
  sentAt: VirtualNs;
  passedBytes: number;
  borrowedBytes: number;
  endedBytes: number;
}
interface BandwidthState {
  readonly shares: readonly ShareState[];
  readonly pool: number;
  /** Until when credit was added up. */
  readonly at: VirtualNs;
  readonly givenAt: VirtualNs;
}
export const BANDWIDTH_STATE: Declaration<BandwidthState> = declare<BandwidthState>('bandwidth', {
  shares: list(
    declare<ShareState>('share of bandwidth', {
      ...{ name: text(64), isInUse: bool, credit: integer, sentAt: integer },
      ...{ passedBytes: integer, borrowedBytes: integer, endedBytes: integer },
    }),
    upTo(64),
  ),
  ...{ pool: integer, at: integer, givenAt: integer },
});

/** A card's share. */
export interface Share extends ShareState {
  /** As the scenario says. */
  readonly bitsPerSecond: number;
  /** Its port; -1 where none is called so. */
  port: number;
  /** Fixed: nothing was left to reserve. */
  isRefused: boolean;
}

export class Bandwidth implements SwitchPart {
  readonly settings: BandwidthSettings;
  readonly shares: readonly Share[];
  givenAt: VirtualNs;
  readonly #self: PartSwitch;
  readonly #counters: Counters<BandwidthCounter>;
  #byPort: (Share | undefined)[] = [];
  #pool = 0;
  #at: VirtualNs;

  constructor(settings: BandwidthSettings, self: PartSwitch, counters: Counters<BandwidthCounter>) {
    const now = self.now();
    this.settings = settings;
    this.#self = self;
    this.#counters = counters;
    this.givenAt = now;
    this.#at = now;
    this.shares = Object.entries(settings.ports).map(([name, bitsPerSecond]) => ({
      ...{ name, bitsPerSecond, port: -1, isRefused: false, isInUse: false, credit: 0, sentAt: now },
      ...{ passedBytes: 0, borrowedBytes: 0, endedBytes: 0 },
    }));
    this.portsChanged();
  }

  get now(): VirtualNs {
    return this.#self.now();
  }
  get isFixed(): boolean {
    return this.settings.allocation === 'fixed';
  }
  /** Reserved, or in use now. */
  has(share: Share): boolean {
    return share.port >= 0 && !share.isRefused && (this.isFixed || (share.isInUse && !this.#isIdle(share)));
  }
  /** Whether or not a frame has come since that would have noted it. */
  #isIdle({ sentAt }: Share): boolean {
    return this.now - sentAt > this.settings.idleNs;
  }
  /** What a card has for sure, in bits per second, while nothing changes. */
  assured(share: Share): number {
    if (!this.has(share)) return 0;
    if (this.isFixed) return share.bitsPerSecond;
    const all = this.shares.reduce((sum, each) => sum + (this.has(each) ? each.bitsPerSecond : 0), 0);
    return Math.floor((this.settings.bitsPerSecond * share.bitsPerSecond) / all);
  }

  portsChanged(): void {
    let left = this.settings.bitsPerSecond;
    const ports = this.#self.ports();
    this.#byPort = [];
    for (const share of this.shares) {
      share.port = ports.find(({ name }) => name === share.name)?.index ?? -1;
      if (share.port < 0) continue;
      this.#byPort[share.port] = share;
      // In the order in which they are named: who came first keeps what he has.
      share.isRefused = this.isFixed && share.bitsPerSecond > left;
      if (!share.isRefused) left -= share.bitsPerSecond;
    }
  }

  ingress({ bytes }: Transit, { index }: PartPort): Verdict {
    const share = this.#byPort[index];
    if (share === undefined) return 'pass';
    const cost = bytes.length;
    if (share.isRefused) {
      this.#counters.refused += 1;
      share.endedBytes += cost;
      return 'drop';
    }
    const { now } = this;
    this.#fill(now);
    if (!(this.isFixed || share.isInUse)) {
      share.isInUse = true;
      this.#counters.taken += 1;
    }
    share.sentAt = now;
    // A bucket may be overdrawn by one frame: none is too big for it.
    if (share.credit > 0) share.credit -= cost * PER_BYTE;
    else if (!this.isFixed && this.#pool > 0) {
      this.#pool -= cost * PER_BYTE;
      share.borrowedBytes += cost;
      this.#counters.borrowed += 1;
    } else {
      this.#counters.overShare += 1;
      share.endedBytes += cost;
      return 'drop';
    }
    share.passedBytes += cost;
    return 'pass';
  }

  /** Adds up what has come since the last time. */
  #fill(now: VirtualNs): void {
    const spanNs = Math.min(now - this.#at, NS_PER_S);
    this.#at = now;
    const gain = (bitsPerSecond: number): number =>
      Math.floor((bitsPerSecond * spanNs * (PER_BYTE / 8)) / NS_PER_S);
    if (this.isFixed) {
      for (const share of this.shares)
        if (this.has(share))
          share.credit = Math.min(full(share.bitsPerSecond), share.credit + gain(share.bitsPerSecond));
      return;
    }
    let over = 0;
    let all = 0;
    for (const share of this.shares) {
      if (share.isInUse && this.#isIdle(share)) {
        share.isInUse = false;
        this.#counters.released += 1;
      }
      all += this.has(share) ? share.bitsPerSecond : 0;
    }
    const total = this.settings.bitsPerSecond;
    if (all === 0) over = gain(total);
    for (const share of this.shares) {
      if (!this.has(share)) continue;
      const credit = share.credit + gain((total * share.bitsPerSecond) / all);
      share.credit = Math.min(full(share.bitsPerSecond), credit);
      over += credit - share.credit;
    }
    this.#pool = Math.min(full(total), this.#pool + over);
  }

  takeOver(former: SwitchPart): void {
    if (!(former instanceof Bandwidth)) return;
    for (const share of this.shares) {
      const its = former.shares.find(({ name }) => name === share.name);
      if (its !== undefined) Object.assign(share, kept(its));
    }
  }
  view(): BandwidthView {
    return bandwidthView(this);
  }

  capture(): PartState {
    const { givenAt } = this;
    return partState(BANDWIDTH_STATE, {
      shares: this.shares.map(kept),
      pool: this.#pool,
      at: this.#at,
      givenAt,
    });
  }
  restore(state: PartState): void {
    const { shares, pool, at, givenAt } = stateIn(BANDWIDTH_STATE, state);
    for (const share of this.shares) {
      const its = shares.find(({ name }) => name === share.name);
      if (its !== undefined) Object.assign(share, its);
    }
    this.#pool = pool;
    this.#at = at;
    this.givenAt = givenAt;
  }
}

function kept({
  name,
  isInUse,
  credit,
  sentAt,
  passedBytes,
  borrowedBytes,
  endedBytes,
}: ShareState): ShareState {
  return { name, isInUse, credit, sentAt, passedBytes, borrowedBytes, endedBytes };
}
