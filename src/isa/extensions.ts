/** Extensions that a machine may have or lack. All others are always there. A machine without one takes its instructions for illegal. */
import type { Extension } from './instructions/row.ts';

export type OptionalExtension = Extract<Extension, 'Zba' | 'Zbb' | 'Zbs'>;

/** In the order of their bits in the engine's setting. */
export const OPTIONAL_EXTENSIONS: readonly OptionalExtension[] = ['Zba', 'Zbb', 'Zbs'];

/** The bit of an extension in the engine's setting; 0 for what every machine has. */
export function extensionBit(extension: Extension): number {
  const index = (OPTIONAL_EXTENSIONS as readonly Extension[]).indexOf(extension);
  return index < 0 ? 0 : 1 << index;
}

/** The setting for a set of extensions. */
export function extensionBits(extensions: readonly OptionalExtension[]): number {
  return extensions.reduce((all, extension) => all | extensionBit(extension), 0);
}
