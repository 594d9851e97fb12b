/** A switch as it stands now, for the dialogs that set it: its ports, its parts, what its rules have decided. */
import type { AnswerOf } from '#bridge/protocol/answers';
import { useAnswer, useClient, useHost } from '../lab.tsx';
import type { SwitchOf } from './changes.ts';

export type SwitchState = AnswerOf<'switches'>[number];

export function useSwitch({ host, switch: name }: SwitchOf): SwitchState | undefined {
  const client = useClient();
  // What somebody does changes it also while the lab stands.
  const done = useHost(host);
  const { value } = useAnswer(() => client.ask(host, 'switches', {}), 1000, [host, name, done]);
  return value?.find((each) => each.name === name);
}
