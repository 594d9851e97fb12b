/** What a kernel's surroundings say when it has run: see `runtime/guest/main.c` and `runtime/native/main.c`. */

/** One run of a kernel. */
export interface Message {
  readonly result: number;
  /** Retired between the first and the last instruction of `run`; engines that do not count say 0. */
  readonly instructions: number;
  readonly ms: number;
}

/** `=`, result in 4 bytes, instructions in 6, nanoseconds in 6. */
export const MESSAGE_SIZE = 17;
const WELL = '='.charCodeAt(0);

/** Reads a message; one that tells of a trap is an error. */
export function messageOf(bytes: Uint8Array): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MESSAGE_SIZE);
  const long = (at: number): number =>
    view.getUint32(at, true) + view.getUint16(at + 4, true) * 0x1_0000_0000;
  if (bytes[0] !== WELL)
    throw new Error(`the kernel trapped: scause ${view.getUint32(1, true)}, sepc 0x${long(5).toString(16)}`);
  return { result: view.getUint32(1, true), instructions: long(5), ms: long(11) / 1e6 };
}
