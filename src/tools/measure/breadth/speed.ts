/**
 * Speed against an older commit, in one interleaved run: both commits' machines are alive in a process each, and play every
 * kernel in turns, so that what else the machine does falls on both alike. The least time of the warm rounds counts.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compileForGuest } from '../../bench/compile.ts';
import { type Kernel, type KernelKind, kernelsOf, OWN_KERNELS } from '../../bench/kernel-files.ts';
import { WARM_UP } from '../../bench/measure.ts';
import { geometricMean } from '../../bench/report.ts';
import { requirement } from '../../prerequisites.ts';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';

const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));
const PLAYER: string = fileURLToPath(new URL('./kernel-player.ts', import.meta.url));
const ROUNDS = 8;
/** Times that a short kernel is played in a round. */
const REPEATS = 3;

const FIGURES: readonly (readonly [KernelKind, string])[] = [
  ['int', 'time of integer against the old commit'],
  ['fp', 'time of floating point against the old commit'],
  ['exit', 'time of an exit against the old commit'],
  ['tlb', 'time of a TLB miss against the old commit'],
];

/** The machine of one commit in a process of its own, with all kernels started. */
class Player {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(folder: string, elfs: readonly string[]) {
    this.#child = spawn(join(ROOT, 'node_modules/.bin/tsx'), [PLAYER, folder, ...elfs], { cwd: folder });
    this.#child.stderr.pipe(process.stderr);
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Plays a kernel once: what it returned, and how long it took. */
  async play(kernel: number): Promise<{ result: number; ms: number }> {
    this.#child.stdin.write(`${kernel}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('a player has ended');
    return JSON.parse(value) as { result: number; ms: number };
  }

  close(): void {
    this.#reader.close();
    this.#child.kill();
  }
}

export const SPEED: FigureGroup = {
  id: 'speed',
  async measure({ old, say }) {
    const compiler = requirement('bare-compiler');
    if (compiler.path === undefined) return nothing('there is no compiler for guests');
    if (old === undefined) return nothing('no --old FOLDER to compare with');
    if (!existsSync(join(old, '.cache/engine/engine.wasm'))) return nothing(`no engine is built in ${old}`);
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-speed-'));
    const kernels = kernelsOf(OWN_KERNELS).filter(({ isApart }) => !isApart);
    const elfs = kernels.map(({ name }) => join(folder, `${name}.elf`));
    for (const [index, { path }] of kernels.entries())
      compileForGuest(compiler.path, path, 'vm', elfs[index]!);
    const players = [new Player(ROOT, elfs), new Player(old, elfs)] as const;
    try {
      return figuresOf(kernels, await leastTimes(kernels, players, say));
    } finally {
      for (const player of players) player.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function nothing(why: string): Figure[] {
  return FIGURES.map(([, name]) => ({ name, why }));
}

type Pair = readonly [now: number, before: number];

async function leastTimes(
  kernels: readonly Kernel[],
  players: readonly [Player, Player],
  say: (text: string) => void,
): Promise<Pair[]> {
  const least = kernels.map(() => [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number]);
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const [kernel, { name }] of kernels.entries())
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        // Who is first changes, so that neither always finds the caches of the other.
        const order = (round + repeat) % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
        const results = [0, 0];
        for (const index of order) {
          const { result, ms } = await players[index].play(kernel);
          results[index] = result;
          if (round >= WARM_UP) least[kernel]![index] = Math.min(least[kernel]![index], ms);
        }
        if (results[0] !== results[1]) throw new Error(`${name} came to two results`);
      }
    say(`round ${round + 1} of ${WARM_UP + ROUNDS}`);
  }
  return least;
}

function figuresOf(kernels: readonly Kernel[], least: readonly Pair[]): Figure[] {
  return FIGURES.map(([kind, name]) => {
    const ratios = kernels.flatMap((kernel, index) => {
      const [now, before] = least[index] ?? [0, 0];
      return kernel.kind === kind ? [now / before] : [];
    });
    return ratios.length === 0
      ? { name, why: 'there is no such kernel' }
      : { name, value: rounded(geometricMean(ratios), 4) };
  });
}
