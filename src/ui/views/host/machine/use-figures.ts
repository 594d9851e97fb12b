/** Figures of the machine as it runs: from each answer and the one before it, with a short past for the chart. */
import { useEffect, useRef, useState } from 'react';
import type { MachineState } from '#bridge/protocol/answers';
import { type Answer, useRunning } from '../../../parts/lab.tsx';
import { type Figures, figuresOf, type Speeds, speedsOf } from './figures.ts';

/** Two minutes, at an answer per second. */
const KEPT = 120;

export interface Course {
  /** Of the last stretch during which the lab ran; at first shares since it was switched on, without rates. */
  readonly figures: Figures | null;
  readonly past: readonly Speeds[];
}

export function useCourse({ value, at }: Answer<MachineState>): Course {
  const running = useRunning();
  const [course, setCourse] = useState<Course>({ figures: null, past: [] });
  const before = useRef<{ readonly state: MachineState; readonly at: number } | null>(null);
  // A pause anywhere in a stretch, and it has no rate.
  const whole = useRef(false);
  if (!running) whole.current = false;
  useEffect(() => {
    const last = before.current;
    if (value === null || value === last?.state) return;
    before.current = { state: value, at };
    const isWhole = whole.current && last !== null && at > last.at;
    whole.current = running;
    if (!isWhole)
      return setCourse((course) =>
        course.figures === null ? { ...course, figures: figuresOf(null, value) } : course,
      );
    const figures = figuresOf(last.state, value);
    setCourse(({ past }) => ({
      figures,
      past: [...past, speedsOf(figures, value.wallMs)].slice(-KEPT),
    }));
  }, [value, at, running]);
  return course;
}
