/**
 * The number of 64 bits in two words of the engine's memory, the lower half first: exact as far as numbers are, which all that is counted stays
 * below.
 */
export function wideWord(words: Uint32Array, at: number): number {
  return (words[at] as number) + (words[at + 1] as number) * 0x1_0000_0000;
}
