/** What the page can do with disk images: take them in, list them, give them out, delete them. */
import { fail, ok, type Result } from '#base/result';
import type { KeptImage, OnRead } from '#bridge/protocol/disks';
import type { ByteSource } from '#lab/disks/formats/byte-file';
import type { ImageFormat } from '#lab/disks/formats/disk-image';
import type { DiskShelf, ShelfContent, ShelfImage } from '#lab/disks/shelf';
import { type FilePlace, MemoryFiles } from '#lab/storage/file-place';
import { MemoryStorage } from '#lab/storage/memory-storage';
import type { Storage, StorageRoom } from '#lab/storage/storage';
import { type Layer, readLayer } from '#machine/devices/disk/layers/layer';

/** Where images are kept; absent: in memory. */
export interface DiskPlaces {
  readonly storage: Storage;
  /** Nothing where the browser has no place for files. */
  files(): Promise<FilePlace | undefined>;
  /** Reads parts of a file at once, as the worker of a browser can. */
  readonly source?: (file: Blob) => ByteSource;
}

export interface DiskServiceOptions {
  readonly places: DiskPlaces | undefined;
  /** Lets others go on. */
  readonly pause: () => Promise<void>;
  /** By layer, the VMs of the open lab whose disks lie on it. */
  readonly usedBy: () => Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A worker reads what it needs of a file while it needs it. */
function blobSource(blob: Blob): ByteSource {
  const reader = new FileReaderSync();
  return {
    sizeBytes: blob.size,
    read: (at, target) =>
      target.set(new Uint8Array(reader.readAsArrayBuffer(blob.slice(at, at + target.length)))),
  };
}

/** What the shelf holds, as the page knows it. */
interface KeptContent extends Omit<ShelfContent, 'images'> {
  readonly images: readonly KeptImage[];
}

export class DiskService {
  readonly #options: DiskServiceOptions;
  #shelf: Promise<DiskShelf> | undefined;
  #files: Promise<FilePlace> | undefined;
  #work = new AbortController();

  constructor(options: DiskServiceOptions) {
    this.#options = options;
  }

  get shelf(): Promise<DiskShelf> {
    this.#shelf ??= this.#open();
    return this.#shelf;
  }
  async #open(): Promise<DiskShelf> {
    const { places } = this.#options;
    const files = await this.files;
    const { DiskShelf } = await import('#lab/disks/shelf');
    // Records without their files would be of no use the next time.
    return new DiskShelf(places !== undefined && files.lasts ? places.storage : new MemoryStorage(), files);
  }
  get files(): Promise<FilePlace> {
    this.#files ??= (this.#options.places?.files() ?? Promise.resolve(undefined)).then(
      (files) => files ?? new MemoryFiles(),
    );
    return this.#files;
  }

  /** All that is kept of images, and all files. */
  async content(): Promise<Result<KeptContent>> {
    const content = await (await this.shelf).content();
    if (!content.ok) return content;
    const usedBy = await this.#options.usedBy();
    const images = content.value.images.map((image) => described(image, usedBy, image.changedMs));
    return ok({ ...content.value, images });
  }
  async removeStrays(): Promise<Result<null>> {
    const content = await (await this.shelf).content();
    if (!content.ok) return content;
    const files = await this.files;
    for (const { name } of content.value.strays) {
      const removed = await files.remove(name);
      if (!removed.ok) return removed;
    }
    return ok(null);
  }
  async room(): Promise<StorageRoom | undefined> {
    return this.#options.places?.storage.room();
  }
  get storage(): Storage | undefined {
    return this.#options.places?.storage;
  }

  /** Takes an image in, of any format that is known; what was begun and is cancelled leaves nothing. */
  async take(file: Blob, title: string, onRead: OnRead): Promise<Result<KeptImage>> {
    this.#work.abort();
    const work = new AbortController();
    this.#work = work;
    try {
      const { layerOfFile } = await import('./image-files.ts');
      const layer = await layerOfFile((this.#options.places?.source ?? blobSource)(file), async (done) => {
        onRead(done, file.size);
        await this.#options.pause();
        return !work.signal.aborted;
      });
      if (!layer.ok) return layer;
      const kept = await (await this.shelf).put(layer.value, title);
      return kept.ok ? ok(described(kept.value, new Map(), 0)) : kept;
    } catch (error) {
      // The file changed or went away while it was read.
      if (!(error instanceof DOMException)) throw error;
      return fail('file.unreadable', { path: title, reason: error.message });
    }
  }
  cancel(): void {
    this.#work.abort();
  }

  /** Layers, the uppermost first, as an image of a format. */
  async give(layers: readonly Layer[], format: ImageFormat, onRead: OnRead): Promise<Result<Blob>> {
    const [top] = layers;
    if (top === undefined) return fail('layer.damaged');
    this.#work.abort();
    const work = new AbortController();
    this.#work = work;
    const { fileOfLayer } = await import('./image-files.ts');
    const file = await fileOfLayer(top.name, layers, format, async (done) => {
      onRead(done, top.sizeBytes);
      await this.#options.pause();
      return !work.signal.aborted;
    });
    return file.ok ? ok(new Blob([file.value.slice()])) : file;
  }

  async remove(name: string): Promise<Result<null>> {
    const used = await this.#options.usedBy();
    return (await this.shelf).remove(name, new Set(used.keys()));
  }

  /** A layer and those below it. */
  async chain(name: string): Promise<Result<readonly Layer[]>> {
    const shelf = await this.shelf;
    const found: Layer[] = [];
    for (let next: string | undefined = name; next !== undefined; next = found.at(-1)?.below) {
      const layer = await shelf.get(next);
      if (!layer.ok) return layer;
      found.push(layer.value);
    }
    return ok(found);
  }

  /** Keeps layers that disks of a lab have sealed. */
  async keep(
    sealed: readonly { readonly bytes: Uint8Array; readonly title: string }[],
  ): Promise<Result<null>> {
    const shelf = await this.shelf;
    for (const { bytes, title } of sealed) {
      const layer = readLayer(bytes, 'known');
      const kept = layer.ok ? await shelf.put(layer.value, title) : layer;
      if (!kept.ok) return kept;
    }
    return ok(null);
  }
}

function described(
  { layer, title, sizeBytes, bytes, below }: ShelfImage,
  usedBy: ReadonlyMap<string, readonly string[]>,
  changedMs: number,
): KeptImage {
  return {
    ...{ layer, title, sizeBytes, bytes, changedMs, usedBy: usedBy.get(layer) ?? [] },
    ...(below === undefined ? {} : { below }),
  };
}
