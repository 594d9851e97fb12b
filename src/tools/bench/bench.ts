/** A whole run of the bench: what was asked for is compiled, started, played in turns and ended. */
import { cpus, loadavg } from 'node:os';
import { type Engine, type Wishes, Workshop } from './engines.ts';
import { kernelsOf, OWN_KERNELS } from './kernel-files.ts';
import type { BootName } from './linux-boot.ts';
import { measure, type Subject } from './measure.ts';
import type { Measurement } from './report.ts';

/** A boot takes as long as a dozen kernels. */
const MOST_BOOTS = 5;

/** What to measure, and on what. */
export interface BenchWishes extends Wishes {
  /** Of the C files; with our own kernels goes the boot of a Linux. */
  readonly folder: string;
  /** Parts of names; all, where there are none. */
  readonly only?: readonly string[] | undefined;
  readonly boot: boolean;
  readonly stock: boolean;
  /** Those that count. */
  readonly rounds: number;
}

/** Every kernel and the boot that were asked for, compiled and started. */
async function subjectsOf(wanted: BenchWishes, workshop: Workshop): Promise<Subject[]> {
  const words = wanted.only ?? [''];
  const isWanted = (name: string): boolean => words.some((word) => name.includes(word));
  const subjects: Subject[] = [];
  const kernels = kernelsOf(wanted.folder).filter(({ name }) => isWanted(name));
  for (const kernel of workshop.compile(kernels)) {
    const engines = await workshop.enginesFor(kernel);
    subjects.push({ ...kernel, engines, mostRounds: Number.POSITIVE_INFINITY });
  }
  if (!wanted.boot || wanted.folder !== OWN_KERNELS) return subjects;
  const boots: readonly BootName[] = wanted.stock ? ['linux-tiny', 'linux-stock'] : ['linux-tiny'];
  for (const name of boots) {
    if (!isWanted(name)) continue;
    const engines: Engine[] = await workshop.bootEngines(name);
    const boot = { name, kind: 'boot', result: 0, turns: 1, isApart: false } as const;
    subjects.push({ ...boot, engines, mostRounds: MOST_BOOTS });
  }
  return subjects;
}

/** Measures all; no rows where nothing is called what was asked for. */
export async function runBench(wanted: BenchWishes, say: (text: string) => void): Promise<Measurement[]> {
  const workshop = await Workshop.open(wanted, say);
  const subjects: Subject[] = [];
  try {
    subjects.push(...(await subjectsOf(wanted, workshop)));
    const load = (loadavg()[0] ?? 0).toFixed(1);
    say(`${subjects.length} subjects; load ${load} on ${cpus().length} processors\n`);
    return subjects.length === 0 ? [] : await measure(subjects, wanted.rounds, say);
  } finally {
    for (const { engines } of subjects) for (const engine of engines) engine.close?.();
    await workshop.close();
  }
}
