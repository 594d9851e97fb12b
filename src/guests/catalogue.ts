/**
 * The guests that come with virtlab, as data: what each is, what it needs and how it is started; and the reader of
 * `guests.json`, the list of the Linux files that were packaged. No I/O: page and command line fetch the files.
 */
import * as v from 'valibot';
import type { HostSoftware } from '#base/catalogue/host-software';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { ImageKind } from './image.ts';

const MIB = 1 << 20;

/** Which device carries the guest's terminal. */
export type ConsoleKind = 'virtio' | 'sbi' | 'uart';

/** Names of packaged files, as `guests.json` has them: kernels, the first file systems that they start with, and firmware. */
const GUEST_FILE_NAMES = [
  'linux-tiny',
  'linux-lab',
  'linux-desk',
  'linux-stock',
  'linux-nested',
  'initrd',
  'initrd-stock',
  'initrd-nested',
  'opensbi',
] as const;
export type GuestFileName = (typeof GUEST_FILE_NAMES)[number];

/** Where a builtin image's bytes come from. */
export type ImageSource =
  /** Part of the program: always there. */
  | { readonly from: 'embedded' }
  /** Packaged beside the site by `npm run guests:linux`; there only if `guests.json` says so. */
  | {
      readonly from: 'packaged';
      readonly image: GuestFileName;
      /** Its first file system; `disk` where that is the VM's first disk. */
      readonly initrd: GuestFileName | 'disk';
    };

/** One builtin guest. Its texts are looked up as `guest.NAME.title` and `guest.NAME.text`. */
export interface BuiltinGuest {
  readonly name: string;
  readonly kind: ImageKind;
  readonly source: ImageSource;
  readonly defaultMemoryBytes: number;
  /** Below this it does not reach its shell. */
  readonly minimumMemoryBytes: number;
  readonly maximumVcpus: number;
  readonly console: ConsoleKind;
  /** Kernel command line, before what `commandLine` adds. */
  readonly append: string;
  /** Typed on its console, this asks the guest to shut down. */
  readonly shutDownText: string;
}

/**
 * SBI's debug console speaks until the virtio console takes over. Where SBI has one, Linux makes it hvc0, and reads it
 * by polling; the virtio console is hvc1, and interrupts.
 */
const LINUX_CONSOLE = 'earlycon=sbi console=hvc1';

/** Name of a builtin guest. */
export type BuiltinGuestName =
  | ('teaching' | 'linux-tiny' | 'linux-lab' | 'linux-desk' | 'linux-disk')
  | 'linux-stock';

/** Every builtin guest, by the name that scenarios use; the first is what a new VM gets. */
export const BUILTIN_GUESTS: Readonly<Record<BuiltinGuestName, BuiltinGuest>> = {
  teaching: {
    name: 'teaching',
    kind: 'elf',
    source: { from: 'embedded' },
    defaultMemoryBytes: 4 * MIB,
    minimumMemoryBytes: 2 * MIB,
    maximumVcpus: 8,
    console: 'virtio',
    append: '',
    shutDownText: '\u0003shutdown\n',
  },
  'linux-tiny': {
    name: 'linux-tiny',
    kind: 'linux-image',
    source: { from: 'packaged', image: 'linux-tiny', initrd: 'initrd' },
    defaultMemoryBytes: 32 * MIB,
    minimumMemoryBytes: 12 * MIB,
    maximumVcpus: 1,
    console: 'virtio',
    append: LINUX_CONSOLE,
    shutDownText: 'poweroff -f\n',
  },
  'linux-lab': {
    name: 'linux-lab',
    kind: 'linux-image',
    source: { from: 'packaged', image: 'linux-lab', initrd: 'initrd' },
    defaultMemoryBytes: 32 * MIB,
    minimumMemoryBytes: 14 * MIB,
    maximumVcpus: 1,
    console: 'virtio',
    append: LINUX_CONSOLE,
    shutDownText: 'poweroff -f\n',
  },
  'linux-desk': {
    name: 'linux-desk',
    kind: 'linux-image',
    source: { from: 'packaged', image: 'linux-desk', initrd: 'initrd' },
    defaultMemoryBytes: 64 * MIB,
    minimumMemoryBytes: 32 * MIB,
    maximumVcpus: 8,
    console: 'virtio',
    append: LINUX_CONSOLE,
    shutDownText: 'poweroff -f\n',
  },
  // What it runs is whatever its first disk holds: Debian (`npm run guests:debian`), or any other system for RISC-V.
  'linux-disk': {
    name: 'linux-disk',
    kind: 'linux-image',
    source: { from: 'packaged', image: 'linux-desk', initrd: 'disk' },
    defaultMemoryBytes: 128 * MIB,
    minimumMemoryBytes: 32 * MIB,
    maximumVcpus: 8,
    console: 'virtio',
    append: `${LINUX_CONSOLE} root=/dev/vda rw`,
    shutDownText: 'poweroff\n',
  },
  // Debian's own: virtio is a module there, so its terminal is the serial port. Its tests of its own ciphers would be
  // half of the boot.
  'linux-stock': {
    name: 'linux-stock',
    kind: 'linux-image',
    source: { from: 'packaged', image: 'linux-stock', initrd: 'initrd-stock' },
    defaultMemoryBytes: 128 * MIB,
    minimumMemoryBytes: 96 * MIB,
    maximumVcpus: 8,
    console: 'uart',
    append: 'earlycon=sbi console=ttyS0 cryptomgr.notests',
    shutDownText: 'poweroff -f\n',
  },
};

/** What software that owns a host is made of. */
export const HOST_IMAGES: Readonly<
  Record<
    HostSoftware,
    Readonly<Record<'firmware' | 'image' | 'initrd', GuestFileName>> & { readonly append: string }
  >
> = {
  nested: { firmware: 'opensbi', image: 'linux-nested', initrd: 'initrd-nested', append: 'console=ttyS0' },
};

/** True for a guest whose first file system is on its VM's first disk. */
export function isOnDisk({ source }: BuiltinGuest): boolean {
  return source.from === 'packaged' && source.initrd === 'disk';
}

/** A builtin guest by the name that a scenario gives; `undefined` when there is none of it. */
export function builtinGuest(name: string): BuiltinGuest | undefined {
  return Object.hasOwn(BUILTIN_GUESTS, name) ? BUILTIN_GUESTS[name as BuiltinGuestName] : undefined;
}

/** What a VM's guest is told about its place in the lab. */
export interface GuestSettings {
  readonly hostName: string;
  /** IPv4 address with prefix for each network card, in order; an empty text for a card without one. */
  readonly addresses: readonly string[];
  readonly gateway?: string;
  /** Who answers for names, where it is not the gateway. */
  readonly names?: string;
}

/** The kernel command line: the guest's own, the lab's settings under our own keys, then what a person adds. */
export function commandLine(guest: BuiltinGuest, settings: GuestSettings, append = ''): string {
  const words = [guest.append, `virtlab.host=${settings.hostName}`];
  if (settings.addresses.some((address) => address !== ''))
    words.push(`virtlab.ip=${settings.addresses.join(',')}`);
  if (settings.gateway !== undefined) words.push(`virtlab.gateway=${settings.gateway}`);
  if (settings.names !== undefined) words.push(`virtlab.names=${settings.names}`);
  return [...words, append].filter((word) => word !== '').join(' ');
}

/** Folder of the packaged files below the site's root, and the list in it. */
export const GUESTS_FOLDER = 'guests';
export const GUESTS_FILE = 'guests.json';

/** One packaged file. */
export interface GuestFile {
  readonly name: GuestFileName;
  /** Beside the list; a plain name, so that the list cannot point elsewhere. */
  readonly file: string;
  /** gzip is the one format that every browser's DecompressionStream has. */
  readonly compression: 'gzip';
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Of the uncompressed bytes: what goes into the guest's memory, whatever a server did on the way. */
  readonly sha256: string;
  /** What is inside, for people: `Linux 6.12.107-1`. */
  readonly version: string;
}

/** The content of `guests.json`. */
export interface GuestList {
  readonly version: 1;
  readonly files: readonly GuestFile[];
}

const Size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.fileBytes));

const GuestFileSchema: v.GenericSchema<unknown, GuestFile> = v.object({
  name: v.picklist(GUEST_FILE_NAMES),
  file: v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/), v.regex(/^[^.]/)),
  compression: v.literal('gzip'),
  compressedBytes: Size,
  sizeBytes: Size,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  version: v.pipe(v.string(), v.maxLength(80)),
});

const GuestListSchema: v.GenericSchema<unknown, GuestList> = v.object({
  version: v.literal(1),
  files: v.pipe(v.array(GuestFileSchema), v.maxLength(16)),
});

/** The list of an installation without Linux. */
export const NO_GUEST_FILES: GuestList = { version: 1, files: [] };

/** Reads `guests.json`; the error says which part of it is wrong. */
export function parseGuestList(text: string): Result<GuestList> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('guests.notJson');
  }
  const parsed = v.safeParse(GuestListSchema, value);
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  return fail('guests.badList', { problem: issue.message }, v.getDotPath(issue) ?? undefined);
}

/** The packaged files that a guest needs and the list has; an error names the first that is missing. */
export function filesOf(
  guest: BuiltinGuest,
  list: GuestList,
): Result<{ readonly image: GuestFile; readonly initrd?: GuestFile } | undefined> {
  if (guest.source.from === 'embedded') return ok(undefined);
  const { image: imageName, initrd: initrdName } = guest.source;
  const image = list.files.find(({ name }) => name === imageName);
  if (image === undefined) return fail('guests.missing', { guest: guest.name, file: imageName });
  if (initrdName === 'disk') return ok({ image });
  const initrd = list.files.find(({ name }) => name === initrdName);
  if (initrd === undefined) return fail('guests.missing', { guest: guest.name, file: initrdName });
  return ok({ image, initrd });
}

/** Guests that can be started with these files, in the catalogue's order. */
export function availableGuests(list: GuestList): BuiltinGuest[] {
  return Object.values(BUILTIN_GUESTS).filter((guest) => filesOf(guest, list).ok);
}

/** True for bytes that are still packed; some servers unpack gzip files on the way. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
