/** What a snapshot of a host holds of its own devices, and of who has which of them. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, list, oneOf, optional, u32, upTo } from '#base/state/types';
import { type Counters, countersState, namesOf } from '#machine/devices/counters';
import { FAULT_CAUSES } from '#machine/devices/iommu/registers';
import { BUS, type BusState } from '#machine/devices/mmio-bus';
import { MOST_CARDS } from './host-card.ts';
import { type DmaFault, IOMMU_DRIVER, type IommuDriverState } from './iommu-driver.ts';
import { ALL_PASSED_COUNTERS, PASSED_SORTS, type PassedCounter, type PassedSort } from './passed-device.ts';

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
