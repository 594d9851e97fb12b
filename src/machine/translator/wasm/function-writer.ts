/** Writes the body of a WebAssembly function: a growing buffer with the encodings of numbers, and instructions by their operands. */
import { OP } from './opcodes.ts';

/** The type of a block without operands and results (core spec 5.4.1). */
const EMPTY_BLOCK = 0x40;

/** A growing sequence of bytes. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }
  append(other: ByteWriter): void {
    this.#grow(other.#length);
    this.#bytes.set(other.#bytes.subarray(0, other.#length), this.#length);
    this.#length += other.#length;
  }
  #grow(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
  /** Unsigned LEB128 of up to 32 bits. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }
  /** Signed LEB128 of a number that is an integer of up to 53 bits. */
  signed(value: number): void {
    let rest = value;
    for (;;) {
      const low = ((rest % 128) + 128) % 128;
      rest = (rest - low) / 128;
      if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }
  name(text: string): void {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }
}

/** The body of one function: locals are declared as they are needed, code is appended. */
export class FunctionWriter {
  readonly code: ByteWriter = new ByteWriter();
  /** Of parameters and locals, by number: for people, they are not part of a module. */
  readonly names: string[];
  readonly #types: number[] = [];
  /** Whether it calls what its module imports. */
  calls = false;

  /** @param parameters their names */
  constructor(parameters: readonly string[]) {
    this.names = [...parameters];
  }

  /** A new local of a type. */
  local(type: number, name: string): number {
    this.#types.push(type);
    return this.names.push(name) - 1;
  }
  op(opcode: number): void {
    this.code.byte(opcode);
  }
  get(local: number): void {
    this.code.byte(OP.localGet);
    this.code.unsigned(local);
  }
  set(local: number): void {
    this.code.byte(OP.localSet);
    this.code.unsigned(local);
  }
  tee(local: number): void {
    this.code.byte(OP.localTee);
    this.code.unsigned(local);
  }
  i32(value: number): void {
    this.code.byte(OP.i32Const);
    this.code.signed(value | 0);
  }
  i64(value: number): void {
    this.code.byte(OP.i64Const);
    this.code.signed(value);
  }
  /** A constant whose halves are both the same word. */
  i64Twice(word: number): void {
    let rest = BigInt.asIntN(64, (BigInt(word >>> 0) << 32n) | BigInt(word >>> 0));
    this.code.byte(OP.i64Const);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
      this.code.byte(isLast ? low : low | 0x80);
      if (isLast) return;
    }
  }
  /** A load or store; the alignment is a hint that engines ignore, so it is always "any". */
  memory(opcode: number, offset: number): void {
    this.code.byte(opcode);
    this.code.byte(0);
    this.code.unsigned(offset);
  }
  open(opcode: number): void {
    this.code.byte(opcode);
    this.code.byte(EMPTY_BLOCK);
  }
  /** Calls the one function that a module imports. */
  callImported(): void {
    this.calls = true;
    this.code.byte(OP.call);
    this.code.unsigned(0);
  }
  branch(opcode: number, depth: number): void {
    this.code.byte(opcode);
    this.code.unsigned(depth);
  }
  branchTable(depths: readonly number[], otherwise: number): void {
    this.code.byte(OP.brTable);
    this.code.unsigned(depths.length);
    for (const depth of depths) this.code.unsigned(depth);
    this.code.unsigned(otherwise);
  }
  /** The body with its size and locals, as the code section holds it. */
  body(): ByteWriter {
    const groups: [type: number, count: number][] = [];
    for (const type of this.#types) {
      const last = groups.at(-1);
      if (last?.[0] === type) last[1]++;
      else groups.push([type, 1]);
    }
    const content = new ByteWriter();
    content.unsigned(groups.length);
    for (const [type, count] of groups) {
      content.unsigned(count);
      content.byte(type);
    }
    content.append(this.code);
    content.byte(OP.end);
    const body = new ByteWriter();
    body.unsigned(content.length);
    body.append(content);
    return body;
  }
}
