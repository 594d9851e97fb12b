/**
 * One interleaved run: each round plays every kernel on every engine, one after the other, so that what else the machine does
 * falls on all alike. All engines must come to the same result in the same round.
 */
import { messageOf } from '#base/error-message';
import type { Engine } from './engines.ts';
import type { Message } from './message.ts';
import type { Measurement, ResultKind } from './report.ts';

/** Rounds before anything counts: JavaScript engines compile what is hot only then. */
export const WARM_UP = 2;

/** A short kernel is played several times in a round, so that one of them may find the machine undisturbed. */
const LEAST_MS = 20;
const MOST_REPEATS = 5;

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
  /** By engine, in the order of playing. */
  readonly ms: readonly number[][];
  /** What the last round came to. */
  lastResult?: number;
  instructions: number;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Plays a kernel on one engine, and again if it is short and known to return the same each time. */
async function play(
  { subject, lastResult }: Samples,
  engine: Engine,
  expected: number | undefined,
  samples: number[],
): Promise<Message> {
  const message = await roundOf(subject, engine);
  samples.push(message.ms);
  const isSteady = samples.length > WARM_UP && lastResult === (expected ?? message.result);
  let spentMs = message.ms;
  for (let n = 1; isSteady && n < MOST_REPEATS && spentMs < LEAST_MS; n++) {
    const again = await roundOf(subject, engine);
    check(subject, engine, again, message.result);
    samples.push(again.ms);
    spentMs += again.ms;
  }
  return message;
}

/** One round; what goes wrong in it says where. */
async function roundOf({ name }: Subject, engine: Engine): Promise<Message> {
  try {
    return await engine.round();
  } catch (error) {
    const problem = messageOf(error);
    throw new Error(`${name} on ${engine.name} (${engine.host}): ${problem}`);
  }
}

function check({ name }: Subject, engine: Engine, { result }: Message, expected: number): void {
  if (result === expected) return;
  throw new Error(`${name} on ${engine.name} (${engine.host}): ${hex(result)}, not ${hex(expected)}`);
}

async function playRound(samples: Samples): Promise<void> {
  const { subject, ms } = samples;
  let expected = subject.result;
  for (const [index, engine] of subject.engines.entries()) {
    const message = await play(samples, engine, expected, ms[index]!);
    expected ??= message.result;
    check(subject, engine, message, expected);
    samples.instructions ||= message.instructions;
  }
  if (expected !== undefined) samples.lastResult = expected;
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
    for (const each of samples) if (round < WARM_UP + each.subject.mostRounds) await playRound(each);
  }
  return samples.flatMap(measurements);
}
