/** Names of places in the code of VMs: read once from the image that a VM was made of, when somebody first looks. */
import type { VmSpec } from '#base/scenario';
import { CodeSymbols } from '#guests/code-symbols';
import { neededSoftware, type SoftwareStore } from '#lab/software';

const NOTHING = new CodeSymbols(new Uint8Array());

export class ImageSymbols {
  readonly #store: SoftwareStore;
  readonly #read = new WeakMap<Uint8Array, CodeSymbols>();

  constructor(store: SoftwareStore) {
    this.#store = store;
  }

  of(spec: VmSpec): CodeSymbols {
    const needed = neededSoftware(spec);
    const [key] = needed.ok ? needed.value : [];
    const bytes = key === undefined ? undefined : this.#store.bytes(key);
    if (bytes === undefined) return NOTHING;
    const known = this.#read.get(bytes) ?? new CodeSymbols(bytes);
    this.#read.set(bytes, known);
    return known;
  }
}
