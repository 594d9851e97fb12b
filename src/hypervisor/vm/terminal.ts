/**
 * The one terminal that a VM's consoles are to a person: what any of them writes goes to one log, and what is typed goes to the one
 * that the guest spoke on last.
 */
import { ByteRing, type ByteRingState } from '#machine/devices/byte-ring';
import { DEFAULT_COLUMNS, DEFAULT_ROWS } from '#machine/devices/virtio/terminal';
import type { TerminalSize } from '#machine/devices/virtio/virtio-device';
import type { ConsoleLog } from '../monitor/console-log.ts';
import type { Terminal } from './state.ts';

/** Typed bytes that may wait. */
const TYPED_LIMIT: number = 64 * 1024;
const TYPED_PIECE = 1024;

/** A device that takes typed bytes, and says how many it had room for. */
interface TypedOn {
  input?(bytes: Uint8Array): number;
  readonly terminalSize?: TerminalSize | undefined;
  resize?(columns: number, rows: number): void;
}

/** Of a serial port or the debug console, which have no way to say another. */
const FIXED: TerminalSize = { columns: DEFAULT_COLUMNS, rows: DEFAULT_ROWS, follows: false };

export class VmTerminal {
  readonly #log: ConsoleLog;
  /** The device of a console; the debug console has none and takes bytes by itself. */
  readonly #deviceOf: (terminal: Terminal) => TypedOn | undefined;
  readonly #typed = new ByteRing(TYPED_LIMIT);
  /** The console that the guest spoke on last. */
  #spokenOn: Terminal = 'none';

  constructor(log: ConsoleLog, deviceOf: (terminal: Terminal) => TypedOn | undefined) {
    this.#log = log;
    this.#deviceOf = deviceOf;
  }

  /** The VM is switched on: nobody has spoken. What was typed before waits. */
  reset(): void {
    this.#spokenOn = 'none';
  }

  /** A console of the guest's writes. */
  output(terminal: Terminal, bytes: Uint8Array): void {
    this.#log.append(bytes);
    if (this.#spokenOn === terminal) return;
    this.#spokenOn = terminal;
    this.#pass();
  }
  /** Bytes are typed; the number that had room. */
  type(bytes: Uint8Array): number {
    const accepted = this.#typed.push(bytes);
    this.#pass();
    return accepted;
  }
  /** Typed bytes for the debug console, which asks for them. */
  takeTyped(target: Uint8Array): number {
    return this.#spokenOn === 'debug' ? this.#typed.take(target) : 0;
  }

  /** What the guest takes for the size of the terminal that it spoke on last. */
  get size(): TerminalSize {
    return this.#deviceOf(this.#spokenOn)?.terminalSize ?? FIXED;
  }
  /** Another size; false where the guest would not heed it. */
  resize(columns: number, rows: number): boolean {
    if (!this.size.follows) return false;
    this.#deviceOf(this.#spokenOn)?.resize?.(columns, rows);
    return true;
  }

  #pass(): void {
    const device = this.#deviceOf(this.#spokenOn);
    if (device?.input === undefined) return;
    const piece = new Uint8Array(TYPED_PIECE);
    for (;;) {
      const count = this.#typed.take(piece);
      if (count === 0) return;
      const accepted = device.input(piece.subarray(0, count));
      if (accepted < count) return;
    }
  }

  capture(): { readonly terminal: Terminal; readonly typed: ByteRingState } {
    return { terminal: this.#spokenOn, typed: this.#typed.capture() };
  }
  restore({ terminal, typed }: { readonly terminal: Terminal; readonly typed: ByteRingState }): void {
    this.#spokenOn = terminal;
    this.#typed.restore(typed);
  }
}
