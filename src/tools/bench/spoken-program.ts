/**
 * A program of the machine that runs a kernel each time that it is told to by a byte, and answers with a message: QEMU with a guest in
 * it, or the kernel itself. It measures by its own clock, so that neither its start nor the pipe counts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MESSAGE_SIZE, type Message, messageOf } from './message.ts';

/** Nothing that we start may outlive us by much. */
const TIME_LIMIT_S = 1800;
const TIMEOUT = '/usr/bin/timeout';
const ROUND_LIMIT_MS = 300_000;

/** What runs now, and is killed at last: by one listener, since whole sets of programs are alive at once. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach(endProgram));

/** A program that is killed at last, whatever happens to us. */
export function spawnBounded(command: string, args: readonly string[]): ChildProcess {
  const child = existsSync(TIMEOUT)
    ? spawn(TIMEOUT, ['-s', 'KILL', String(TIME_LIMIT_S), command, ...args], {
        stdio: 'pipe',
        detached: true,
      })
    : spawn(command, args, { stdio: 'pipe', detached: true });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a program with what it started (`timeout` would leave it behind). */
export function endProgram({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export class SpokenProgram {
  readonly #child: ChildProcess;
  #received: Uint8Array = new Uint8Array(0);
  #problem = '';
  #wake: () => void = () => undefined;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawnBounded(command, args);
    this.#child.stdout?.on('data', (bytes: Uint8Array) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    this.#child.stderr?.on('data', (bytes: Uint8Array) => {
      this.#problem = `${this.#problem}${Buffer.from(bytes).toString()}`.slice(0, 2000);
    });
    this.#child.once('exit', (code, signal) => {
      this.#problem += ` (ended: ${code ?? signal})`;
      this.#wake();
    });
    this.#child.once('error', (error) => {
      this.#problem = error.message;
      this.#wake();
    });
  }

  /** The next bytes that it says. */
  async #take(size: number): Promise<Uint8Array> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, ROUND_LIMIT_MS);
    while (this.#received.length < size) {
      if (isLate || this.#child.exitCode !== null || this.#child.pid === undefined)
        throw new Error(`${this.#child.spawnfile} does not answer: ${this.#problem}`);
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    clearTimeout(timer);
    const taken = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return taken;
  }

  /** To be called once, before the first round: it has started. */
  async ready(): Promise<void> {
    await this.#take(1);
  }

  async round(): Promise<Message> {
    this.#child.stdin?.write('r');
    return messageOf(await this.#take(MESSAGE_SIZE));
  }

  close(): void {
    endProgram(this.#child);
  }
}
