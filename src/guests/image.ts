/**
 * Recognises what a guest image file is (ELF executable, Linux `Image`, flat binary) and says where its bytes go.
 * Reads only: placing segments into RAM, and refusing what does not fit there, is the loader's part.
 */
import { addressOf, RAM_BASE } from '#base/addresses';
import { checkFlatImage } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import { isElf, parseElf, type Segment } from './elf.ts';

export type { Segment } from './elf.ts';

/** How an image is laid out and entered. */
export type ImageKind = 'elf' | 'linux-image' | 'flat';

/** An image, ready to be placed. */
export interface GuestImage {
  readonly kind: ImageKind;
  /** Physical address of the first instruction. */
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** Value of a symbol (`tohost`, `begin_signature`); only ELF files have any. */
  readonly symbols: (name: string) => number | undefined;
}

/** Where images go that do not say so themselves. */
export interface Placement {
  /** Start of the guest's RAM; a Linux `Image` asks for an offset from it. */
  readonly ramBase?: number;
  /** Where a flat binary is loaded and entered; the start of RAM when absent. */
  readonly flatAddress?: number;
}

/** Linux, Documentation/arch/riscv/boot-image-header.rst: offsets of the fields that a loader needs. */
const LINUX_HEADER = {
  textOffset: 8,
  imageSize: 16,
  flags: 24,
  magic: 0x30,
  magic2: 0x38,
  size: 0x40,
} as const;
/** "RISC", then "V" and zeros, then "RSC" and 5, as little-endian words. */
const MAGIC = [0x43534952, 0x56] as const;
const MAGIC_2 = 0x05435352;

const noSymbol = (): undefined => undefined;

/** Recognises and parses a guest image. */
export function parseImage(bytes: Uint8Array, placement: Placement = {}): Result<GuestImage> {
  if (isElf(bytes)) {
    const elf = parseElf(bytes);
    return elf.ok ? ok({ kind: 'elf', ...elf.value }) : elf;
  }
  const ramBase = placement.ramBase ?? RAM_BASE;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isLinuxImage(view)) return parseLinux(bytes, view, ramBase);
  // Flat binaries have no mark: whatever has one would be run as code, to nobody's use.
  const flat = checkFlatImage(bytes);
  if (!flat.ok) return flat;
  const address = placement.flatAddress ?? ramBase;
  const segments = [{ address, memorySize: bytes.length, data: bytes }];
  return ok({ kind: 'flat', entry: address, segments, symbols: noSymbol });
}

function isLinuxImage(view: DataView): boolean {
  return (
    view.byteLength >= LINUX_HEADER.size &&
    view.getUint32(LINUX_HEADER.magic, true) === MAGIC[0] &&
    view.getUint32(LINUX_HEADER.magic + 4, true) === MAGIC[1] &&
    view.getUint32(LINUX_HEADER.magic2, true) === MAGIC_2
  );
}

/** A Linux `Image` runs from its first byte, and claims `image_size` bytes for its zeroed data too. */
function parseLinux(bytes: Uint8Array, view: DataView, ramBase: number): Result<GuestImage> {
  const field = (at: number) => addressOf(view.getUint32(at, true), view.getUint32(at + 4, true));
  if ((view.getUint8(LINUX_HEADER.flags) & 1) !== 0) return fail('linux.notLittleEndian');
  const offset = field(LINUX_HEADER.textOffset);
  const imageSize = field(LINUX_HEADER.imageSize);
  if (offset === undefined || !Number.isSafeInteger(ramBase + offset))
    return fail('linux.badHeader', { field: 'text_offset' });
  const address = ramBase + offset;
  // A header that states less than the file holds, or 0, does not shrink the file.
  const memorySize = Math.max(imageSize ?? Number.NaN, bytes.length);
  if (!Number.isSafeInteger(address + memorySize)) return fail('linux.badHeader', { field: 'image_size' });
  return ok({
    kind: 'linux-image',
    entry: address,
    segments: [{ address, memorySize, data: bytes }],
    symbols: noSymbol,
  });
}
