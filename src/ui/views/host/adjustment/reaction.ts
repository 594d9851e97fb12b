/** What a host does because of an alarm, as a form holds it, and the command that comes of it. Plain data, no React. */
import type { CommandData } from '#base/scenario';

/** What the form offers; what else alarms can do, documents say. */
export const DEEDS = ['nothing', 'pause', 'resume', 'shutDown', 'powerOff', 'cap', 'type'] as const;
export type Deed = (typeof DEEDS)[number];

export interface ReactionDraft {
  readonly deed: Deed;
  readonly vm: string;
  readonly capPercent: number | string;
  readonly text: string;
}
export const NO_REACTION: ReactionDraft = { deed: 'nothing', vm: '', capPercent: '', text: '' };

/** The commands: none where nothing is to be done; `undefined` while something is missing. */
export function commandsOf({
  deed,
  vm,
  capPercent,
  text,
}: ReactionDraft): readonly CommandData[] | undefined {
  switch (deed) {
    case 'nothing':
      return [];
    case 'cap':
      return capPercent === ''
        ? undefined
        : [{ op: 'vm.setCpu', args: { vm, capPercent: Number(capPercent) } }];
    case 'type':
      return text === '' ? undefined : [{ op: 'console.input', args: { vm, text: `${text}\n` } }];
    default:
      return [{ op: `vm.${deed}`, args: { vm } }];
  }
}
