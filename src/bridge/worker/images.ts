/**
 * Guest software on the page's side of the machine: the teaching kernel that comes with the program, packaged Linux
 * files fetched and unpacked on demand, and a person's own files. Only this file fetches.
 */

import { formatOf } from '#base/catalogue/file-formats';
import { LIMITS } from '#base/catalogue/limits';
import { messageOf } from '#base/error-message';
import { checkVmFile } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import type { ImageInfo, OnProgress, VmFileInfo } from '#bridge/protocol/lab-api';
import {
  BUILTIN_GUESTS,
  filesOf,
  type GuestFile,
  type GuestList,
  isGzip,
  isOnDisk,
  NO_GUEST_FILES,
  parseGuestList,
} from '#guests/catalogue';
import { parseImage } from '#guests/image';
import { parseShape } from '#hypervisor/shapes/parse';
import { FILE_NAME } from '#hypervisor/shapes/values';
import type { HashBytes } from '#hypervisor/snapshot/file';
import type { SoftwareKey, SoftwareStore } from '#lab/software';
import type { Layer } from '#machine/devices/disk/layers/layer';

const MIB = 1 << 20;
const NOT_FOUND = 404;

/** Fetches bytes; the seam at which tests and Node stand in for the browser. */
export interface Fetcher {
  bytes(url: string, signal: AbortSignal, onBytes: (done: number) => void): Promise<Result<Uint8Array>>;
}

export interface ImageOptions {
  readonly guestsUrl: string;
  readonly teachingUrl: string;
  readonly fetcher: Fetcher;
  /** A layer of disks and those below it, where they are kept. */
  readonly layers?: (name: string) => Promise<Result<readonly Layer[]>>;
}

type Chunks = ReadableStreamDefaultReader<Uint8Array>;

/** Reads a stream to its end; undefined when it is longer than `limit`. It throws what the stream does. */
async function readAll(
  reader: Chunks,
  limit: number,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(part.value);
    onBytes(length);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Unpacks gzip; undefined for what is damaged or larger than the list says. */
async function gunzip(
  packed: Uint8Array,
  limit: number,
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<Uint8Array | undefined> {
  try {
    const stream = new Blob([packed.slice()])
      .stream()
      .pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>, {
        signal,
      });
    return await readAll(stream.getReader(), limit, onBytes);
  } catch {
    return undefined;
  }
}

/** True when the bytes have this digest, or nobody can tell: without a secure context a page has no digests. */
async function hasDigest(bytes: Uint8Array, wanted: string): Promise<boolean> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return true;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes.slice()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === wanted;
}

export class Images implements SoftwareStore {
  readonly #options: ImageOptions;
  readonly #kept = new Map<SoftwareKey, Uint8Array>();
  readonly #files = new Map<string, ImageInfo>();
  #list: GuestList | undefined;

  constructor(options: ImageOptions) {
    this.#options = options;
  }

  bytes(key: SoftwareKey): Uint8Array | undefined {
    return this.#kept.get(key);
  }

  /** The list of packaged files; none when the site has none. What could not be asked is asked again next time. */
  async list(signal: AbortSignal): Promise<Result<GuestList>> {
    if (this.#list !== undefined) return ok(this.#list);
    const fetched = await this.#options.fetcher.bytes(
      `${this.#options.guestsUrl}guests.json`,
      signal,
      () => {},
    );
    if (!fetched.ok && fetched.error.data['status'] !== NOT_FOUND) return fetched;
    const parsed = fetched.ok ? parseGuestList(new TextDecoder().decode(fetched.value)) : ok(NO_GUEST_FILES);
    if (parsed.ok) this.#list = parsed.value;
    return parsed;
  }

  /** True when Linux can be started here. */
  async hasLinux(signal: AbortSignal): Promise<boolean> {
    const list = await this.list(signal);
    return list.ok && filesOf(BUILTIN_GUESTS['linux-tiny'], list.value).ok;
  }

  /** Makes sure that a piece of software is here. */
  async need(key: SoftwareKey, signal: AbortSignal, onProgress: OnProgress): Promise<Result<null>> {
    if (this.#kept.has(key)) return ok(null);
    if (key.startsWith('layer:')) return this.#needLayer(key.slice('layer:'.length));
    if (key.startsWith('file:')) return fail('image-missing', { name: key.slice('file:'.length) });
    if (key === 'teaching') return this.#keep(key, await this.#teaching(signal));
    const list = await this.list(signal);
    if (!list.ok) return list;
    const file = list.value.files.find(({ name }) => name === key);
    if (file === undefined) return fail('image-missing', { name: key });
    return this.#keep(key, await this.#packaged(file, signal, onProgress));
  }

  async #needLayer(name: string): Promise<Result<null>> {
    const found = (await this.#options.layers?.(name)) ?? fail('disk.layerMissing', { layer: name });
    if (!found.ok) return found;
    for (const { name: each, file } of found.value) this.#kept.set(`layer:${each}`, file);
    return ok(null);
  }

  layers(): readonly SoftwareKey[] {
    return [...this.#kept.keys()].filter((key) => key.startsWith('layer:'));
  }

  #keep(key: SoftwareKey, bytes: Result<Uint8Array>): Result<null> {
    if (!bytes.ok) return bytes;
    this.#kept.set(key, bytes.value);
    return ok(null);
  }

  #teaching(signal: AbortSignal): Promise<Result<Uint8Array>> {
    return this.#options.fetcher.bytes(this.#options.teachingUrl, signal, () => {});
  }

  async #packaged(file: GuestFile, signal: AbortSignal, onProgress: OnProgress): Promise<Result<Uint8Array>> {
    const subject = file.name;
    const total = file.compressedBytes;
    onProgress({ stage: 'image', subject, done: 0, total });
    const packed = await this.#options.fetcher.bytes(
      `${this.#options.guestsUrl}${file.file}`,
      signal,
      (done) => onProgress({ stage: 'image', subject, done, total }),
    );
    if (!packed.ok) return packed;
    const unpacking = (done: number): void =>
      onProgress({ stage: 'unpack', subject, done, total: file.sizeBytes });
    unpacking(0);
    // Some servers unpack gzip files on the way.
    const bytes = isGzip(packed.value)
      ? await gunzip(packed.value, file.sizeBytes, signal, unpacking)
      : packed.value;
    if (signal.aborted) return fail('cancelled');
    if (bytes?.length !== file.sizeBytes || !(await hasDigest(bytes, file.sha256)))
      return fail('image-download', { name: file.name, status: 'damaged' });
    return ok(bytes);
  }

  /** Takes the file of a suspended VM, after a look at all of it. */
  async addVmFile(name: string, bytes: Uint8Array, hash: HashBytes): Promise<Result<VmFileInfo>> {
    const room = this.#roomFor(name, bytes);
    if (!room.ok) return room;
    const wanted = checkVmFile(bytes);
    if (!wanted.ok) return wanted;
    const { suspendedVm } = await import('#hypervisor/snapshot/suspended-vm');
    const vm = suspendedVm(bytes, hash);
    if (!vm.ok) return vm;
    this.#kept.set(`file:${name}`, bytes);
    // An image of this name is no more.
    this.#files.delete(name);
    return ok({ ...vm.value, file: name, bytes: bytes.length });
  }

  /** Takes a file that is to go into a guest, whatever it is. */
  addGuestFile(name: string, bytes: Uint8Array): Result<null> {
    const room = this.#roomFor(name, bytes);
    if (!room.ok) return room;
    this.#kept.set(`file:${name}`, bytes);
    this.#files.delete(name);
    return ok(null);
  }

  /** Whether a person's file of this name could be kept: commands can name it, and there is room. Its content is not looked at. */
  #roomFor(name: string, bytes: Uint8Array): Result<null> {
    const named = parseShape(FILE_NAME, name);
    if (!named.ok) return named;
    if (bytes.length > LIMITS.fileBytes)
      return fail('image-too-large', { name, bytes: bytes.length, limit: LIMITS.fileBytes });
    const key: SoftwareKey = `file:${name}`;
    let sum = bytes.length;
    for (const [other, kept] of this.#kept)
      if (other.startsWith('file:') && other !== key) sum += kept.length;
    return sum > LIMITS.filesBytes ? fail('files-full', { name, limit: LIMITS.filesBytes }) : ok(null);
  }

  /** Takes a person's image, after a look at what it is. */
  addFile(name: string, bytes: Uint8Array): Result<ImageInfo> {
    const room = this.#roomFor(name, bytes);
    if (!room.ok) return room;
    const known = formatOf(bytes)?.id;
    let format: string = known ?? 'raw';
    if (known !== 'gzip' && known !== 'cpio') {
      const parsed = parseImage(bytes);
      if (!parsed.ok) return { ok: false, error: { ...parsed.error, where: name } };
      format = parsed.value.kind === 'elf' ? 'elf' : parsed.value.kind === 'linux-image' ? 'image' : 'raw';
    }
    const memory = Math.max(4 * MIB, 2 ** (32 - Math.clz32(bytes.length * 3 + MIB - 1)));
    const info: ImageInfo = {
      spec: { kind: 'file', name },
      kind: format === 'gzip' || format === 'cpio' ? 'initrd' : 'kernel',
      format,
      bytes: bytes.length,
      available: true,
      minMemoryBytes: 2 * MIB,
      defaultMemoryBytes: format === 'image' ? Math.max(32 * MIB, memory) : memory,
      maxVcpus: 8,
    };
    this.#files.set(name, info);
    this.#kept.set(`file:${name}`, bytes);
    return ok(info);
  }

  /** Everything that VMs can be made of. */
  async infos(signal: AbortSignal): Promise<readonly ImageInfo[]> {
    const listed = await this.list(signal);
    const list = listed.ok ? listed.value : NO_GUEST_FILES;
    const builtin = Object.values(BUILTIN_GUESTS).map((guest): ImageInfo => {
      const files = filesOf(guest, list);
      const teaching = this.#kept.get('teaching')?.length ?? 0;
      return {
        spec: { kind: 'builtin', name: guest.name },
        kind: 'kernel',
        format: guest.kind === 'elf' ? 'elf' : 'image',
        bytes: files.ok && files.value !== undefined ? files.value.image.sizeBytes : teaching,
        available: files.ok,
        minMemoryBytes: guest.minimumMemoryBytes,
        defaultMemoryBytes: guest.defaultMemoryBytes,
        maxVcpus: guest.maximumVcpus,
        ...(isOnDisk(guest)
          ? { onDisk: true }
          : guest.source.from === 'packaged'
            ? { comesWith: guest.source.initrd }
            : {}),
        ...(guest.append === '' ? {} : { defaultAppend: guest.append }),
      };
    });
    return [...builtin, ...this.#files.values()];
  }
}

/** The browser's fetch, with progress. */
export const webFetcher: Fetcher = {
  async bytes(url, signal, onBytes) {
    const name = url.slice(url.lastIndexOf('/') + 1);
    try {
      const response = await fetch(url, { signal });
      if (!response.ok || response.body === null)
        return fail('image-download', { name, status: response.status });
      const bytes = await readAll(response.body.getReader(), LIMITS.fileBytes, onBytes);
      return bytes === undefined
        ? fail('image-too-large', { name, bytes: `> ${LIMITS.fileBytes}`, limit: LIMITS.fileBytes })
        : ok(bytes);
    } catch (error) {
      if (signal.aborted) return fail('cancelled');
      return fail('image-download', { name, status: messageOf(error) });
    }
  },
};
