/**
 * `npm run bench`: how fast guests run, as ratios to the same C compiled straight to WebAssembly, to QEMU and to native
 * code, all in one interleaved run.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/error-message';
import { runBench } from './bench.ts';
import { OWN_KERNELS, OWN_PROGRAMS } from './kernel-files.ts';
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

async function measureAll(wanted: Options, rounds: number): Promise<number> {
  const chromium = wanted.chromium ?? !wanted.quick;
  const folder = folderOf(wanted);
  const only = wanted.only?.split(',');
  const measurements = await runBench({ ...wanted, chromium, folder, only, rounds }, say);
  if (measurements.length === 0) {
    say(`no kernels in ${folder}\n`);
    return 2;
  }
  process.stdout.write(markdown(measurements));
  if (wanted.json !== undefined) writeFileSync(wanted.json, json(measurements));
  return 0;
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
