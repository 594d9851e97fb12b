/**
 * What a VM is loaded from, and where it goes: kernel at its addresses, initial RAM disk and device tree at the end of
 * RAM. Sizes and addresses come from files; all are checked against the VM's RAM.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { HostSoftware } from '#base/catalogue/host-software';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { BareSoftware } from '#machine/bare-software';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import type { LayerFinder } from '#machine/devices/disk/layers/layer';
import type { VmMemory } from '../memory/vm-memory.ts';
import type { WayOut } from '../network/appliances/appliance.ts';

/** A parsed image, ready to be placed. */
export interface LoadedImage {
  readonly kind: 'elf' | 'linux-image' | 'flat';
  /** Guest physical address of the first instruction. */
  readonly entry: number;
  /** `data` at `address`, then zeros up to `memorySize`. */
  readonly segments: readonly {
    readonly address: number;
    readonly data: Uint8Array;
    readonly memorySize: number;
  }[];
}

/** Everything that a VM is started with. */
export interface GuestSoftware {
  readonly image: LoadedImage;
  /** Initial RAM disk, as it lies in memory. */
  readonly initrd?: Uint8Array;
  /** Kernel command line, complete. */
  readonly bootargs: string;
  /** What to type to ask the guest to shut down, where it can be asked. */
  readonly shutDownText?: string;
}

/** Finds the software that a VM's specification names. */
export interface SoftwareResolver {
  /** @param out the way out of the network of the VM's first card with an address, where there is one */
  load(vm: VmSpec, out?: WayOut): Result<GuestSoftware>;
  /** What owns a host by itself, by name. */
  host?(name: HostSoftware): Result<BareSoftware>;
  /** A file of a person's own by its name, if it is here. */
  file?(name: string): Uint8Array | undefined;
  /** A layer that disks may lie on, if it is here. */
  readonly layer?: LayerFinder;
  /** Who keeps the disk of a name, where it can be kept. */
  readonly keeper?: (name: string) => DiskKeeper | undefined;
  /** Names in the code of its image, for people who look at it. */
  names?(vm: VmSpec): CodeNames;
  /** Sees to it that what reads them is here. */
  comeNames?(): Promise<void>;
}

/** Names of places in the code of an image, and of its variables, by the addresses that it was linked for. */
export interface CodeNames {
  /** The same names by the physical addresses that the image is loaded at. */
  asLoaded(): CodeNames;
  /** Where what was linked for an address is loaded, if the image says. */
  loadedAt(lo: number, hi: number): { readonly lo: number; readonly hi: number } | undefined;
  /** The name whose code an address lies in, and how far behind its beginning. */
  at(lo: number, hi: number): { readonly name: string; readonly offset: number } | undefined;
  /** Names that begin in a page, by offset. */
  inPage(lo: number, hi: number): ReadonlyMap<number, string>;
  /** The variable that an address lies in. */
  variableAt(lo: number, hi: number): { readonly name: string; readonly offset: number } | undefined;
  /** Names of code and variables that have a text in them; those that begin with it first. */
  matching(part: string): readonly {
    readonly name: string;
    readonly kind: 'code' | 'variable';
    readonly lo: number;
    readonly hi: number;
  }[];
  find(name: string): { readonly lo: number; readonly hi: number } | undefined;
  /** A variable, or a number that the image states by a name (then its size is 0). */
  value(name: string): { readonly lo: number; readonly hi: number; readonly size: number } | undefined;
}

/** The names of an image that has none. */
export const NO_NAMES: CodeNames = {
  asLoaded: () => NO_NAMES,
  loadedAt: () => undefined,
  at: () => undefined,
  inPage: () => new Map(),
  variableAt: () => undefined,
  matching: () => [],
  find: () => undefined,
  value: () => undefined,
};

/** Room for the device tree at the end of RAM. */
export const DEVICE_TREE_ROOM: number = 64 * 1024;

/** Where the initial RAM disk lies. */
export interface InitrdPlace {
  readonly start: number;
  readonly sizeBytes: number;
}

/** Where everything was put. */
export interface Placement {
  readonly entry: number;
  readonly deviceTree: number;
}

/**
 * Places an image in a VM's empty memory.
 * @param deviceTree builds the tree once it is known where the initial RAM disk lies
 */
export function placeImage(
  memory: VmMemory,
  memoryBytes: number,
  { image, initrd }: GuestSoftware,
  deviceTree: (initrd: InitrdPlace | undefined) => Uint8Array,
): Result<Placement> {
  const end = RAM_BASE + memoryBytes;
  const treeAddress = end - DEVICE_TREE_ROOM;
  const initrdSize = initrd?.length ?? 0;
  const initrdStart = Math.floor((treeAddress - initrdSize) / PAGE_SIZE) * PAGE_SIZE;
  const imageEnd = Math.max(...image.segments.map(({ address, memorySize }) => address + memorySize));
  const needed = imageEnd - RAM_BASE + initrdSize + DEVICE_TREE_ROOM;
  if (image.segments.some(({ address }) => address < RAM_BASE))
    return fail('image.outsideRam', { ramBase: RAM_BASE });
  if (imageEnd > initrdStart) return fail('image.largerThanRam', { needed, memoryBytes });
  if (memory.slotOf(image.entry) === undefined) return fail('image.entryOutsideRam', { entry: image.entry });

  const place = initrd === undefined ? undefined : { start: initrdStart, sizeBytes: initrdSize };
  const tree = deviceTree(place);
  if (tree.length > DEVICE_TREE_ROOM)
    return fail('vm.deviceTreeTooLarge', { bytes: tree.length, limit: DEVICE_TREE_ROOM });
  // Memory of a new VM is zero: what a segment asks beyond its data needs no writing.
  const written =
    image.segments.every(({ address, data }) => writeInParts(memory, address, data)) &&
    (initrd === undefined || writeInParts(memory, initrdStart, initrd)) &&
    memory.write(treeAddress, tree);
  return written ? ok({ entry: image.entry, deviceTree: treeAddress }) : fail('vm.hostMemoryExhausted');
}

/** No more than this is held in RAM at once while it is written. */
const PART_BYTES = 1 << 20;

/** Writes what may be larger than the host has frames for. */
function writeInParts(memory: VmMemory, gpa: number, data: Uint8Array): boolean {
  for (let done = 0; done < data.length; ) {
    const part = Math.min(PART_BYTES - ((gpa + done) % PAGE_SIZE), data.length - done);
    if (!memory.write(gpa + done, data.subarray(done, done + part))) return false;
    done += part;
  }
  return true;
}
