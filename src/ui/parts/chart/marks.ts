/** What happened and what was typed, as marks on the curves of charts. */
import type { TFunction } from 'i18next';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TypedLine } from '#base/lab-action';
import type { LabEvent } from '#bridge/protocol/lab-api';
import { useFrames } from '../../kit/frame-clock.ts';
import { readable } from '../../kit/readable.ts';
import { tellFailure } from '../../state/notices.ts';
import { errorSentence } from '../error-text.tsx';
import { useClient, useEvents, useLab } from '../lab.tsx';

export interface ChartMark {
  readonly key: string;
  readonly at: number;
  /** How bad it is, or that a person typed it. */
  readonly kind: LabEvent['severity'] | 'typed';
  /** With the name of the VM that it is of. */
  readonly text: string;
}

/** One array, since others are drawn anew. */
export const NO_MARKS: readonly ChartMark[] = [];

/** Times a second that it is looked whether anything has been typed. */
const HERTZ = 1;
const NOTHING: readonly TypedLine[] = [];

/** The lines that were typed in the lab; the same array until there are more. */
function useTypedLines(): readonly TypedLine[] {
  const client = useClient();
  const lab = useLab();
  const [lines, setLines] = useState(NOTHING);
  const asked = useRef({ commands: -1, isUnderWay: false });
  // Another lab, or another moment of this one, has another log.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log is asked for anew
  useEffect(() => {
    asked.current = { commands: -1, isUnderWay: false };
  }, [client, lab]);
  useFrames(HERTZ, () => {
    const state = asked.current;
    if (state.isUnderWay) return;
    state.isUnderWay = true;
    client.calls
      .typedLines(state.commands)
      .then((answer) => {
        if (!answer.ok || answer.value === null || state !== asked.current) return;
        state.commands = answer.value.commands;
        setLines(answer.value.lines);
      })
      .catch(tellFailure)
      .finally(() => {
        state.isUnderWay = false;
      });
  });
  return lines;
}

function ofVm(vm: string | undefined, text: string): string {
  return vm === undefined ? text : `${vm}: ${text}`;
}

/** All marks of a host, or of one of its VMs, by time. */
export function marksOf(
  t: TFunction,
  events: readonly LabEvent[],
  lines: readonly TypedLine[],
  host: number,
  vm?: string,
): readonly ChartMark[] {
  const isShown = (each: { readonly host: number; readonly vm?: string }): boolean =>
    each.host === host && (vm === undefined || each.vm === vm);
  const happened = events.filter(isShown).map((event): ChartMark => {
    const { serial, at, severity } = event;
    return { key: `e${serial}`, at, kind: severity, text: ofVm(event.vm, errorSentence(event)) };
  });
  const typed = lines.filter(isShown).map((line, index): ChartMark => {
    const text = t('history.did.console-input', { text: readable(line.text) });
    return { key: `t${index} ${line.at}`, at: line.at, kind: 'typed', text: ofVm(line.vm, text) };
  });
  return [...happened, ...typed].sort((one, other) => one.at - other.at);
}

export function useMarks(host: number, vm?: string): readonly ChartMark[] {
  const { t } = useTranslation();
  const events = useEvents();
  const lines = useTypedLines();
  return useMemo(() => marksOf(t, events, lines, host, vm), [t, events, lines, host, vm]);
}
