/** What a snapshot of a host holds of its own devices, and of who has which of them. */
import { LIMITS } from '#base/catalogue/limits';
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { bool, integer, list, oneOf, optional, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '#machine/devices/counters';
import { type DmaFaultId, FAULT_CAUSES } from '#machine/devices/iommu/faults';
import { SINCE_10 } from '#machine/devices/iommu/metrics';
import { CACHE_ENTRIES, type RememberedPage } from '#machine/devices/iommu/state';
import { BUS, BUS_SLOT, type BusSlotState, type BusState } from '#machine/devices/mmio-bus';
import { ALL_PASSED_COUNTERS, PASSED_SORTS, type PassedCounter, type PassedSort } from './passed-metrics.ts';

/** Numbers of devices at the IOMMU: 0 is none, then come disks, by both sorts of controllers, then cards of both sorts. */
export const FIRST_DISK = 1;
export const FIRST_VIRTIO_DISK = 8;
export const FIRST_CARD = 16;
export const FIRST_VIRTIO_CARD = 72;
/** Cards of each sort that a host can have. */
export const MOST_CARDS: number = FIRST_VIRTIO_CARD - FIRST_CARD;

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

/** What the medium is at of a disk that a VM has whole: a request, how much of it was done, and how long the piece under way takes still. */
export interface UnderwayState {
  readonly tag: number;
  readonly served: number;
  readonly pieceBytes: number;
  readonly leftNs: VirtualNs;
}
/** The medium of such a disk: nothing else lies on it. */
export interface MediumState {
  readonly model: PartState;
  readonly underway: readonly UnderwayState[];
}
/** The wire of a device to the hypervisor. */
export interface WireState {
  readonly isHigh: boolean;
  /** An interrupt is about to be passed on. */
  readonly isRaised: boolean;
  /** In how long: the device's way to memory is taken until then. */
  readonly raisesInNs: VirtualNs;
  readonly freeInNs: VirtualNs;
}
const WIRE = {
  ...{ isHigh: bool, isRaised: bool },
  ...{ raisesInNs: since(12, deadline, 0), freeInNs: since(12, deadline, 0) },
};
/** A device of the host while a VM has it. */
interface HeldState extends WireState {
  readonly at: BusSlotState;
  /** None of a card. */
  readonly medium: MediumState | undefined;
}
/** A device that a VM is given whole, as a snapshot of the VM has it. */
interface OwnedState {
  readonly sort: PassedSort;
  readonly index: number;
  readonly counters: Counters<PassedCounter>;
  readonly lastFault: DmaFault | undefined;
  /** Nothing while the VM is off. */
  readonly held: HeldState | undefined;
}
/** What a snapshot of a VM holds of devices that are its host's. */
export interface OwnedDevices {
  readonly devices: readonly OwnedState[];
  /** What the IOMMU remembers of the VM's pages, the oldest first. */
  readonly translations: readonly RememberedPage[];
}
export const NO_OWNED: OwnedDevices = { devices: [], translations: [] };

interface PassedState extends WireState {
  readonly slot: number;
  readonly sort: PassedSort;
  readonly index: number;
  readonly counters: Counters<PassedCounter>;
  readonly lastFault: DmaFault | undefined;
  /** The VM has it. */
  readonly isHeld: boolean;
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
const DMA_FAULT: Declaration<DmaFault> = declare('dma fault', {
  ...{ device: u32, iova: integer, isWrite: bool },
  why: oneOf(...FAULT_CAUSES.map(({ id }) => id)),
});
const PASSED_COUNTERS = countersState('a passed-through device', namesOf(ALL_PASSED_COUNTERS), {
  ...{ since: 10, names: SINCE_10 },
});

export const OWNED_DEVICES: Declaration<OwnedDevices> = declare<OwnedDevices>('owned devices', {
  devices: list(
    declare<OwnedState>('owned device', {
      ...{ sort: oneOf(...PASSED_SORTS), index: u32, counters: PASSED_COUNTERS },
      lastFault: optional(DMA_FAULT),
      held: optional(
        declare<HeldState>('held device', {
          ...{ at: BUS_SLOT, ...WIRE },
          medium: optional(
            declare<MediumState>('medium of a held disk', {
              model: part,
              underway: list(
                declare<UnderwayState>('request under way', {
                  ...{ tag: u32, served: integer, pieceBytes: integer, leftNs: deadline },
                }),
                upTo(64),
              ),
            }),
          ),
        }),
      ),
    }),
    upTo(LIMITS.disksPerVm + LIMITS.nicsPerVm),
  ),
  translations: list(
    declare<RememberedPage>('remembered page', { page: integer, isWrite: bool }),
    upTo(CACHE_ENTRIES),
  ),
});

export const PASS_THROUGH: Declaration<PassThroughState> = declare<PassThroughState>('devices of a host', {
  driver: IOMMU_DRIVER,
  disks: list(u32, upTo(LIMITS.disksPerHost)),
  cards: list(u32, upTo(MOST_CARDS)),
  bus: BUS,
  passed: list(
    declare<PassedState>('passed-through device', {
      ...{ slot: u32, sort: oneOf(...PASSED_SORTS), index: u32 },
      counters: PASSED_COUNTERS,
      lastFault: optional(DMA_FAULT),
      ...{ isHeld: bool, ...WIRE },
    }),
    upTo(LIMITS.vms * (LIMITS.disksPerVm + LIMITS.nicsPerVm)),
  ),
});
