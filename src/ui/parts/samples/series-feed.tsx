/** Asks the machine for the samples of a chart, again and again, and gives them to it. By itself, so that nothing else is rendered. */
import { type RefObject, useEffect, useRef } from 'react';
import { isSameData } from '../../kit/same-data.ts';
import { ErrorAlert } from '../error-text.tsx';
import { useAnswer, useClient } from '../lab.tsx';
import { AskedSamples, askSamples, type Wanted } from './asked-samples.ts';

const EVERY_MS = 500;

interface Props {
  readonly host: number;
  readonly wanted: Wanted;
  /** Where the chart stands: while that is not seen, nothing is asked. */
  readonly card: RefObject<HTMLElement | null>;
  /** Hears of the samples once, for each thing that is wanted. */
  readonly onSamples: (samples: AskedSamples) => void;
}

export function SeriesFeed({ host, wanted, card, onSamples }: Props) {
  const client = useClient();
  const key = JSON.stringify(wanted);
  const last = useRef<AskedSamples>(undefined);
  const { value, error } = useAnswer(() => askSamples(client, host, wanted), EVERY_MS, [host, key], { card });
  useEffect(() => {
    if (value === null) return;
    if (last.current !== undefined && isSameData(last.current.wanted, value.wanted)) {
      last.current.take(value);
      return;
    }
    last.current = new AskedSamples(value);
    onSamples(last.current);
  }, [value, onSamples]);
  return <ErrorAlert error={error} />;
}
