/**
 * The person's side of a VM's console: a terminal in raw mode, or piped input and output. It knows bytes and the keys
 * that leave, and nothing of VMs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';

/** The prefix of commands to us, as in QEMU: Ctrl-A x leaves, Ctrl-A a types Ctrl-A. */
const PREFIX = '\u0001';
/** Bytes that a console takes in one go. */
const MOST_AT_ONCE = 1024;
/** Piped input that is read before the guest has taken it. */
const MOST_WAITING: number = 64 * 1024;
/** Waiting this long, quietly, a guest gets the next line of piped input. */
export const LINE_AFTER_NS: number = 50 * NS_PER_MS;
/** Waiting this long behind the end of piped input, silently, it has nothing more to do. */
export const END_AFTER_NS: number = 2 * NS_PER_S;
/** Of a millisecond each. */
const FIRST_TURNS = 50;

/** What a machine's run needs of it. */
export type Typist = Pick<Terminal, 'isInteractive' | 'left' | 'ended' | 'begun' | 'take' | 'close'>;

export class Terminal {
  readonly isInteractive: boolean = process.stdin.isTTY;
  /** The person asked to leave, or nobody reads the output. */
  left = false;
  #typed = '';
  #atEnd = false;
  #prefixed = false;

  constructor() {
    const { stdin, stdout } = process;
    if (this.isInteractive) stdin.setRawMode(true);
    // One code point for each byte: what a console takes.
    stdin.setEncoding('latin1');
    stdin.on('data', (text) => {
      this.#receive(String(text));
    });
    stdin.on('end', () => {
      this.#atEnd = true;
    });
    stdin.on('error', () => {
      this.#atEnd = true;
    });
    stdout.on('error', () => {
      this.left = true;
    });
  }

  /** Resolves when piped input has begun, so that a run finds it there; input that does not come is not waited for. */
  async begun(): Promise<void> {
    for (let turn = 0; turn < FIRST_TURNS && !this.isInteractive; turn++) {
      if (this.#atEnd || this.#typed !== '') return;
      await sleep(1);
    }
  }

  /** No more will be typed, and all has been taken. */
  get ended(): boolean {
    return this.#atEnd && this.#typed === '';
  }

  #receive(text: string): void {
    if (!this.isInteractive) {
      this.#typed += text;
      if (this.#typed.length > MOST_WAITING) process.stdin.pause();
      return;
    }
    for (const key of text) {
      if (!this.#prefixed) {
        if (key === PREFIX) this.#prefixed = true;
        else this.#typed += key;
        continue;
      }
      this.#prefixed = false;
      if (key === 'x') this.left = true;
      else this.#typed += key === 'a' ? PREFIX : key;
    }
  }

  /**
   * What to type now: of a person all that was typed, of piped input the next line.
   * @param isWaiting the guest waits for input: text that nobody reads yet may be lost on its way
   */
  take(isWaiting: boolean): string {
    if (!this.isInteractive && !isWaiting) return '';
    const newline = this.isInteractive ? -1 : this.#typed.indexOf('\n');
    const end = Math.min(newline < 0 ? this.#typed.length : newline + 1, MOST_AT_ONCE);
    const taken = this.#typed.slice(0, end);
    this.#typed = this.#typed.slice(end);
    if (process.stdin.isPaused() && this.#typed.length < MOST_WAITING) process.stdin.resume();
    return taken;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > 0) process.stdout.write(bytes);
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (this.isInteractive) process.stdin.setRawMode(false);
    process.stdin.removeAllListeners('data');
    process.stdin.destroy();
  }
}
