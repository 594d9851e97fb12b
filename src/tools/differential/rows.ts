/** The rows of the instruction tables that QEMU 7.2 knows too. It lacks Zicond and Zcb: the tests of the engine and of the translator have these. */
import { COMPRESSED, type Compressed } from '#isa/compressed';
import { OPTIONAL_EXTENSIONS, type OptionalExtension, USUAL_EXTENSIONS } from '#isa/extensions';
import { INSTRUCTIONS, type Instruction } from '#isa/instructions';
import type { Extension } from '#isa/instructions/row';

/** Optional extensions that both have. */
export const COMPARED_EXTENSIONS: readonly OptionalExtension[] = [...USUAL_EXTENSIONS, 'Zbc'];

function isCompared(extension: Extension): boolean {
  const of = (list: readonly Extension[]): boolean => list.includes(extension);
  return !of(OPTIONAL_EXTENSIONS) || of(COMPARED_EXTENSIONS);
}

export const COMPARED: readonly Instruction[] = INSTRUCTIONS.filter(({ extension }) => isCompared(extension));
export const COMPARED_COMPRESSED: readonly Compressed[] = COMPRESSED.filter(({ needs }) =>
  (needs ?? []).every(isCompared),
);
