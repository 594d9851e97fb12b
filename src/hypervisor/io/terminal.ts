/**
 * A VM's terminal: one screen and one keyboard behind three interfaces (serial port, virtio console, SBI debug console).
 * It holds bytes only; what they mean is the page's affair.
 */
import type { StateReader, StateWriter } from '#base/state-codec';
import { ByteRing } from '#machine/devices/byte-ring';

/** Interfaces by which a guest can reach its terminal. */
export const TERMINAL_INTERFACES = ['sbi', 'uart', 'virtio'] as const;
export type TerminalInterface = (typeof TERMINAL_INTERFACES)[number];

/** Most output that is kept for the host to collect; older bytes give way. */
export const TERMINAL_OUTPUT_LIMIT: number = 4 * 1024 * 1024;
const SBI_INPUT_LIMIT: number = 64 * 1024;

/** Takes typed bytes, and says how many it accepted. */
export type TerminalInput = (bytes: Uint8Array) => number;

export class Terminal {
  /** Output that the host has not collected yet: not part of a snapshot, since no guest can see it. */
  readonly output: ByteRing = new ByteRing(TERMINAL_OUTPUT_LIMIT);
  /** Bytes written since power-on. */
  written = 0;
  readonly #uart: TerminalInput;
  readonly #virtio: TerminalInput;
  readonly #sbiInput = new ByteRing(SBI_INPUT_LIMIT);
  /** The interface that wrote last: a prompt's answer goes back the way that the prompt came. */
  #active: TerminalInterface = 'sbi';
  readonly #byte = new Uint8Array(1);

  constructor(inputs: { readonly uart: TerminalInput; readonly virtio: TerminalInput }) {
    this.#uart = inputs.uart;
    this.#virtio = inputs.virtio;
  }

  /** The interface that typed bytes go to. */
  get active(): TerminalInterface {
    return this.#active;
  }

  /** Output of the guest. */
  write(from: TerminalInterface, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#active = from;
    this.written += bytes.length;
    this.output.pushOverwriting(bytes);
  }

  /** One byte of output. */
  writeByte(from: TerminalInterface, byte: number): void {
    this.#byte[0] = byte;
    this.write(from, this.#byte);
  }

  /** Typed bytes; returns how many were accepted: queues towards guests are bounded. */
  input(bytes: Uint8Array): number {
    if (this.#active === 'uart') return this.#uart(bytes);
    return this.#active === 'virtio' ? this.#virtio(bytes) : this.#sbiInput.push(bytes);
  }

  /** The SBI debug console reads: moves waiting bytes into `target`, and says how many. */
  readSbi(target: Uint8Array): number {
    return this.#sbiInput.take(target);
  }

  reset(): void {
    this.#active = 'sbi';
    this.#sbiInput.clear();
  }

  save(w: StateWriter): void {
    w.section('terminal');
    w.u8(TERMINAL_INTERFACES.indexOf(this.#active));
    w.integer(this.written);
    this.#sbiInput.save(w);
  }

  load(r: StateReader): void {
    r.section('terminal');
    this.#active = TERMINAL_INTERFACES[r.u8()] ?? 'sbi';
    this.written = r.integer();
    this.#sbiInput.load(r);
  }
}
