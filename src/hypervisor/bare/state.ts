/** What a snapshot holds of a host that software of somebody else owns, and its code, which comes with the first one. */
import { Later, type LaterPart } from '#base/later';
import { type Declaration, declare } from '#base/state/declare';
import { bool } from '#base/state/types';
import { BUS, type BusState } from '#machine/devices/mmio-bus';
import { CONSOLE_LOG, type ConsoleLogState } from '../monitor/console-log.ts';

/** Its devices and what it has printed; harts and RAM are the host's. */
export interface BareState {
  readonly bus: BusState;
  readonly console: ConsoleLogState;
  readonly isOff: boolean;
}
export const BARE_STATE: Declaration<BareState> = declare('bare machine', {
  bus: BUS,
  console: CONSOLE_LOG,
  isOff: bool,
});

export type { BareOwner } from './bare-owner.ts';

const CODE = new Later(() => import('./bare-owner.ts'));

export const BARE: LaterPart<typeof import('./bare-owner.ts')> = {
  code: CODE,
  words: ['software', 'host.type', 'host.start'],
};
