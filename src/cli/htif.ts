/**
 * HTIF, as RISC-V test programs use it: 64-bit words `tohost` and `fromhost` in memory. Device = bits 63:56, command = bits 55:48.
 * Device 0 with bit 0 set ends the run (1 = pass, else test number value >> 1 failed), without it the rest is the address of a system
 * call: eight words, its number and arguments (Linux's), of which the first takes the result. Device 1 command 1 prints a character.
 */
import type { GuestImage } from '#guests/image';
import type { PhysicalMemory } from '#machine/memory';

/** System calls that are carried out (Linux's numbers). */
const SYS_WRITE = 64;
const SYS_EXIT = 93;
/** Of a call: number and arguments. */
const CALL_BYTES = 64;
/** What is written in one call at most; the result says how much it was, as for any file. */
const MOST_WRITTEN: number = 64 * 1024;
/** Standard output and standard error. */
const OUTPUTS: readonly number[] = [1, 2];
const [EBADF, EFAULT, ENOSYS] = [9, 14, 38] as const;

export class Htif {
  readonly #ram: PhysicalMemory;
  readonly #toHost: number;
  readonly #fromHost: number | undefined;
  readonly #output: (byte: number) => void;

  /** The HTIF of a program that has a `tohost` symbol in RAM. */
  static of(image: GuestImage, ram: PhysicalMemory, output: (byte: number) => void): Htif | undefined {
    const toHost = image.symbols('tohost');
    if (toHost === undefined || !ram.holds(toHost, 8)) return undefined;
    const fromHost = image.symbols('fromhost');
    return new Htif(
      ram,
      toHost,
      fromHost !== undefined && ram.holds(fromHost, 8) ? fromHost : undefined,
      output,
    );
  }

  private constructor(
    ram: PhysicalMemory,
    toHost: number,
    fromHost: number | undefined,
    output: (byte: number) => void,
  ) {
    this.#ram = ram;
    this.#toHost = toHost;
    this.#fromHost = fromHost;
    this.#output = output;
  }

  /** True when the program asks for something, or has begun to. */
  get hasRequest(): boolean {
    return this.#ram.u32(this.#toHost) !== 0 || this.#ram.u32(this.#toHost + 4) !== 0;
  }

  /** Answers a request, if there is one; 0 when the program has passed, the number of the failed test, or nothing. */
  poll(): number | undefined {
    const lo = this.#ram.u32(this.#toHost);
    const hi = this.#ram.u32(this.#toHost + 4);
    if (lo === 0 && hi === 0) return undefined;
    const device = hi >>> 24;
    const command = (hi >>> 16) & 0xff;
    if (device === 0 && (lo & 1) === 1) {
      const payload = (hi & 0xffff) * 0x1_0000_0000 + lo;
      return payload === 1 ? 0 : Math.floor(payload / 2);
    }
    this.#ram.setU64(this.#toHost, 0, 0);
    if (device === 1 && command === 1) this.#output(lo & 0xff);
    if (device === 0 && command === 0) {
      const status = this.#call((hi & 0xffff) * 0x1_0000_0000 + lo);
      if (status !== undefined) return status;
    }
    if (this.#fromHost !== undefined) this.#ram.setU64(this.#fromHost, 1, (hi & 0xffff_0000) >>> 0);
    return undefined;
  }
  /** Carries out the system call at an address; the status where it ends the run. */
  #call(at: number): number | undefined {
    if (!this.#ram.holds(at, CALL_BYTES)) return undefined;
    const word = (index: number): number =>
      this.#ram.u32(at + 8 * index) + this.#ram.u32(at + 8 * index + 4) * 0x1_0000_0000;
    if (word(0) === SYS_EXIT) return word(1) % 0x1_0000_0000;
    const result = word(0) === SYS_WRITE ? this.#writeOut(word(1), word(2), word(3)) : -ENOSYS;
    this.#ram.setU64(at, result >>> 0, result < 0 ? 0xffff_ffff : 0);
    return undefined;
  }

  /** write(2) */
  #writeOut(file: number, buffer: number, length: number): number {
    if (!OUTPUTS.includes(file)) return -EBADF;
    const count = Math.min(length, MOST_WRITTEN);
    if (!this.#ram.holds(buffer, count)) return -EFAULT;
    for (const byte of this.#ram.view(buffer, count)) this.#output(byte);
    return count;
  }
}
