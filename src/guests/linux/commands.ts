/**
 * Running the programs that the packaging needs: output to a log file, failures as one clear sentence. For scripts.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Ends the packaging with a message for the person who started it; no stack. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
}

/** Path of a program, searched as a shell does. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Name of the command that runs, for what it says. */
export const COMMAND: string = process.env['npm_lifecycle_event'] ?? 'guests';

/** Says what the packaging is doing. */
export function progress(text: string): void {
  console.log(`${COMMAND}  ${text}`);
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** File that receives all output. */
  readonly log: string;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end; when it fails, the error names the log and its last lines. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const log = createWriteStream(options.log, { flags: 'a' });
  log.write(`$ ${[program, ...args].join(' ')}\n`);
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail: string[] = [];
  for (const [stream, onLine] of [
    [child.stdout, options.onLine],
    [child.stderr, undefined],
  ] as const) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > 8) tail.shift();
      onLine?.(line);
    });
  }
  const status = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? '' : `ended with ${code ?? signal}`));
  });
  log.end();
  if (status === '') return;
  throw new PackagingError(`${program} ${status} (all output: ${options.log})\n  ${tail.join('\n  ')}`);
}
