/** What both ends of a remote desktop are made with. */
import type { VirtualNs } from '#base/virtual-time';

export interface EndOptions {
  /** The host where it is. */
  readonly host: string;
  /** Whose screen it is. */
  readonly vm: string;
  readonly now: () => VirtualNs;
  readonly transmit: (frame: Uint8Array) => void;
}
