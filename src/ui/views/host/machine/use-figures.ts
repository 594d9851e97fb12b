/** Figures of the machine as it runs: from each answer and the one before it, with a short past for the chart. */
import { createContext, useRef } from 'react';
import type { MachineState } from '#bridge/protocol/answers';
import { useSame } from '../../../kit/use-same.ts';
import { type Answer, useRunning } from '../../../parts/lab.tsx';
import { type Figures, figuresOf, type ShownState, type Speeds, shownOf, speedsOf } from './figures.ts';

/** Two minutes, at an answer per second. */
const KEPT = 120;

export interface Course {
  /** The last answer, as far as it is shown; the same object while that says the same. */
  readonly state: ShownState | null;
  /** Of the last stretch during which the lab ran; at first shares since it was switched on, without rates. The same object, too. */
  readonly figures: Figures | null;
  readonly past: readonly Speeds[];
}

/** The past, for the chart alone: it grows with every answer, and what stands around the chart does not change for that. */
export const PastSpeeds = createContext<Course['past']>([]);

interface Last {
  readonly state: MachineState;
  readonly at: number;
}

export function useCourse({ value, at }: Answer<MachineState>): Course {
  const running = useRunning();
  const course = useRef<Pick<Course, 'figures' | 'past'>>({ figures: null, past: [] });
  const before = useRef<Last | null>(null);
  // A pause anywhere in a stretch, and it has no rate.
  const whole = useRef(false);
  if (!running) whole.current = false;
  const last = before.current;
  if (value !== null && value !== last?.state) {
    before.current = { state: value, at };
    const isWhole = whole.current && last !== null && at > last.at;
    whole.current = running;
    course.current = nextCourse(course.current, isWhole ? last.state : null, value);
  }
  const { figures, past } = course.current;
  return { state: useSame(value === null ? null : shownOf(value)), figures: useSame(figures), past };
}

/** @param from the state at the beginning of a stretch of which there are rates */
function nextCourse(
  { figures, past }: Pick<Course, 'figures' | 'past'>,
  from: MachineState | null,
  now: MachineState,
): Pick<Course, 'figures' | 'past'> {
  if (from === null) return { figures: figures ?? figuresOf(null, now), past };
  const next = figuresOf(from, now);
  return { figures: next, past: [...past, speedsOf(next, now.wallMs)].slice(-KEPT) };
}
