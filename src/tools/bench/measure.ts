/**
 * One interleaved run: each round plays every kernel on every engine, one after the other, so that what else the machine does
 * falls on all alike. All engines must come to the same result in the same round.
 */
import type { Engine } from './engines.ts';
import type { Measurement, ResultKind } from './report.ts';

/** Rounds before anything counts: JavaScript engines compile what is hot only then. */
export const WARM_UP = 2;

/** A kernel, or a boot, on its engines. */
export interface Subject {
  readonly name: string;
  readonly kind: ResultKind;
  /** What every round must come to; not stated, the engines must agree. */
  readonly result: number | undefined;
  readonly turns: number;
  readonly isApart: boolean;
  readonly engines: readonly Engine[];
  /** Rounds that count, at most. */
  readonly mostRounds: number;
}

interface Samples {
  readonly subject: Subject;
  /** By engine, then by round. */
  readonly ms: readonly number[][];
  instructions: number;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

async function playRound({ subject, ms }: Samples): Promise<number> {
  const { name, engines } = subject;
  let expected = subject.result;
  let instructions = 0;
  for (const [index, engine] of engines.entries()) {
    const message = await engine.round();
    expected ??= message.result;
    if (message.result !== expected) {
      const place = `${engine.name} (${engine.host})`;
      throw new Error(`${name} on ${place}: ${hex(message.result)}, not ${hex(expected)}`);
    }
    ms[index]?.push(message.ms);
    instructions ||= message.instructions;
  }
  return instructions;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function measurements({ subject, ms, instructions }: Samples): Measurement[] {
  const { name: kernel, kind, turns, isApart } = subject;
  return subject.engines.map(({ name: engine, host }, index) => {
    const all = ms[index] ?? [];
    const warm = all.slice(WARM_UP);
    return {
      ...{ kernel, kind, engine, host, instructions, turns, isApart },
      ...{ ms: Math.min(...warm), medianMs: median(warm), coldMs: all[0] ?? Number.NaN },
    };
  });
}

/** Measures all subjects. */
export async function measure(
  subjects: readonly Subject[],
  rounds: number,
  say: (text: string) => void,
): Promise<Measurement[]> {
  const samples = subjects.map(
    (subject): Samples => ({ subject, ms: subject.engines.map(() => []), instructions: 0 }),
  );
  for (let round = 0; round < WARM_UP + rounds; round++) {
    say(`round ${round + 1} of ${WARM_UP + rounds}\n`);
    for (const each of samples)
      if (round < WARM_UP + each.subject.mostRounds) each.instructions = await playRound(each);
  }
  return samples.flatMap(measurements);
}
