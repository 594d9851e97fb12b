/**
 * Writes WebAssembly modules (core spec, chapter 5, binary format): a growing buffer with the encodings of numbers, and the
 * sections of a module that imports one memory and exports functions of one type.
 */

/** Opcodes that the translator uses (core spec 5.4). */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  f32Load: 0x2a,
  f64Load: 0x2b,
  i64Load8S: 0x30,
  i64Load8U: 0x31,
  i64Load16S: 0x32,
  i64Load16U: 0x33,
  i64Load32S: 0x34,
  i64Load32U: 0x35,
  i32Store: 0x36,
  i64Store: 0x37,
  f32Store: 0x38,
  f64Store: 0x39,
  i64Store8: 0x3c,
  i64Store16: 0x3d,
  i64Store32: 0x3e,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GeS: 0x4e,
  i32GeU: 0x4f,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64GtS: 0x55,
  i64GtU: 0x56,
  i64GeS: 0x59,
  i64GeU: 0x5a,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32DivS: 0x6d,
  i32DivU: 0x6e,
  i32RemS: 0x6f,
  i32RemU: 0x70,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrS: 0x75,
  i32ShrU: 0x76,
  i64Clz: 0x79,
  i64Ctz: 0x7a,
  i64Popcnt: 0x7b,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64DivU: 0x80,
  i64RemS: 0x81,
  i64RemU: 0x82,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  i64Rotl: 0x89,
  i64Rotr: 0x8a,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  i64Extend32S: 0xc4,
} as const;

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
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
  readonly #types: number[] = [];
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new local of a type. */
  local(type: number): number {
    this.#types.push(type);
    return this.#parameters + this.#types.length - 1;
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

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const MEMORY_MAXIMUM = 1;
const MEMORY_SHARED = 2;

/** What a module needs of its surroundings. */
export interface ModuleShape {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly shared: boolean;
}

/** A module of functions of one type, exported as "0", "1" and so on, over the memory imported as `env.memory`. */
export function moduleOf(shape: ModuleShape, functions: readonly FunctionWriter[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
  const section = (id: number, fill: (w: ByteWriter) => void): void => {
    const content = new ByteWriter();
    fill(content);
    out.byte(id);
    out.unsigned(content.length);
    out.append(content);
  };
  section(SECTION.type, (w) => {
    w.unsigned(1);
    w.byte(0x60);
    for (const types of [shape.parameters, shape.results]) {
      w.unsigned(types.length);
      for (const type of types) w.byte(type);
    }
  });
  section(SECTION.import, (w) => {
    w.unsigned(1);
    w.name('env');
    w.name('memory');
    w.byte(2);
    w.byte(shape.shared ? MEMORY_MAXIMUM | MEMORY_SHARED : MEMORY_MAXIMUM);
    w.unsigned(1);
    w.unsigned(65536);
  });
  section(SECTION.function, (w) => {
    w.unsigned(functions.length);
    for (let i = 0; i < functions.length; i++) w.unsigned(0);
  });
  section(SECTION.export, (w) => {
    w.unsigned(functions.length);
    functions.forEach((_, i) => {
      w.name(String(i));
      w.byte(0);
      w.unsigned(i);
    });
  });
  section(SECTION.code, (w) => {
    w.unsigned(functions.length);
    for (const each of functions) w.append(each.body());
  });
  return out.bytes();
}
