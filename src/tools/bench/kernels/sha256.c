/* The compression function of SHA-256 over 256 KiB: long straight code with rotations. */
/* Result: 0x5ed3b1c4 */
#include "kernel.h"
#define BLOCKS 4096
#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))
static uint32_t constants[64], state[8];

static void compress(const uint32_t *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) w[i] = block[i];
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    uint32_t s0 = ROTATE(a, 7) ^ ROTATE(a, 18) ^ a >> 3, s1 = ROTATE(b, 17) ^ ROTATE(b, 19) ^ b >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t s1 = ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25);
    uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    uint32_t s0 = ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22);
    uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

uint32_t run(void) {
  uint32_t blocks = OPAQUE(BLOCKS);
  uint32_t random = OPAQUE(2463534242u);
  /* Any constants cost the same. */
  for (int i = 0; i < 64; i++) constants[i] = next_random(&random);
  for (int i = 0; i < 8; i++) state[i] = next_random(&random);
  uint32_t block[16];
  for (int i = 0; i < 16; i++) block[i] = next_random(&random);
  for (uint32_t n = 0; n < blocks; n++) {
    block[n & 15] += n;
    compress(block);
  }
  return state[0] ^ state[7];
}
