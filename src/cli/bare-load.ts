/** What a bare machine begins with: images, initial RAM disk and device tree in its memory, harts where they start. */
import { alignUp, PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { checkInitrd } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import { type GuestImage, parseImage, type Segment } from '#guests/image';
import type { BarePlatform } from '#machine/bare-platform';
import { bareDeviceTree, withChosen } from '#machine/devices/device-tree/bare-device-tree';
import { say } from './messages.ts';
import { readPath } from './paths.ts';

/** What every bare hart has, for its device tree. */
const LETTERS = ['i', 'm', 'a', 'f', 'd', 'c', 'h'];
const ALWAYS = ['sstc', 'svadu', 'svinval', 'zicntr', 'zicsr', 'zifencei'];
/** Where firmware hands over to its payload (OpenSBI's fw_jump, QEMU's convention). */
const PAYLOAD_ADDRESS = RAM_BASE + 0x20_0000;
/** What lies behind the images begins at multiples of this. */
const ALIGNMENT = 0x20_0000;

function readImage(path: string, defaultAddress: number): Result<GuestImage> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const image = parseImage(bytes.value, { flatAddress: defaultAddress });
  return image.ok ? image : { ok: false, error: { ...image.error, where: path } };
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

function loadImage(platform: BarePlatform, image: GuestImage, path: string): Result<number> {
  const { ram } = platform.machine;
  for (const { address, memorySize, data } of image.segments.map(withoutHeaders)) {
    if (!ram.holds(address, Math.max(memorySize, data.length)))
      return fail('image.outsideMemory', { path, address: `0x${address.toString(16)}`, size: memorySize });
    ram.write(address, data);
  }
  return ok(image.entry);
}

/** End of what the images take, for placing initrd and device tree behind them. */
function endOf(images: readonly GuestImage[]): number {
  return Math.max(
    ...images.flatMap(({ segments }) => segments.map(({ address, memorySize }) => address + memorySize)),
  );
}

/** The information structure that fw_dynamic of OpenSBI takes in a2: magic, version, next address, mode, options, boot hart. */
function dynamicInfo(platform: BarePlatform, at: number, next: number): void {
  const words = [0x4942_534f, 2, next, 1, 0, 0];
  words.forEach((value, index) => {
    platform.machine.ram.setU64(at + index * 8, value >>> 0, 0);
  });
}

export interface Software {
  readonly bios?: string;
  readonly dtb?: string;
  readonly initrd?: string;
  readonly append?: string;
}

/** Loads a program, and what goes with it; gives the program's image. */
export function load(platform: BarePlatform, path: string, values: Software): Result<GuestImage> {
  const program = readImage(path, values.bios === undefined ? RAM_BASE : PAYLOAD_ADDRESS);
  if (!program.ok) return program;
  const loaded = loadImage(platform, program.value, path);
  if (!loaded.ok) return loaded;
  const images = [program.value];
  let entry = loaded.value;
  if (values.bios !== undefined) {
    const bios = readImage(values.bios, RAM_BASE);
    if (!bios.ok) return bios;
    const biosEntry = loadImage(platform, bios.value, values.bios);
    if (!biosEntry.ok) return biosEntry;
    entry = biosEntry.value;
    images.push(bios.value);
  }
  const { ram, harts } = platform.machine;
  let at = alignUp(endOf(images), ALIGNMENT);
  let initrd: { start: number; sizeBytes: number } | undefined;
  if (values.initrd !== undefined) {
    const read = readPath(values.initrd);
    if (!read.ok) return read;
    const bytes = read.value;
    const disk = checkInitrd(bytes);
    if (!disk.ok) return { ok: false, error: { ...disk.error, where: values.initrd } };
    if (!ram.holds(at, bytes.length))
      return fail('image.outsideMemory', {
        path: values.initrd,
        address: `0x${at.toString(16)}`,
        size: bytes.length,
      });
    ram.write(at, bytes);
    initrd = { start: at, sizeBytes: bytes.length };
    at = alignUp(at + bytes.length, ALIGNMENT);
  }
  const tree = treeOf(platform, values, initrd);
  if (!tree.ok) return tree;
  const dtb = tree.value;
  // The tree lies at the end of RAM when what is loaded leaves no aligned room behind it.
  const dtbAt = ram.holds(at, dtb.length + PAGE_SIZE)
    ? at
    : RAM_BASE + ram.sizeBytes - alignUp(dtb.length + PAGE_SIZE, PAGE_SIZE);
  const infoAt = dtbAt + alignUp(dtb.length, 8);
  if (ram.holds(dtbAt, dtb.length + 64)) {
    ram.write(dtbAt, dtb);
    dynamicInfo(platform, infoAt, loaded.value);
  }
  harts.forEach((hart, index) => {
    hart.setPc(entry >>> 0, Math.floor(entry / 0x1_0000_0000));
    hart.setX(10, index, 0);
    hart.setX(11, dtbAt >>> 0, 0);
    hart.setX(12, infoAt >>> 0, 0);
  });
  return program;
}

/** The device tree: that of the machine, or a given one with what else was given put into it. */
function treeOf(
  { machine }: BarePlatform,
  { dtb, append }: Software,
  initrd: { readonly start: number; readonly sizeBytes: number } | undefined,
): Result<Uint8Array> {
  if (dtb === undefined) {
    const chosen = { bootargs: append ?? '', ...(initrd && { initrd }) };
    const { sizeBytes: ramBytes } = machine.ram;
    const names = [...ALWAYS, ...machine.extensions.map((name) => name.toLowerCase())].sort();
    const extensions = [...LETTERS, ...names];
    return ok(bareDeviceTree({ harts: machine.harts.length, ramBytes, extensions, chosen }));
  }
  const given = readPath(dtb);
  if (!given.ok || (append === undefined && initrd === undefined)) return given;
  const told = withChosen(given.value, {
    ...(append === undefined ? {} : { bootargs: append }),
    ...(initrd && { initrd }),
  });
  return told === undefined ? fail('file.unreadable', { path: dtb, reason: say('noDeviceTree') }) : ok(told);
}
