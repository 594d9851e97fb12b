/** What a snapshot of a host holds of its own devices, and of who has which of them. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, list, oneOf, optional, u32, upTo } from '#base/state/types';
import { type Counters, countersState, namesOf } from '#machine/devices/counters';
import { type DmaFaultId, FAULT_CAUSES } from '#machine/devices/iommu/faults';
import { BUS, type BusState } from '#machine/devices/mmio-bus';
import { ALL_PASSED_COUNTERS, PASSED_SORTS, type PassedCounter, type PassedSort } from './passed-metrics.ts';

/** Numbers of devices at the IOMMU: 0 is none, then come disks, then cards. */
export const FIRST_DISK = 1;
export const FIRST_CARD = 16;
const LAST_CARD = 127;
/** Cards that a host can have. */
export const MOST_CARDS: number = LAST_CARD - FIRST_CARD + 1;

/** An access that the IOMMU refused. */
export interface DmaFault {
  readonly device: number;
  readonly why: DmaFaultId;
  readonly iova: number;
  readonly isWrite: boolean;
}

/** Its three frames lie one after the other: directory, commands, faults. */
export interface IommuDriverState {
  /** {@link NO_FRAME} before any device was passed through. */
  readonly first: number;
  /** Where the next command goes, and the next fault is. */
  readonly tail: number;
  readonly head: number;
}
const IOMMU_DRIVER: Declaration<IommuDriverState> = declare('iommu driver', {
  ...{ first: integer, tail: u32, head: u32 },
});

interface PassedState {
  readonly slot: number;
  readonly sort: PassedSort;
  readonly index: number;
  readonly counters: Counters<PassedCounter>;
  readonly lastFault: DmaFault | undefined;
  /** The VM has it. */
  readonly isHeld: boolean;
  /** Its wire is high. */
  readonly isHigh: boolean;
  /** An interrupt is about to be passed on. */
  readonly isRaised: boolean;
}
export interface PassThroughState {
  readonly driver: IommuDriverState;
  /** Numbers of the physical disks whose controllers were used so far. */
  readonly disks: readonly number[];
  /** Places of switches whose cards were. */
  readonly cards: readonly number[];
  readonly bus: BusState;
  readonly passed: readonly PassedState[];
}
export const PASS_THROUGH: Declaration<PassThroughState> = declare<PassThroughState>('devices of a host', {
  driver: IOMMU_DRIVER,
  disks: list(u32, upTo(LIMITS.disksPerHost)),
  cards: list(u32, upTo(MOST_CARDS)),
  bus: BUS,
  passed: list(
    declare<PassedState>('passed-through device', {
      ...{ slot: u32, sort: oneOf(...PASSED_SORTS), index: u32 },
      counters: countersState('a passed-through device', namesOf(ALL_PASSED_COUNTERS)),
      lastFault: optional(
        declare<DmaFault>('dma fault', {
          ...{ device: u32, iova: integer, isWrite: bool },
          why: oneOf(...FAULT_CAUSES.map(({ id }) => id)),
        }),
      ),
      ...{ isHeld: bool, isHigh: bool, isRaised: bool },
    }),
    upTo(LIMITS.vms * (LIMITS.disksPerVm + LIMITS.nicsPerVm)),
  ),
});
