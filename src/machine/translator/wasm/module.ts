/** Writes a WebAssembly module (core spec 5.5) that imports one memory and exports functions of one type. */
import { ByteWriter, type FunctionWriter } from './function-writer.ts';

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const MEMORY_MAXIMUM = 1;
const MEMORY_SHARED = 2;

/** What a module needs of its surroundings. */
export interface ModuleShape extends FunctionType {
  readonly shared: boolean;
  /** Of the function that it imports, if any of its own calls it. */
  readonly imported: FunctionType;
}

/** What a function takes and gives. */
export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/**
 * A module of functions of one type, exported as "0", "1" and so on, over the memory imported as `env.memory`; what they call is imported as
 * `env.called`.
 */
export function moduleOf(shape: ModuleShape, functions: readonly FunctionWriter[]): Uint8Array<ArrayBuffer> {
  const imports = functions.some(({ calls }) => calls) ? 1 : 0;
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
    w.unsigned(1 + imports);
    for (const { parameters, results } of [shape, shape.imported].slice(0, 1 + imports)) {
      w.byte(0x60);
      for (const types of [parameters, results]) {
        w.unsigned(types.length);
        for (const type of types) w.byte(type);
      }
    }
  });
  section(SECTION.import, (w) => {
    w.unsigned(1 + imports);
    w.name('env');
    w.name('memory');
    w.byte(2);
    w.byte(shape.shared ? MEMORY_MAXIMUM | MEMORY_SHARED : MEMORY_MAXIMUM);
    w.unsigned(1);
    w.unsigned(65536);
    if (imports === 0) return;
    w.name('env');
    w.name('called');
    w.byte(0);
    w.unsigned(1);
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
      w.unsigned(i + imports);
    });
  });
  section(SECTION.code, (w) => {
    w.unsigned(functions.length);
    for (const each of functions) w.append(each.body());
  });
  return out.bytes();
}
