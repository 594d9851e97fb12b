/** The lab as the components see it: the client they were given, and hooks over what it says. */
import {
  createContext,
  type DependencyList,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError, Result } from '#base/result';
import type { ViewReader } from '#base/views';
import type { LabClient } from '#bridge/client/client';
import { failureOf } from '#bridge/client/worker-client';
import type {
  AnswerOf,
  ArgumentsOf,
  HostDescription,
  LabDescription,
  QuestionId,
  StopReport,
  Timed,
  VmDescription,
} from '#bridge/protocol/answers';
import type { Command, LabEvent, StepUnit } from '#bridge/protocol/lab-api';
import { type Format, formatFor } from '../kit/format.ts';
import { isCalm, onFrames } from '../kit/frame-clock.ts';
import { isSameData } from '../kit/same-data.ts';
import { onSeen } from '../kit/use-seen.ts';
import { tellError, tellFailure } from '../state/notices.ts';
import { isWait, useWaitingStep } from '../state/waiting-step.ts';

const Context = createContext<LabClient | null>(null);

/** Gives the components below the client. */
export function LabProvider({
  client,
  children,
}: {
  readonly client: LabClient;
  readonly children: ReactNode;
}) {
  return <Context value={client}>{children}</Context>;
}

export function useClient(): LabClient {
  const client = useContext(Context);
  if (client === null) throw new Error('no LabProvider above');
  return client;
}

/** The lab's description; null before one is open. */
export function useLab(): LabDescription | null {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('lab', changed),
    () => client.lab(),
  );
}

export function useHost(host: number): HostDescription | undefined {
  return useLab()?.hosts[host];
}

export function useVm(host: number, name: string): VmDescription | undefined {
  return useHost(host)?.vms.find((vm) => vm.spec.name === name);
}

/** A part of the status that changes seldom. */
export function useRunning(): boolean {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('status', changed),
    () => client.status().speed.running,
  );
}

/** Why the lab stands where it stands; a new object for every message, so compare what it says. */
export function useStop(): StopReport | undefined {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('status', changed),
    () => client.status().stop,
  );
}

export function useEvents(): readonly LabEvent[] {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('events', changed),
    () => client.events(),
  );
}

/** The view of a host; a new object when views are laid out anew. */
export function useView(host: number): ViewReader | undefined {
  const client = useClient();
  return useSyncExternalStore(
    (changed) => client.subscribe('views', changed),
    () => client.view(host),
  );
}

/** The formatter of the page's language. */
export function useFormat(): Format {
  return formatFor(useTranslation().i18n.language);
}

/** Gives a command and shows what went wrong. */
export function useCommand(): (host: number, command: Command) => Promise<boolean> {
  const client = useClient();
  return async (host, command) => {
    try {
      const done = await client.calls.command(host, command);
      if (!done.ok) tellError(done.error);
      return done.ok;
    } catch (error) {
      tellFailure(error);
      return false;
    }
  };
}

/** What a step is of; the first host's quantum unless more is said. */
export interface StepOf {
  readonly host: number;
  readonly unit: StepUnit;
  readonly vm: string;
  readonly vcpu: number;
}

/** Goes on by one step, and shows what went wrong. */
export function useStep(): (of?: StepOf) => Promise<void> {
  const client = useClient();
  return async (of) => {
    try {
      useWaitingStep.setState({ asked: null });
      const done = await client.calls.step(of?.host ?? 0, of?.unit ?? 'quantum', of);
      if (done.ok) return;
      if (of !== undefined && isWait(done.error))
        useWaitingStep.setState({ asked: { of, waitsFor: done.error } });
      // The next step, or a person who lets the lab run, ends one that waits.
      else if (done.error.code !== 'cancelled') tellError(done.error);
    } catch (error) {
      tellFailure(error);
    }
  };
}

/** An answer of the machine as it comes in. `value` stays while a newer one is asked for. */
export interface Answer<T> {
  readonly value: T | null;
  /** Virtual time at which `value` was true. */
  readonly at: number;
  readonly error: LabError | null;
  readonly ask: () => void;
}

type Answered<T> = Omit<Answer<T>, 'ask'>;

/** The state after an answer: the same objects while it says the same. */
function answered<T>(last: Answered<T>, { value, at }: Timed<T>): Answered<T> {
  if (last.error !== null || last.value === null || !isSameData(last.value, value))
    return { value, at, error: null };
  return at - last.at >= 0 && at - last.at < SAME_NS ? last : { ...last, at };
}

/** An answer that says the same is taken as the old one for so long; then it says anew when it was true. */
const SAME_NS = 5e9;
/** While nothing happens the machine is asked that often, at most: with every second of what the lab tells. */
const CALM_ASKS_MS = 1500;
/** And that often while nothing has run either, where only what runs makes the answer another one. */
const REST_ASKS_MS = 10_000;
/** A question is early by so much, at most. */
const EARLY_MS = 10;
/** Of an answer that is no card's. */
const NOWHERE: RefObject<null> = { current: null };

interface HowToAsk {
  /** Where the answer stands: while that is not on the screen, nothing is asked again. */
  readonly card?: RefObject<HTMLElement | null>;
  /** What makes it another one, beside what a person does: that time passes, or only that guests run. */
  readonly changedBy?: 'time' | 'guests';
}

/**
 * Asks the machine, again every `everyMs` while the page is visible and the machine runs, and whenever a dependency
 * changes. A question that is under way is never doubled. An answer that says the same as the one before renders nothing.
 */
export function useAnswer<T>(
  question: (() => Promise<Result<Timed<T>>>) | null,
  everyMs: number,
  dependencies: DependencyList,
  { card = NOWHERE, changedBy = 'time' }: HowToAsk = {},
): Answer<T> {
  const client = useClient();
  const [state, setState] = useState<Answered<T>>({ value: null, at: 0, error: null });
  const [round, setRound] = useState(0);
  const latest = useRef(question);
  latest.current = question;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what the question depends on
  useEffect(() => {
    let live = true;
    let asking = false;
    let askedAt = -1;
    let askedMs = 0;
    let isSeen = true;
    let instructions = 0;
    const ask = async (): Promise<void> => {
      const current = latest.current;
      if (asking || current === null) return;
      asking = true;
      askedAt = client.status().virtualNs;
      instructions = client.status().instructions;
      askedMs = performance.now();
      try {
        const answer = await current();
        if (!live) return;
        if (answer.ok) setState((last) => answered(last, answer.value));
        else setState((last) => ({ ...last, error: answer.error }));
      } catch (error) {
        if (live) setState((last) => ({ ...last, error: failureOf(error).error }));
      } finally {
        asking = false;
      }
    };
    void ask();
    const end = onFrames(1000 / everyMs, () => {
      const isAtRest = changedBy === 'guests' && client.status().instructions === instructions;
      const leastMs = isCalm() ? Math.max(everyMs, isAtRest ? REST_ASKS_MS : CALM_ASKS_MS) : everyMs;
      if (performance.now() - askedMs < leastMs - EARLY_MS) return;
      if (isSeen && client.status().virtualNs !== askedAt) void ask();
    });
    // What has changed meanwhile is asked when the card comes back, also while the lab stands.
    const endSeen = onSeen(card.current, (seen) => {
      isSeen = seen;
      if (seen && client.status().virtualNs !== askedAt) void ask();
    });
    return () => {
      live = false;
      end();
      endSeen();
    };
  }, [client, everyMs, round, changedBy, ...dependencies]);
  const again = useCallback(() => setRound((count) => count + 1), []);
  return { ...state, ask: again };
}

/** An answer of a host about what a person sets there: it is asked for also when somebody has done something while the lab stands. */
export function useHostAnswer<Id extends QuestionId>(
  host: number,
  id: Id,
  args: ArgumentsOf<Id>,
  everyMs: number,
  how?: HowToAsk,
): Answer<AnswerOf<Id>> {
  const client = useClient();
  const done = useHost(host);
  const dependencies = [host, done, JSON.stringify(args)];
  return useAnswer(() => client.ask(host, id, args), everyMs, dependencies, how);
}
