/** Who takes frames of pages back when there are too few, as the memory of a VM sees it. Types only, and the one that never does. */
import type { VirtualNs } from '#base/virtual-time';

export interface Pressure {
  /** With so few frames left, an access first makes room: what is left is for page tables. */
  readonly reserve: number;
  /** Frames that can be had so for certain. */
  readonly spare: number;
  /** Takes frames of pages back because an owner needs some; false: none may be taken. */
  makeRoom(owner: number): boolean;
  /** Work on a page takes time of the CPU that does it. */
  charge(ns: VirtualNs): void;
}

/** Of a host that takes nothing back. */
export const NO_PRESSURE: Pressure = { reserve: 0, spare: 0, makeRoom: () => false, charge: () => {} };
