/** Names of places in the code of images: read once from each image, when somebody first looks. */
import { CodeSymbols } from '#guests/code-symbols';
import type { CodeNames } from '#hypervisor/host';

export class ImageNames {
  readonly #read = new WeakMap<Uint8Array, CodeNames>();

  of(image: Uint8Array): CodeNames {
    const known = this.#read.get(image) ?? new CodeSymbols(image);
    this.#read.set(image, known);
    return known;
  }
}
