/** A copy of the source tree in which examples are tried: built with the packages of this tree, and thrown away. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));
/** What is compiled and run. */
const PARTS = ['src', 'e2e', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'vite.config.ts'];
/** What would take long to make again. */
const BUILT = ['.cache/engine', '.cache/types'];

export class Scratch {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'virtlab-breadth-'));
    for (const part of [...PARTS, ...BUILT])
      if (existsSync(join(ROOT, part)))
        cpSync(join(ROOT, part), join(this.folder, part), { recursive: true, preserveTimestamps: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }
  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }
  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  delete(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** Runs a program of the packages; what it said is the error when it fails. */
  run(program: string, ...args: readonly string[]): void {
    const { status, said } = this.try(program, ...args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${said.slice(-4000)}`);
  }
  /** Runs a program of the packages that may fail. */
  try(
    program: string,
    ...args: readonly string[]
  ): { readonly status: number | null; readonly said: string } {
    const command = join(this.folder, 'node_modules/.bin', program);
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: this.folder, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
