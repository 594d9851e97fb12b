/** What a snapshot holds of alarms, and their code, which comes with the first one. */
import { ALARM_PHASES, type AlarmPhase } from '#base/catalogue/alarm-phases';
import { Later, type LaterPart } from '#base/later';
import { type Declaration, declare } from '#base/state/declare';
import { integer, oneOf, text } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

/** How an alarm stands. */
export interface AlarmState {
  readonly name: string;
  readonly phase: AlarmPhase;
  /** When it came to that. */
  readonly sinceNs: VirtualNs;
}
export const ALARM_STATE: Declaration<AlarmState> = declare('alarm', {
  ...{ name: text(256), phase: oneOf(...ALARM_PHASES), sinceNs: integer },
});

const CODE = new Later(() => import('./alarms.ts'));

export const ALARMING: LaterPart<typeof import('./alarms.ts')> = {
  code: CODE,
  words: ['alarms', 'host.setAlarms'],
};
