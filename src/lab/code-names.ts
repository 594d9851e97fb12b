/**
 * Names of places in the code of images: read once from each image, when somebody first looks. Nothing that runs needs them, so what reads
 * them comes with the first question.
 */
import { Later } from '#base/later';
import { type CodeNames, NO_NAMES } from '#hypervisor/host';

/** What finds names in the bytes of an image; until it has come there are none. */
export const NAME_READER: Later<typeof import('#guests/code-symbols')> = new Later(
  () => import('#guests/code-symbols'),
);

export class ImageNames {
  readonly #read = new WeakMap<Uint8Array, CodeNames>();

  of(image: Uint8Array): CodeNames {
    if (!NAME_READER.isHere) return NO_NAMES;
    const known = this.#read.get(image) ?? new NAME_READER.here.CodeSymbols(image);
    this.#read.set(image, known);
    return known;
  }
}
