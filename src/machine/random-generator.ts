/**
 * Seeded random bytes (xoshiro128++ of Blackman and Vigna, seeded by splitmix32): the same seed gives the same bytes on
 * every machine. For simulation; not for secrets.
 */
import { refill } from '#base/state/bytes';
import { exactly, type Type, words } from '#base/state/types';

/** What a state holds of a generator: its four words. */
export const RANDOM_STATE: Type<Uint32Array> = words(exactly(4));

export class RandomGenerator {
  readonly #state = new Uint32Array(4);

  constructor(seed: number) {
    let mixed = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e37_79b9) >>> 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a_2d97);
      this.#state[i] = word ^ (word >>> 15);
    }
  }

  /** The next 32 bits. */
  next(): number {
    const s = this.#state;
    const [s0, s1, s2, s3] = s as unknown as [number, number, number, number];
    const result = rotateLeft((s0 + s3) | 0, 7) + s0;
    s[2] = s2 ^ s0;
    s[3] = s3 ^ s1;
    s[1] = s1 ^ s[2]!;
    s[0] = s0 ^ s[3]!;
    s[2] = s[2]! ^ (s1 << 9);
    s[3] = rotateLeft(s[3]!, 11);
    return result >>> 0;
  }

  /** Fills `target` with random bytes. */
  fill(target: Uint8Array): void {
    for (let at = 0; at < target.length; at += 4) {
      const word = this.next();
      for (let i = 0; i < 4 && at + i < target.length; i++) target[at + i] = word >>> (8 * i);
    }
  }

  capture(): Uint32Array {
    return this.#state;
  }

  restore(state: Uint32Array): void {
    refill(this.#state, state, 'a generator');
  }
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
