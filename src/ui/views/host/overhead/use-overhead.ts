/** Asks for one run of the overhead account after the other, until there are all, or somebody has seen enough. */
import { useEffect, useRef, useState } from 'react';
import { OVERHEAD_RUNS } from '#base/catalogue/overhead';
import type { LabError } from '#base/result';
import type { AnswerOf } from '#bridge/protocol/answers';
import { useClient } from '../../../parts/lab.tsx';

export type Run = AnswerOf<'overhead'>;

interface Overhead {
  /** Those that there are. */
  readonly runs: readonly Run[];
  /** That which is made. */
  readonly current: string | undefined;
  readonly error: LabError | null;
  readonly begin: () => void;
  readonly end: () => void;
}

export function useOverhead(host: number): Overhead {
  const client = useClient();
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const [current, setCurrent] = useState<string>();
  const [error, setError] = useState<LabError | null>(null);
  /** Whoever began last; another number is nobody's any more. */
  const turn = useRef(0);
  const end = (): void => {
    turn.current += 1;
    setCurrent(undefined);
  };
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  const begin = async (): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    setRuns([]);
    setError(null);
    for (const { id } of OVERHEAD_RUNS) {
      setCurrent(id);
      const answer = await client.ask(host, 'overhead', { run: id });
      if (turn.current !== mine) return;
      if (!answer.ok) {
        setError(answer.error);
        break;
      }
      setRuns((last) => [...last, answer.value.value]);
    }
    setCurrent(undefined);
  };
  return { runs, current, error, begin: () => void begin(), end };
}
