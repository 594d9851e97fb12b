/**
 * Guest software on disk: the teaching kernel, packaged Linux files beside the site (checked against their hashes), and
 * a person's own files from one folder. Only this file of the lab's commands reads images.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import {
  BUILTIN_GUESTS,
  filesOf,
  GUESTS_FILE,
  GUESTS_FOLDER,
  type GuestFile,
  type GuestList,
  isGzip,
  NO_GUEST_FILES,
  parseGuestList,
} from '#guests/catalogue';
import { builtinLayer } from '#lab/disks/builtin-layers';
import { neededSoftware, type SoftwareKey, type SoftwareStore } from '#lab/software';
import { type Layer, readLayer } from '#machine/devices/disk/layers/layer';
import { readPath } from './paths.ts';

/** The source tree: two folders up, from `src/cli` as from `dist/cli`. */
const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '../..');
const TEACHING_KERNEL: string = join(ROOT, 'src/guests/teaching-kernel/image/kernel.elf');
const PACKAGED: string = join(ROOT, 'public', GUESTS_FOLDER);

/** The bytes of one packaged file; what is not as the list says is refused. */
function unpack(file: GuestFile): Result<Uint8Array> {
  const packed = readPath(join(PACKAGED, file.file));
  if (!packed.ok) return packed;
  try {
    const bytes = isGzip(packed.value)
      ? new Uint8Array(gunzipSync(packed.value, { maxOutputLength: file.sizeBytes }))
      : packed.value;
    if (createHash('sha256').update(bytes).digest('hex') === file.sha256) return ok(bytes);
  } catch {
    // Not what the list describes: said below.
  }
  return fail('guests.damaged', { file: file.file });
}

/** Layers of disks lie beside the scenario, under their names. */
export const LAYER_ENDING = '.layer';

export class GuestFiles implements SoftwareStore {
  readonly #folder: string;
  readonly #kept = new Map<SoftwareKey, Uint8Array>();
  #list: GuestList | undefined;

  /** @param folder where a scenario's own files lie */
  constructor(folder: string) {
    this.#folder = folder;
  }

  bytes(key: SoftwareKey): Uint8Array | undefined {
    return this.#kept.get(key);
  }

  /** The packaged files; none where nobody has packaged any. */
  get list(): GuestList {
    if (this.#list === undefined) {
      const text = readPath(join(PACKAGED, GUESTS_FILE));
      const parsed = text.ok ? parseGuestList(new TextDecoder().decode(text.value)) : undefined;
      this.#list = parsed?.ok === true ? parsed.value : NO_GUEST_FILES;
    }
    return this.#list;
  }

  /** True when Linux can be started here. */
  get hasLinux(): boolean {
    return filesOf(BUILTIN_GUESTS['linux-tiny'], this.list).ok;
  }

  /** Reads everything that these VMs name; the first that is not to be had is the error. */
  load(vms: readonly VmSpec[]): Result<null> {
    for (const vm of vms) {
      const needed = neededSoftware(vm);
      const loaded = needed.ok ? this.loadFiles(needed.value) : needed;
      if (!loaded.ok) return loaded;
    }
    return ok(null);
  }

  /** Takes a file that lies elsewhere, by the name that it is looked for. */
  give(name: string, bytes: Uint8Array): void {
    this.#kept.set(`file:${name}`, bytes);
  }

  /** Takes a layer of disks that was made here. */
  giveLayer({ name, file }: Layer): void {
    this.#kept.set(`layer:${name}`, file);
  }

  /** Reads these. */
  loadFiles(keys: readonly SoftwareKey[]): Result<null> {
    for (const key of keys) {
      const bytes = this.#kept.has(key) ? undefined : this.#read(key);
      if (bytes?.ok === false) return bytes;
      if (bytes !== undefined) this.#kept.set(key, bytes.value);
    }
    return ok(null);
  }

  layers(): readonly SoftwareKey[] {
    return [...this.#kept.keys()].filter((key) => key.startsWith('layer:'));
  }

  /** A layer of disks, from a file of its name, and the layers below it. */
  #readLayer(name: string): Result<Uint8Array> {
    const path = join(this.#folder, `${name}${LAYER_ENDING}`);
    const file = readPath(path, LIMITS.layerBytes);
    if (!file.ok) return existsSync(path) ? file : fail('disk.layerMissing', { layer: name });
    const layer = readLayer(file.value);
    if (!layer.ok) return { ok: false, error: { ...layer.error, where: path } };
    if (layer.value.name !== name) return fail('layer.damaged', {}, path);
    const { below } = layer.value;
    const isFile = below !== undefined && builtinLayer(below) === undefined;
    const loaded = isFile ? this.loadFiles([`layer:${below}`]) : ok(null);
    return loaded.ok ? file : loaded;
  }

  #read(key: SoftwareKey): Result<Uint8Array> {
    if (key === 'teaching') return readPath(TEACHING_KERNEL);
    if (key.startsWith('layer:')) return this.#readLayer(key.slice('layer:'.length));
    if (key.startsWith('file:')) return readPath(join(this.#folder, key.slice('file:'.length)));
    const file = this.list.files.find(({ name }) => name === key);
    return file === undefined ? fail('guests.notPackaged', { file: key }) : unpack(file);
  }
}
