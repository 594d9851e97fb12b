/** What a slice and an exit are in words: who, where, from when to when, and why. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import { exitDetailText } from '../../../../parts/engine-names.ts';
import { useFormat } from '../../../../parts/lab.tsx';
import { timeText } from '../../../../parts/time-text.ts';

export interface Words {
  hart(hart: number): string;
  who(slot: number, vcpu: number): string;
  /** An instant, to the microsecond. */
  time(ns: number): string;
  how(entry: string): string;
  why(reason: string): string;
  slice(timeline: AnswerOf<'timeline'>, at: number): string;
  exit(exits: AnswerOf<'exit-trail'>, at: number): string;
}

/** In the person's language. */
export function useWords(host: HostDescription): Words {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const words: Words = {
      hart: (hart) => t('timeline.cpu', { hart }),
      who: (slot, vcpu) => {
        const name = host.vms.find((vm) => vm.slot === slot)?.spec.name ?? t('owner.gone', { slot });
        return `${name}/${vcpu}`;
      },
      time: (ns) => `${timeText(ns)} s`,
      how: (entry) => t(`switchEntry.${entry}`),
      why: (reason) => (reason === '' ? t('timeline.still') : t(`switchReason.${reason}`)),
      slice: (timeline, at) => {
        const said = {
          who: words.who(timeline.slot[at] ?? 0, timeline.vcpu[at] ?? 0),
          cpu: words.hart(timeline.hart),
          from: words.time(timeline.startNs[at] ?? 0),
          to: words.time(timeline.endNs[at] ?? 0),
          ran: format.duration(timeline.ranNs[at] ?? 0),
          waited: format.duration(timeline.delayNs[at] ?? 0),
        };
        if (timeline.merged) return t('timeline.saidMerged', { ...said, count: timeline.switches[at] ?? 0 });
        return t('timeline.said', {
          ...said,
          how: words.how(timeline.entry[at] ?? ''),
          why: words.why(timeline.why[at] ?? ''),
        });
      },
      exit: (exits, at) => {
        const detail = exits.detail[at] ?? '';
        const reason = t(`exit.${exits.reason[at]}`);
        return t('timeline.saidExit', {
          who: words.who(exits.slot[at] ?? 0, exits.vcpu[at] ?? 0),
          reason: detail === '' ? reason : `${reason}: ${exitDetailText(t, detail)}`,
          time: words.time(exits.atNs[at] ?? 0),
          cost: format.duration(exits.costNs[at] ?? 0),
        });
      },
    };
    return words;
  }, [t, format, host]);
}
