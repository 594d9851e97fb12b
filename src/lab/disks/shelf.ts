/**
 * The layers that are kept: images that were imported, and layers that disks have sealed. A file has the layer, a record what people
 * call it; a layer counts from its record on, which is written when all of the file is there.
 */
import { fail, ok, type Result } from '#base/result';
import { LAYER_NAME, type Layer, readLayer } from '#machine/devices/disk/layers/layer';
import type { FilePlace, PlacedFile } from '../storage/file-place.ts';
import type { Storage } from '../storage/storage.ts';

export interface ShelfImage {
  /** Name of the layer. */
  readonly layer: string;
  readonly title: string;
  /** Of the disk. */
  readonly sizeBytes: number;
  /** Of the file. */
  readonly bytes: number;
  readonly below: string | undefined;
}

/** All that lies where images are kept. */
export interface ShelfContent {
  readonly images: readonly (ShelfImage & { readonly changedMs: number })[];
  /** Of layers and of whatever else has its files there. */
  readonly files: readonly PlacedFile[];
  /** Files of layers that no record names: their tab was killed while they were written or deleted. */
  readonly strays: readonly PlacedFile[];
}

const FOLDER = 'disk/';
const LONGEST_TITLE = 120;

export class DiskShelf {
  readonly #storage: Storage;
  readonly #files: FilePlace;

  constructor(storage: Storage, files: FilePlace) {
    this.#storage = storage;
    this.#files = files;
  }

  /** All that is kept, by title. */
  async list(): Promise<Result<readonly ShelfImage[]>> {
    const names = await this.#storage.keys(FOLDER);
    if (!names.ok) return names;
    const images: ShelfImage[] = [];
    for (const key of names.value) {
      const record = await this.#storage.get(key);
      if (!record.ok) return record;
      const image = imageIn(key.slice(FOLDER.length), record.value);
      if (image !== undefined) images.push(image);
    }
    return ok(images.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0)));
  }

  async content(): Promise<Result<ShelfContent>> {
    const list = await this.list();
    if (!list.ok) return list;
    const files = await this.#files.list();
    if (!files.ok) return files;
    const unnamed = new Map(files.value.map((file) => [file.name, file]));
    const images = list.value.map((image) => {
      const name = fileName(image.layer);
      const changedMs = unnamed.get(name)?.changedMs ?? 0;
      unnamed.delete(name);
      return { ...image, changedMs };
    });
    const strays = [...unnamed.values()].filter(({ name }) => name.endsWith(LAYER_FILE));
    return ok({ images, files: files.value, strays });
  }

  /** Keeps a layer; what it was called before stays. */
  async put(layer: Layer, title: string): Promise<Result<ShelfImage>> {
    const key = FOLDER + layer.name;
    const known = await this.#storage.get(key);
    if (!known.ok) return known;
    const before = imageIn(layer.name, known.value);
    if (before !== undefined) return ok(before);
    const written = await this.#files.write(fileName(layer.name), layer.file);
    if (!written.ok) return written;
    const { sizeBytes, below, file } = layer;
    const image = {
      ...{ layer: layer.name, title: title.slice(0, LONGEST_TITLE), sizeBytes, bytes: file.length, below },
    };
    const record = new TextEncoder().encode(JSON.stringify(image));
    const done = await this.#storage.commit({ put: [[key, record]] });
    if (done.ok) return ok(image);
    // Without its record the file is of no use, and takes room where there may be none; another tab may have kept the same meanwhile.
    const now = await this.#storage.get(key);
    if (now.ok && now.value === undefined) await this.#files.remove(fileName(layer.name));
    return done;
  }

  /** A layer, looked at whole: what is kept can have come to harm. */
  async get(name: string): Promise<Result<Layer>> {
    const missing = fail('disk.layerMissing', { layer: name });
    if (!LAYER_NAME.test(name)) return missing;
    const bytes = await this.#files.read(fileName(name));
    if (!bytes.ok) return bytes;
    if (bytes.value === undefined) return missing;
    const layer = readLayer(bytes.value);
    if (!layer.ok) return layer;
    return layer.value.name === name ? layer : fail('layer.damaged');
  }

  /** @param inUse names of layers that may not go; those that others lie on do not either */
  async remove(name: string, inUse: ReadonlySet<string>): Promise<Result<null>> {
    const all = await this.list();
    if (!all.ok) return all;
    const image = all.value.find(({ layer }) => layer === name);
    if (image === undefined) return fail('disk.layerMissing', { layer: name });
    if (inUse.has(name) || all.value.some(({ below }) => below === name))
      return fail('layer.inUse', { title: image.title });
    // Without its record it counts no more, whether or not the file goes.
    const forgotten = await this.#storage.commit({ remove: [FOLDER + name] });
    return forgotten.ok ? this.#files.remove(fileName(name)) : forgotten;
  }
}

/** How the files of layers end. */
const LAYER_FILE = '.layer';
function fileName(layer: string): string {
  return layer + LAYER_FILE;
}

/** What a record says; nothing where it is none of ours. */
function imageIn(layer: string, record: Uint8Array | undefined): ShelfImage | undefined {
  if (record === undefined) return undefined;
  try {
    const { title, sizeBytes, bytes, below } = JSON.parse(
      new TextDecoder().decode(record),
    ) as Partial<ShelfImage>;
    if (typeof title !== 'string' || typeof sizeBytes !== 'number' || typeof bytes !== 'number')
      return undefined;
    return { layer, title, sizeBytes, bytes, below: typeof below === 'string' ? below : undefined };
  } catch {
    return undefined;
  }
}
