/** Seeds of things by name, so that one more of them changes nothing for the others. */

/** FNV-1a over the seed and the name, 32 bits. */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c_9dc5 ^ seed;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** A MAC address that is administered locally, for a thing of the network that is no card. */
export function macOf(seed: number, name: string): number {
  // 02-4e: of one station, and none that a card of a VM is given.
  return 0x024e_0000_0000 + seedOf(seed, name);
}
