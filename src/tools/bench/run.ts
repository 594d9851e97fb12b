/**
 * `npm run bench`: how fast guests run, as ratios to the same C compiled straight to WebAssembly, to QEMU and to native
 * code, all in one interleaved run.
 */

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/error-message';
import { type Engine, Workshop } from './engines.ts';
import { kernelsOf, OWN_KERNELS, OWN_PROGRAMS } from './kernel-files.ts';
import type { BootName } from './linux-boot.ts';
import { measure, type Subject } from './measure.ts';
import { json, markdown } from './report.ts';

const USAGE = `usage: npm run bench -- [options]
  --programs    measure the set of whole programs instead of the kernels
  --dir DIR     measure the C files of a folder (each \`uint32_t run(void)\`) instead of our own
  --only NAMES  only kernels whose name holds one of these (with commas; boots are linux-tiny, linux-stock)
  --rounds N    rounds that count, after two that do not (8)
  --stock       boot Debian's own kernel too, where it is packaged
  --quick       two rounds, not in Chromium
  --json FILE   write the results for programs
  --no-chromium --no-interpreter --no-wasm --no-qemu --no-native --no-boot
`;

const QUICK_ROUNDS = 2;
/** A boot takes as long as a dozen kernels. */
const MOST_BOOTS = 5;

function say(text: string): void {
  process.stderr.write(text);
}

function options() {
  const { values } = parseArgs({
    options: {
      programs: { type: 'boolean', default: false },
      dir: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      chromium: { type: 'boolean' },
      interpreter: { type: 'boolean', default: true },
      wasm: { type: 'boolean', default: true },
      qemu: { type: 'boolean', default: true },
      native: { type: 'boolean', default: true },
      boot: { type: 'boolean', default: true },
      stock: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  return values;
}

type Options = ReturnType<typeof options>;

function folderOf({ dir, programs }: Options): string {
  return dir ?? (programs ? OWN_PROGRAMS : OWN_KERNELS);
}

/** Every kernel and the boot that were asked for, compiled and started. */
async function subjectsOf(wanted: Options, workshop: Workshop): Promise<Subject[]> {
  const words = wanted.only?.split(',') ?? [''];
  const isWanted = (name: string): boolean => words.some((word) => name.includes(word));
  const subjects: Subject[] = [];
  const kernels = kernelsOf(folderOf(wanted)).filter(({ name }) => isWanted(name));
  for (const kernel of workshop.compile(kernels)) {
    const engines = await workshop.enginesFor(kernel);
    subjects.push({ ...kernel, engines, mostRounds: Number.POSITIVE_INFINITY });
  }
  if (!wanted.boot || folderOf(wanted) !== OWN_KERNELS) return subjects;
  const boots: readonly BootName[] = wanted.stock ? ['linux-tiny', 'linux-stock'] : ['linux-tiny'];
  for (const name of boots) {
    if (!isWanted(name)) continue;
    const engines: Engine[] = await workshop.bootEngines(name);
    const boot = { name, kind: 'boot', result: 0, turns: 1, isApart: false } as const;
    subjects.push({ ...boot, engines, mostRounds: MOST_BOOTS });
  }
  return subjects;
}

async function measureAll(wanted: Options, rounds: number): Promise<number> {
  const chromium = wanted.chromium ?? !wanted.quick;
  const workshop = await Workshop.open({ ...wanted, chromium }, say);
  const subjects: Subject[] = [];
  try {
    subjects.push(...(await subjectsOf(wanted, workshop)));
    if (subjects.length === 0) {
      say(`no kernels in ${folderOf(wanted)}\n`);
      return 2;
    }
    const load = (loadavg()[0] ?? 0).toFixed(1);
    say(`${subjects.length} subjects; load ${load} on ${cpus().length} processors\n`);
    const measurements = await measure(subjects, rounds, say);
    process.stdout.write(markdown(measurements));
    if (wanted.json !== undefined) writeFileSync(wanted.json, json(measurements));
    return 0;
  } finally {
    for (const { engines } of subjects) for (const engine of engines) engine.close?.();
    await workshop.close();
  }
}

async function main(): Promise<number> {
  const wanted = options();
  const rounds = Number(wanted.rounds ?? (wanted.quick ? QUICK_ROUNDS : 8));
  if (wanted.help || !Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    say(USAGE);
    return wanted.help ? 0 : 2;
  }
  return measureAll(wanted, rounds);
}

// Ending by `exit` takes the programs along that were started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`bench: ${messageOf(error)}\n`);
    // Programs that were still being started end with this process.
    process.exit(1);
  },
);
