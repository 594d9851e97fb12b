/**
 * What tells a VM from all others of its lab and stays its own wherever it goes: a number, from which addresses and random numbers
 * follow that its specification does not give.
 */
import { RandomGenerator } from '#machine/random-generator';
import { formatMac, macAt } from '../network/ether-frame.ts';

/** Locally administered addresses of cards; the last three bytes come from the seed, the identity and the card. */
const MAC_PREFIX = [0x52, 0x54, 0x00] as const;

/** A card's address: as given, or made from the seed. */
export function macOf(given: string | undefined, seed: number, identity: number, card: number): Uint8Array {
  const parts = given?.split(':').map((part) => Number.parseInt(part, 16)) ?? [];
  if (parts.length === 6 && parts.every((part) => part >= 0 && part <= 0xff)) return Uint8Array.from(parts);
  return Uint8Array.from([...MAC_PREFIX, seed & 0xff, identity + 1, card]);
}

/** The address of a card that is not given one, as text. */
export function macText(seed: number, identity: number, card: number): string {
  return formatMac(macAt(macOf(undefined, seed, identity, card), 0));
}

/** Random bytes that a guest is given when it starts. */
export function startSeed(seed: number, identity: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new RandomGenerator(seed * 64 + identity).fill(bytes);
  return bytes;
}
