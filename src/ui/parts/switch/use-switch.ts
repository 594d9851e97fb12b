/** A switch as it stands now, for the dialogs that set it: its ports, its parts, what its rules have decided. */
import type { AnswerOf } from '#bridge/protocol/answers';
import { useHostAnswer } from '../lab.tsx';
import type { SwitchOf } from './changes.ts';

export type SwitchState = AnswerOf<'switches'>[number];

export function useSwitch({ host, switch: name }: SwitchOf): SwitchState | undefined {
  const { value } = useHostAnswer(host, 'switches', {}, 1000);
  return value?.find((each) => each.name === name);
}
