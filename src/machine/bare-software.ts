/** What a bare machine begins with: images, initial RAM disk and device tree in its memory, harts where they start. */
import { alignUp, PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import { treeNames } from '#isa/extensions';
import type { BarePlatform } from './bare-platform.ts';
import { bareDeviceTree } from './devices/device-tree/bare-device-tree.ts';

/** What every bare hart has, for its device tree. */
const ALWAYS = [
  ...['i', 'm', 'a', 'f', 'd', 'c', 'h'],
  ...['sstc', 'svadu', 'svinval', 'zicntr', 'zicsr', 'zifencei'],
];
/** What lies behind the images begins at multiples of this. */
const ALIGNMENT = 0x20_0000;

interface Segment {
  readonly address: number;
  readonly memorySize: number;
  readonly data: Uint8Array;
}

/** A parsed image, by a name for people. */
export interface BareImage {
  readonly name: string;
  readonly image: { readonly entry: number; readonly segments: readonly Segment[] };
}

/** Where an initial RAM disk lies. */
export interface InitrdPlace {
  readonly start: number;
  readonly sizeBytes: number;
}

export interface BareSoftware {
  readonly program: BareImage;
  /** It starts instead of the program, and hands over to that. */
  readonly firmware?: BareImage;
  readonly initrd?: { readonly name: string; readonly bytes: Uint8Array };
  readonly bootargs?: string;
  /** A device tree of somebody else's; the machine's own unless given. */
  readonly tree?: (initrd: InitrdPlace | undefined) => Result<Uint8Array>;
}

/**
 * Linkers that are told where text begins put the file's headers into the page before it, which is not RAM when text
 * begins there. Nothing needs the headers.
 */
function withoutHeaders(segment: Segment): Segment {
  const below = RAM_BASE - segment.address;
  if (below <= 0 || below > 4096 || segment.memorySize <= below) return segment;
  return { address: RAM_BASE, memorySize: segment.memorySize - below, data: segment.data.subarray(below) };
}

function outside(path: string, address: number, size: number): Result<never> {
  return fail('image.outsideMemory', { path, address: `0x${address.toString(16)}`, size });
}

function placeImage({ machine: { ram } }: BarePlatform, { name, image }: BareImage): Result<null> {
  for (const { address, memorySize, data } of image.segments.map(withoutHeaders)) {
    if (!ram.holds(address, Math.max(memorySize, data.length))) return outside(name, address, memorySize);
    ram.write(address, data);
  }
  return ok(null);
}

/** End of what the images take, for placing initrd and device tree behind them. */
function endOf(images: readonly BareImage[]): number {
  return Math.max(
    ...images.flatMap(({ image }) => image.segments.map(({ address, memorySize }) => address + memorySize)),
  );
}

/** The information structure that fw_dynamic of OpenSBI takes in a2: magic, version, next address, mode, options, boot hart. */
function dynamicInfo(platform: BarePlatform, at: number, next: number): void {
  const words = [0x4942_534f, 2, next, 1, 0, 0];
  words.forEach((value, index) => {
    platform.machine.ram.setU64(at + index * 8, value >>> 0, 0);
  });
}

/** Puts all of it into the memory of a machine that has just been made. */
export function placeSoftware(platform: BarePlatform, software: BareSoftware): Result<null> {
  const { program, firmware, initrd } = software;
  const images = firmware === undefined ? [program] : [program, firmware];
  for (const image of images) {
    const placed = placeImage(platform, image);
    if (!placed.ok) return placed;
  }
  const { ram, harts } = platform.machine;
  let at = alignUp(endOf(images), ALIGNMENT);
  let place: InitrdPlace | undefined;
  if (initrd !== undefined) {
    const { name, bytes } = initrd;
    if (!ram.holds(at, bytes.length)) return outside(name, at, bytes.length);
    ram.write(at, bytes);
    place = { start: at, sizeBytes: bytes.length };
    at = alignUp(at + bytes.length, ALIGNMENT);
  }
  const tree = software.tree?.(place) ?? ok(ownTree(platform, software.bootargs ?? '', place));
  if (!tree.ok) return tree;
  const dtb = tree.value;
  // The tree lies at the end of RAM when what is loaded leaves no aligned room behind it.
  const dtbAt = ram.holds(at, dtb.length + PAGE_SIZE)
    ? at
    : RAM_BASE + ram.sizeBytes - alignUp(dtb.length + PAGE_SIZE, PAGE_SIZE);
  const infoAt = dtbAt + alignUp(dtb.length, 8);
  if (ram.holds(dtbAt, dtb.length + 64)) {
    ram.write(dtbAt, dtb);
    dynamicInfo(platform, infoAt, program.image.entry);
  }
  const { entry } = (firmware ?? program).image;
  harts.forEach((hart, index) => {
    hart.setPc(entry >>> 0, Math.floor(entry / 0x1_0000_0000));
    hart.setX(10, index, 0);
    hart.setX(11, dtbAt >>> 0, 0);
    hart.setX(12, infoAt >>> 0, 0);
  });
  return ok(null);
}

/** The device tree of the machine itself. */
function ownTree({ machine }: BarePlatform, bootargs: string, initrd: InitrdPlace | undefined): Uint8Array {
  const chosen = { bootargs, ...(initrd && { initrd }) };
  const { sizeBytes: ramBytes } = machine.ram;
  const extensions = treeNames(ALWAYS, machine.extensions);
  return bareDeviceTree({ harts: machine.harts.length, ramBytes, extensions, chosen });
}
