/** The engine under test beside its model: one hart and RAM, and the model's own copy of that RAM. */
import { RAM_BASE } from '#base/addresses';
import { type OptionalExtension, USUAL_EXTENSIONS } from '#isa/extensions';
import type { EngineModule } from '#machine/engine-module';
import type { Hart } from '#machine/hart';
import { Machine } from '#machine/machine';
import type { Memory } from './walk.ts';

const RAM_BYTES = 32 << 20;
const BASE = BigInt(RAM_BASE);
const STEP_NS = 10;

const low = (value: bigint): number => Number(value & 0xffff_ffffn);
const high = (value: bigint): number => Number((value >> 32n) & 0xffff_ffffn);
const joined = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

export class Subject implements Memory {
  readonly #machine: Machine;
  readonly #hart: Hart;
  readonly #copy: DataView = new DataView(new ArrayBuffer(RAM_BYTES));

  constructor(engine: EngineModule, extensions: readonly OptionalExtension[] = USUAL_EXTENSIONS) {
    const config = { ramBytes: RAM_BYTES, harts: 1, shared: false, attached: false, extensions };
    this.#machine = Machine.create(engine, config);
    this.#hart = this.#machine.harts[0] as Hart;
  }

  /** The model's RAM. */
  read(spa: bigint): bigint | undefined {
    const at = spa - BASE;
    return at >= 0n && at < BigInt(RAM_BYTES) ? this.#copy.getBigUint64(Number(at), true) : undefined;
  }
  write(spa: bigint, value: bigint): void {
    this.#copy.setBigUint64(Number(spa - BASE), value, true);
  }
  /** Bytes of the model's RAM that exist. */
  readBytes(spa: bigint, size: number): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++)
      value |= BigInt(this.#copy.getUint8(Number(spa - BASE) + i)) << BigInt(8 * i);
    return value;
  }
  writeBytes(spa: bigint, size: number, value: bigint): void {
    for (let i = 0; i < size; i++)
      this.#copy.setUint8(Number(spa - BASE) + i, Number((value >> BigInt(8 * i)) & 0xffn));
  }

  /** Writes both RAMs. */
  place(spa: bigint, value: bigint): void {
    this.write(spa, value);
    this.#machine.ram.setU64(Number(spa), low(value), high(value));
  }
  /** Doublewords of a page in which the engine's RAM is not as the model's. */
  differences(page: bigint): string[] {
    const found: string[] = [];
    const view = this.#machine.ram.view(Number(page), 4096);
    const engine = new DataView(view.buffer, view.byteOffset, 4096);
    for (let at = 0; at < 4096; at += 8) {
      const ours = engine.getBigUint64(at, true);
      const model = this.read(page + BigInt(at));
      if (ours !== model)
        found.push(
          `${(page + BigInt(at)).toString(16)}: engine ${ours.toString(16)}, model ${model?.toString(16)}`,
        );
    }
    return found;
  }

  /** Storage of CSRs, without side effects. */
  set(values: Readonly<Record<string, bigint>>): void {
    for (const [name, value] of Object.entries(values)) this.#hart.setCsr(name, low(value), high(value));
  }
  get(name: string): bigint {
    return joined(this.#hart.csrLo(name), this.#hart.csrHi(name));
  }
  setX(register: number, value: bigint): void {
    this.#hart.setX(register, low(value), high(value));
  }
  x(register: number): bigint {
    return joined(this.#hart.xLo(register), this.#hart.xHi(register));
  }
  get pc(): bigint {
    return joined(this.#hart.pcLo, this.#hart.pcHi);
  }
  get privilege(): 'M' | 'S' | 'U' {
    return (['U', 'S', 'M', 'M'] as const)[this.#hart.privilege] ?? 'M';
  }
  get virtual(): boolean {
    return this.#hart.virtual === 1;
  }
  /** Puts the hart into a mode, at a place. */
  enter(privilege: 'M' | 'S' | 'U', virtual: boolean, pc: bigint): void {
    this.#hart.privilege = { M: 3, S: 1, U: 0 }[privilege];
    this.#hart.virtual = virtual ? 1 : 0;
    this.#hart.setPc(low(pc), high(pc));
    this.#hart.contextChanged();
  }
  /** Executes one instruction, or takes its trap. */
  step(): void {
    const before = this.#done;
    this.#hart.run(this.#hart.now + STEP_NS);
    // The time may have passed in the walk for the fetch.
    if (this.#done === before) this.#hart.run(this.#hart.now + STEP_NS);
  }
  get #done(): number {
    return this.#hart.instructions + this.#machine.traps;
  }
  /** Power-on state: nothing is cached. RAM stays. */
  reset(): void {
    this.#hart.reset();
  }
}
