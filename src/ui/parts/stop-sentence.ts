/** Why the lab stands where it stands, in one sentence. */
import type { TFunction } from 'i18next';
import type { StopReport } from '#bridge/protocol/answers';
import { groupedHex } from '../kit/format.ts';
import { exitDetailText } from './engine-names.ts';

/** True when a breakpoint or the end of a run to an address made the lab stand, not a step or a pause. */
export function isAtBreakpoint(stop: StopReport | undefined): boolean {
  return stop !== undefined && stop.kind !== 'step';
}

export function stopSentence(t: TFunction, stop: StopReport): string {
  const { vm, vcpu, reason, detail = '' } = stop;
  const kind = stop.kind === 'step' && reason !== undefined ? 'stepToExit' : stop.kind;
  const cause = reason === undefined ? '' : t(`exit.${reason}`);
  return t(`stop.${kind}`, {
    vm,
    vcpu,
    pc: groupedHex(stop.pc),
    cause:
      detail === '' || reason === undefined
        ? cause
        : t('stop.cause', { cause, detail: exitDetailText(t, detail) }),
  });
}
