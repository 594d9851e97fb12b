/**
 * Kernels: C files with `uint32_t run(void)`, ours or of a person's folder. Comments may state what it returns
 * (`Result: 0x…`) and more; where no result is stated, the engines must at least agree.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our own kernels, and the headers that they share. */
export const OWN_KERNELS: string = fileURLToPath(new URL('./kernels', import.meta.url));

/** Our own whole programs, which nothing here is tuned to one by one. */
export const OWN_PROGRAMS: string = fileURLToPath(new URL('./programs', import.meta.url));

/** What a kernel mostly does. `exit`: needs a guest around it; `tlb`: misses it. */
export type KernelKind = 'int' | 'fp' | 'exit' | 'tlb';

export interface Kernel {
  readonly name: string;
  readonly path: string;
  readonly kind: KernelKind;
  readonly result: number | undefined;
  /** How often a round does what an `exit` or `tlb` kernel is about. */
  readonly turns: number;
  /** Not part of the geometric mean of its kind. */
  readonly isApart: boolean;
}

const RESULT = /\bresult:?\s+(0x[0-9a-f]{1,8}|\d{1,10})\b/i;
const TURNS = /\bTurns: (\d{1,9})\b/;
const KIND = /\bKind: (int|fp|exit|tlb)\b/;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;
const APART = /\bMean: apart\b/;

function kernelOf(path: string): Kernel {
  const text = readFileSync(path, 'utf8');
  const stated = RESULT.exec(text)?.[1];
  const kind = KIND.exec(text)?.[1] as KernelKind | undefined;
  return {
    name: basename(path, '.c'),
    path,
    kind: kind ?? (/\b(?:double|float)\b/.test(text.replace(COMMENT, ' ')) ? 'fp' : 'int'),
    result: stated === undefined ? undefined : Number(stated) >>> 0,
    turns: Number(TURNS.exec(text)?.[1] ?? 1),
    isApart: APART.test(text),
  };
}

/** The kernels of a folder, by name. Files without `run` are parts of something else. */
export function kernelsOf(folder: string): Kernel[] {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => /\brun\s*\(/.test(readFileSync(path, 'utf8')))
    .map(kernelOf);
}
