/**
 * `npm run bench`: how fast guests run, as a ratio to the same C compiled straight to WebAssembly, all in one
 * interleaved run. The result of a kernel must be the known one on every engine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { EngineModule } from '#machine/engine-module';
import { requirement } from '../prerequisites.ts';
import { compileForHart, compileForWasm } from './compile.ts';
import { type Engine, onHart, onWasm, type Round, shippedEngine } from './engines.ts';
import { type Kernel, kernelsOf, OWN_KERNELS } from './kernel-files.ts';
import { bootLinux, linuxSoftware } from './linux-boot.ts';
import { type BenchResult, markdown } from './report.ts';

const LINUX_FOLDER: string = fileURLToPath(new URL('../../../public/guests', import.meta.url));

const USAGE = `usage: npm run bench -- [--dir DIR] [--only NAME] [--rounds 8] [--json FILE] [--no-boot]
  --dir DIR    measure the C files of a folder (each \`uint32_t run(void)\`) instead of our own
  --only NAME  only kernels whose name holds NAME
`;

/** Rounds before anything counts: the JavaScript engine compiles what is hot only then. */
const WARM_UP = 2;

interface Subject {
  readonly kernel: Kernel;
  readonly engines: readonly Engine[];
  readonly best: Map<string, Round>;
}

function say(text: string): void {
  process.stderr.write(text);
}

/** Compiles a kernel for all engines that this machine can make it for. */
function prepare(kernel: Kernel, engine: EngineModule, folder: string): Subject {
  const gcc = requirement('bare-compiler');
  const clang = requirement('clang');
  const engines = [onHart(engine, compileForHart(gcc.path, kernel.path, join(folder, `${kernel.name}.elf`)))];
  if (!clang.skip)
    engines.push(onWasm(compileForWasm(clang.path, kernel.path, join(folder, `${kernel.name}.wasm`))));
  return { kernel, engines, best: new Map() };
}

/** One round of a kernel on each engine, one after the other. */
function playRound({ kernel, engines, best }: Subject, counts: boolean): void {
  let expected = kernel.result;
  for (const engine of engines) {
    const round = engine.round();
    expected ??= round.result;
    if (round.result !== expected)
      throw new Error(`${kernel.name} on ${engine.name}: ${hex(round.result)}, not ${hex(expected)}`);
    const known = best.get(engine.name);
    if (counts && (known === undefined || round.ms < known.ms)) best.set(engine.name, round);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function resultsOf({ kernel, engines, best }: Subject): BenchResult[] {
  const instructions =
    [...best.values()].find((round) => round.instructions !== undefined)?.instructions ?? 0;
  return engines.map(({ name }) => ({
    ...{ kernel: kernel.name, kind: kernel.kind, engine: name, host: 'node' },
    ...{ ms: best.get(name)?.ms ?? Number.NaN, instructions },
  }));
}

function measureKernels(kernels: readonly Kernel[], rounds: number, engine: EngineModule): BenchResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-bench-'));
  try {
    const subjects = kernels.map((kernel) => prepare(kernel, engine, folder));
    for (let round = 0; round < WARM_UP + rounds; round++) {
      say(`round ${round + 1} of ${WARM_UP + rounds}\n`);
      for (const subject of subjects) playRound(subject, round >= WARM_UP);
    }
    return subjects.flatMap(resultsOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureBoot(rounds: number, engine: EngineModule): BenchResult[] {
  if (requirement('linux').skip) {
    say('no Linux images (npm run guests:linux makes them): no boot is measured\n');
    return [];
  }
  const software = linuxSoftware(LINUX_FOLDER);
  const cold = bootLinux(engine, software);
  say(
    `Linux, the first time: ${cold.ms.toFixed(0)} ms, ${cold.virtualMs} ms of virtual time, ${cold.exits} exits\n`,
  );
  const boots = Array.from({ length: rounds }, () => bootLinux(engine, software));
  const { ms, instructions } = boots.reduce((best, boot) => (boot.ms < best.ms ? boot : best));
  return [
    { kernel: 'linux-tiny', kind: 'boot', engine: 'virtlab-interpreter', host: 'node', ms, instructions },
  ];
}

function main(): number {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '8' },
      json: { type: 'string' },
      boot: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    say(USAGE);
    return values.help ? 0 : 2;
  }
  const kernels = kernelsOf(values.dir ?? OWN_KERNELS).filter(({ name }) => name.includes(values.only));
  if (kernels.length === 0) {
    say(`no kernels in ${values.dir ?? OWN_KERNELS}\n`);
    return 2;
  }
  const engine = shippedEngine();
  const results = [
    ...measureKernels(kernels, rounds, engine),
    ...(values.boot && values.dir === undefined && values.only === ''
      ? measureBoot(Math.min(rounds, 5), engine)
      : []),
  ];
  process.stdout.write(markdown(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
