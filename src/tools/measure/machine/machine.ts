/** `measure machine`: how fast guests run, by the bench. Which figures there are, and what is wanted of them, is `wanted.ts`. */
import { type BenchWishes, runBench } from '../../bench/bench.ts';
import { OWN_KERNELS, OWN_PROGRAMS } from '../../bench/kernel-files.ts';
import type { FigureGroup, Measurement } from '../figure.ts';
import { figuresOf, ROWS, type SetName } from './wanted.ts';

/** Everything that the figures need; the interpreter and native code are for people. */
const ENGINES: Omit<BenchWishes, 'folder'> = {
  ...{ chromium: true, wasm: true, qemu: true, interpreter: false, native: false },
  ...{ boot: true, stock: false, rounds: 8 },
};

const FOLDERS: Readonly<Record<SetName, string>> = { kernels: OWN_KERNELS, programs: OWN_PROGRAMS };

const group = (id: SetName): FigureGroup => ({
  id,
  measure: async ({ say }) => {
    const line = (text: string): void => say(text.trimEnd());
    return figuresOf(id, await runBench({ ...ENGINES, folder: FOLDERS[id] }, line));
  },
});

export const MACHINE: Measurement = { wanted: ROWS, groups: [group('kernels'), group('programs')] };
