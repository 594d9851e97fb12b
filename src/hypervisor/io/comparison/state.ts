/** What a snapshot holds of a comparison: the work, who is at it and since when, and what it has cost those who have done it. */
import {
  ACCOUNT_PARTS,
  type AccountPart,
  COMPARED_IDS,
  type ComparedId,
  EXIT_ROLES,
} from '#base/catalogue/compared-devices';
import { type Declaration, declare, type Fields, since } from '#base/state/declare';
import { bool, integer, list, oneOf, optional, text, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { LATENCIES } from '../scheduling/latencies.ts';
import type { RoleTally } from './compared-devices.ts';
import { NO_TRIPS, TRIPS, type TripsState } from './round-trips.ts';

/** What was counted of a VM at an instant. */
export interface Tallies {
  readonly at: VirtualNs;
  readonly operations: number;
  readonly bytes: number;
  readonly backedBytes: number;
  readonly makingNs: VirtualNs;
  readonly dma: DmaTally;
  /** Its vCPUs were on a hart, in the guest or in exits; and they could have been but for others, or for a page. */
  readonly runNs: VirtualNs;
  readonly heldUpNs: VirtualNs;
  readonly roles: readonly RoleTally[];
  readonly latencies: Uint32Array;
}

/** Translations of the IOMMU for a VM's devices. */
export interface DmaTally {
  readonly remembered: number;
  readonly walks: number;
  readonly walkNs: VirtualNs;
}
export const NO_DMA: DmaTally = { remembered: 0, walks: 0, walkNs: 0 };

/** The VM that is at the work. */
export interface Course {
  readonly vm: string;
  readonly typedAt: VirtualNs;
  readonly hasBegun: boolean;
  /** Before its first operation; nothing where there is no such VM. */
  readonly before: Tallies | undefined;
  /** vCPUs that were found waiting, by where the requests were: at the device, at the medium, nowhere. */
  readonly looks: readonly number[];
  /** Operations that were under way at a time, at most. */
  readonly most: number;
  /** Of a card: its packets and their answers. */
  readonly trips: TripsState;
}

export interface ComparedRow {
  readonly vm: string;
  readonly ways: readonly string[];
  /** It did not do all of the work. */
  readonly isLate: boolean;
  readonly from: VirtualNs;
  readonly elapsedNs: VirtualNs;
  readonly vcpus: number;
  readonly operations: number;
  readonly bytes: number;
  /** Space that its content takes on the host afterwards, how much of it was made meanwhile, and how long that took. */
  readonly backedBytes: number;
  readonly madeBytes: number;
  readonly makingNs: VirtualNs;
  readonly roles: readonly RoleTally[];
  readonly dma: DmaTally;
  readonly account: Readonly<Record<AccountPart, VirtualNs>>;
  /** Counts by class. */
  readonly latencies: Uint32Array;
  /** Operations that were under way at a time, at most. */
  readonly most: number;
}

export interface ComparisonState {
  readonly device: ComparedId;
  readonly text: string;
  readonly operations: number;
  readonly nextAt: VirtualNs;
  /** There is nothing left to do. */
  readonly isLast: boolean;
  readonly waiting: readonly string[];
  readonly course: Course | undefined;
  readonly rows: readonly ComparedRow[];
}
const NAME = text(256);
/** VMs that are compared at most. */
export const MOST_COMPARED = 16;
const MOST = upTo(MOST_COMPARED);
const ROLES = list(
  declare<RoleTally>('exits of a role', { role: oneOf(...EXIT_ROLES), exits: integer, costNs: integer }),
  MOST,
);

const DMA: Declaration<DmaTally> = declare('compared translations', {
  ...{ remembered: integer, walks: integer, walkNs: integer },
});

const TALLIES: Declaration<Tallies> = declare('compared tallies', {
  ...{ at: integer, operations: integer, bytes: integer, runNs: integer, heldUpNs: integer },
  ...{ roles: ROLES, latencies: LATENCIES },
  ...{ backedBytes: since(9, integer, 0), makingNs: since(9, integer, 0), dma: since(10, DMA, NO_DMA) },
});

export const COMPARISON: Declaration<ComparisonState> = declare<ComparisonState>('comparison', {
  device: oneOf(...COMPARED_IDS),
  text: text(4096),
  ...{ operations: integer, nextAt: integer, isLast: bool },
  waiting: list(NAME, MOST),
  course: optional(
    declare<Course>('course of a comparison', {
      ...{ vm: NAME, typedAt: integer, hasBegun: bool, before: optional(TALLIES) },
      looks: list(integer, upTo(3)),
      most: since(9, integer, 0),
      trips: since(9, TRIPS, NO_TRIPS),
    }),
  ),
  rows: list(
    declare<ComparedRow>('compared vm', {
      ...{ vm: NAME, ways: list(text(32), MOST), isLate: bool, from: integer, elapsedNs: integer },
      ...{ vcpus: u32, operations: integer, bytes: integer, roles: ROLES, latencies: LATENCIES },
      ...{
        backedBytes: since(9, integer, 0),
        madeBytes: since(9, integer, 0),
        makingNs: since(9, integer, 0),
      },
      ...{ most: since(9, integer, 0), dma: since(10, DMA, NO_DMA) },
      account: declare(
        'account of a comparison',
        Object.fromEntries(
          ACCOUNT_PARTS.map((part) => [part, part === 'walks' ? since(10, integer, 0) : integer]),
        ) as Fields<Record<AccountPart, VirtualNs>>,
      ),
    }),
    MOST,
  ),
});
export const NO_COMPARISON: ComparisonState = {
  ...{ device: 'disk', text: '', operations: 0, nextAt: 0, isLast: true },
  ...{ waiting: [], course: undefined, rows: [] },
};
