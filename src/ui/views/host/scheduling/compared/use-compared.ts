/** Two runs that are compared: begun, ended before their end, and closed with the view or the lab that they are of. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LabError } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import { failureOf } from '#bridge/client/worker-client';
import { useClient } from '../../../../parts/lab.tsx';
import { labAside } from './aside.ts';
import { type Compared, runCompared, type Wish } from './run-compared.ts';

interface State {
  /** From 0 to 1, while they run. */
  readonly fraction?: number;
  readonly compared?: Compared;
  readonly error?: LabError;
}

export interface ComparedRuns extends State {
  begin(wish: Wish): void;
  end(): void;
}

/** Progress is shown in steps of so much. */
const STEP = 0.01;

export function useCompared(): ComparedRuns {
  const client = useClient();
  const [state, setState] = useState<State>({});
  /** Labs of the runs that are wanted now. */
  const labs = useRef<LabClient[]>([]);
  const end = useCallback((): void => {
    for (const lab of labs.current) lab.dispose();
    labs.current = [];
    setState({});
  }, []);
  useEffect(() => {
    // Another lab is open, or this one was taken back.
    const unsubscribe = client.subscribe('resumed', end);
    return () => {
      unsubscribe();
      for (const lab of labs.current) lab.dispose();
      labs.current = [];
    };
  }, [client, end]);

  const begin = async (wish: Wish): Promise<void> => {
    end();
    const own: LabClient[] = [];
    labs.current = own;
    const aside = (): LabClient => {
      const lab = labAside(client.shared);
      own.push(lab);
      return lab;
    };
    const isWanted = (): boolean => labs.current === own;
    setState({ fraction: 0 });
    const onProgress = (fraction: number): void => {
      if (!isWanted()) return;
      // What a worker says of its way comes by another channel than its end, and may come behind it.
      setState((last) =>
        last.fraction === undefined || (fraction < 1 && fraction - last.fraction < STEP)
          ? last
          : { fraction },
      );
    };
    const ran = await runCompared(client, wish, aside, onProgress).catch(failureOf);
    if (!isWanted()) {
      for (const lab of own) lab.dispose();
    } else if (ran.ok) setState({ compared: ran.value });
    else {
      end();
      setState({ error: ran.error });
    }
  };
  return { ...state, begin: (wish) => void begin(wish), end };
}
