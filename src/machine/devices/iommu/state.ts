/** What a snapshot holds of the IOMMU: its registers, and what it remembers of tables, since software could tell. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, exactly, integer, list, u32, upTo, words } from '#base/state/types';
import { MOST_DEVICES } from './sizes.ts';

/** A device's context as it was read (2.1.3). */
export interface DeviceContext {
  readonly device: number;
  /** Faults are not reported. */
  readonly isSilent: boolean;
  /** A and D of the second stage are updated. */
  readonly updates: boolean;
  /** 0: there is no second stage. */
  readonly mode: number;
  readonly gscid: number;
  /** Frame of the root of the second stage's table. */
  readonly root: number;
}
/** A page of a guest as it was found: where it lies, and the flags of its leaf. */
export interface CachedTranslation {
  readonly gscid: number;
  readonly page: number;
  readonly frame: number;
  readonly flags: number;
}

/** A page of a guest that is remembered, wherever it lies, and whether a write of it was. */
export interface RememberedPage {
  readonly page: number;
  readonly isWrite: boolean;
}

/** Translations that it remembers at a time, the oldest first. */
export const CACHE_ENTRIES = 64;
/** Registers of 4 bytes up to the last one that there is. */
export const REGISTER_WORDS = 22;

export interface IommuState {
  readonly registers: Uint32Array;
  readonly contexts: readonly DeviceContext[];
  readonly translations: readonly CachedTranslation[];
}
export const IOMMU: Declaration<IommuState> = declare<IommuState>('iommu', {
  registers: words(exactly(REGISTER_WORDS)),
  contexts: list(
    declare<DeviceContext>('device context', {
      ...{ device: u32, isSilent: bool, updates: bool, mode: u32, gscid: u32, root: integer },
    }),
    upTo(MOST_DEVICES),
  ),
  translations: list(
    declare<CachedTranslation>('cached translation', {
      gscid: u32,
      page: integer,
      frame: integer,
      flags: u32,
    }),
    upTo(CACHE_ENTRIES),
  ),
});
