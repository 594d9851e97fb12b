/**
 * HTIF, as RISC-V test programs use it: 64-bit words `tohost` and `fromhost` in memory. Device = bits 63:56, command = bits 55:48.
 * Device 0 with bit 0 set ends the run (1 = pass, else test number value >> 1 failed); device 1 command 1 prints a character.
 */
import type { GuestImage } from '#guests/image';
import type { PhysicalMemory } from '#machine/memory';

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
    if (this.#fromHost !== undefined) this.#ram.setU64(this.#fromHost, 1, (hi & 0xffff_0000) >>> 0);
    return undefined;
  }
}
