/**
 * When each page of a host's VMs was last accessed, and how often lately: rounds in which the A bits of the G-stage tables are read and
 * cleared while the VMs run. Whoever else asks for A bits is told of what a round finds.
 */
import { PAGE_SIZE } from '#base/addresses';
import { ACCESS_ROUND_NS } from '#base/catalogue/frame-ages';
import { LIMITS } from '#base/catalogue/limits';
import { Later, type LaterPart } from '#base/later';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, list, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Duty } from '../../cpu/duties.ts';
import type { AddressSpace } from '../address-space.ts';
import { HARVEST_NS } from '../costs.ts';
import { NO_FRAME } from '../frame-allocator.ts';
import type { PageAges } from './page-ages.ts';

const MOST_PAGES: number = LIMITS.vmMemoryBytes.most / PAGE_SIZE;
/** Not accessed since the log began. */
const NEVER = 0;

export interface PageAgesState {
  /** The VM's place on its host. */
  readonly slot: number;
  /** By page from the first of the VM's memory on: the round in which it was last found accessed. */
  readonly rounds: Uint32Array;
  /** By page: a bit for each of the latest rounds, the highest of the latest. */
  readonly recent: Uint8Array;
}
export interface AccessLogState {
  readonly isOn: boolean;
  readonly round: number;
  readonly vms: readonly PageAgesState[];
}
/** Before there was one. */
export const NO_ACCESS_LOG: AccessLogState = { isOn: false, round: NEVER, vms: [] };
export const ACCESS_LOG: Declaration<AccessLogState> = declare('access log', {
  ...{ isOn: bool, round: u32 },
  vms: list(
    declare<PageAgesState>('page ages', {
      ...{ slot: u32, rounds: words(upTo(MOST_PAGES)), recent: bytes(upTo(MOST_PAGES)) },
    }),
    upTo(LIMITS.vms),
  ),
});

const CODE = new Later(() => import('./page-ages.ts'));

export const AGES: LaterPart<typeof import('./page-ages.ts')> = { code: CODE, words: ['host.setAccessLog'] };

export class AccessLog implements Duty {
  readonly id = 'access-log';
  readonly #spaceOf: (slot: number) => AddressSpace | undefined;
  /** By slot. */
  readonly #vms = new Map<number, PageAges>();
  #isOn = false;
  #round = NEVER;

  constructor(spaceOf: (slot: number) => AddressSpace | undefined) {
    this.#spaceOf = spaceOf;
  }

  get isOn(): boolean {
    return this.#isOn;
  }
  get periodNs(): VirtualNs | undefined {
    return this.#isOn ? ACCESS_ROUND_NS : undefined;
  }

  /** Begins anew, or ends and forgets. */
  set(on: boolean): void {
    for (const ages of this.#vms.values()) ages.end();
    this.#vms.clear();
    this.#isOn = on;
    this.#round = NEVER;
    if (on) this.#adopt();
  }

  /** Takes up VMs that have come, and forgets those that are gone. */
  #adopt(): void {
    for (let slot = 0; slot < LIMITS.vms; slot++) {
      const space = this.#spaceOf(slot);
      const known = this.#vms.get(slot);
      const isOn = space !== undefined && space.root !== NO_FRAME;
      if (isOn && known?.space === space) continue;
      if (known !== undefined) {
        known.end();
        this.#vms.delete(slot);
      }
      if (!isOn) continue;
      const ages = new AGES.code.here.PageAges(space);
      ages.begin();
      this.#vms.set(slot, ages);
    }
  }

  run(): VirtualNs {
    this.#adopt();
    this.#round += 1;
    let pages = 0;
    for (const ages of this.#vms.values()) {
      ages.harvest(this.#round);
      pages += ages.space.dataFrames;
    }
    return pages * HARVEST_NS;
  }

  /** What is known of a page of the VM in a slot (base/catalogue/frame-ages.ts); undefined while nothing is. */
  warmth(slot: number, gfn: number): number | undefined {
    const ages = this.#vms.get(slot);
    if (ages === undefined || ages.space !== this.#spaceOf(slot)) return undefined;
    return ages.warmth(gfn, this.#round);
  }

  /** By page of the VM in a slot, the round in which it was last found accessed, and the present one; nothing while nothing is noted. */
  noted(slot: number): { readonly last: Uint32Array; readonly round: number } | undefined {
    const ages = this.#vms.get(slot);
    if (ages === undefined || ages.space !== this.#spaceOf(slot)) return undefined;
    return { last: ages.rounds, round: this.#round };
  }

  capture(): AccessLogState {
    const present = [...this.#vms].filter(([slot, { space }]) => space === this.#spaceOf(slot));
    const vms = present.sort(([a], [b]) => a - b);
    return {
      ...{ isOn: this.#isOn, round: this.#round },
      vms: vms.map(([slot, { rounds, recent }]) => ({ slot, rounds, recent })),
    };
  }
  /** Of a host whose VMs have been restored. */
  restore({ isOn, round, vms }: AccessLogState): void {
    for (const ages of this.#vms.values()) ages.end();
    this.#vms.clear();
    this.#isOn = isOn;
    this.#round = round;
    for (const { slot, rounds, recent } of vms) {
      const space = this.#spaceOf(slot);
      if (space === undefined) throw new SnapshotFormatError('page ages of no VM');
      const ages = new AGES.code.here.PageAges(space);
      if (!isOn || !ages.restore(rounds, recent, round))
        throw new SnapshotFormatError('page ages of another VM');
      this.#vms.set(slot, ages);
    }
  }
}
