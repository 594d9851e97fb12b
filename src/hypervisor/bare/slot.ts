/** Where the cables of a bare machine's cards are noted among those of VMs, which have slots from 0 on. */
import { LIMITS } from '#base/catalogue/limits';

/** Behind all of VMs, and of screens that go over the network. */
export const BARE_SLOT: number = LIMITS.vms + LIMITS.remoteDesktops;
