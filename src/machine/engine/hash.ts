// XXH64 (public specification, xxHash v0.8) over memory, in blocks of 32 bytes: callers pad. The hash of a snapshot must not depend
// on the JavaScript engine, and frames are hashed where they lie.
const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;

let a: u64 = 0;
let b: u64 = 0;
let c: u64 = 0;
let d: u64 = 0;
let total: u64 = 0;

function round(lane: u64, input: u64): u64 {
  return rotl<u64>(lane + input * P2, 31) * P1;
}

function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * P1 + P4;
}

/** Starts a hash. */
export function hashStart(): void {
  a = P1 + P2;
  b = P2;
  c = 0;
  d = 0 - P1;
  total = 0;
}

/** Takes `size` bytes at `at`; `size` is a multiple of 32. */
export function hashBlocks(at: u32, size: u32): void {
  const end = at + size;
  // Registers for the while: globals are read from memory and written to it in each round.
  let w = a;
  let x = b;
  let y = c;
  let z = d;
  for (let p = at; p < end; p += 32) {
    w = round(w, load<u64>(p));
    x = round(x, load<u64>(p, 8));
    y = round(y, load<u64>(p, 16));
    z = round(z, load<u64>(p, 24));
  }
  a = w;
  b = x;
  c = y;
  d = z;
  total += size;
}

/** Ends the hash. */
export function hashEnd(): u64 {
  let hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
  hash = merge(merge(merge(merge(hash, a), b), c), d) + total;
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}
