/* SHA-512 (FIPS 180-4) of messages of many lengths, with all eighty steps written out, as fast libraries have them. */
/* Result: 0xec5613ae */
#include "kernel.h"
#include <string.h>

#define BLOCK 128
#define DIGEST 64

typedef struct {
  uint64_t state[8];
  uint64_t bytes;
  uint8_t buffer[BLOCK];
} sha512;

#define ROTATE(x, n) ((x) >> (n) | (x) << (64 - (n)))
#define CHOOSE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))
#define SUM0(x) (ROTATE(x, 28) ^ ROTATE(x, 34) ^ ROTATE(x, 39))
#define SUM1(x) (ROTATE(x, 14) ^ ROTATE(x, 18) ^ ROTATE(x, 41))
#define MIX0(x) (ROTATE(x, 1) ^ ROTATE(x, 8) ^ (x) >> 7)
#define MIX1(x) (ROTATE(x, 19) ^ ROTATE(x, 61) ^ (x) >> 6)

#define STEP(a, b, c, d, e, f, g, h, i, k) \
  do { \
    uint64_t t = h + SUM1(e) + CHOOSE(e, f, g) + k + w[(i) & 15]; \
    d += t; \
    h = t + SUM0(a) + MAJORITY(a, b, c); \
  } while (0)

#define STEP_EXPANDED(a, b, c, d, e, f, g, h, i, k) \
  do { \
    w[(i) & 15] += MIX1(w[((i) - 2) & 15]) + w[((i) - 7) & 15] + MIX0(w[((i) - 15) & 15]); \
    STEP(a, b, c, d, e, f, g, h, i, k); \
  } while (0)

static uint64_t load_big_endian(const uint8_t *p) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | p[i];
  return value;
}

static void store_big_endian(uint8_t *p, uint64_t value) {
  for (int i = 7; i >= 0; i--, value >>= 8) p[i] = (uint8_t)value;
}

static void sha512_block(sha512 *hash, const uint8_t *p) {
  uint64_t w[16];
  for (int i = 0; i < 16; i++) w[i] = load_big_endian(p + 8 * i);
  uint64_t a = hash->state[0], b = hash->state[1], c = hash->state[2], d = hash->state[3];
  uint64_t e = hash->state[4], f = hash->state[5], g = hash->state[6], h = hash->state[7];
  STEP(a, b, c, d, e, f, g, h, 0, 0x428a2f98d728ae22ull);
  STEP(h, a, b, c, d, e, f, g, 1, 0x7137449123ef65cdull);
  STEP(g, h, a, b, c, d, e, f, 2, 0xb5c0fbcfec4d3b2full);
  STEP(f, g, h, a, b, c, d, e, 3, 0xe9b5dba58189dbbcull);
  STEP(e, f, g, h, a, b, c, d, 4, 0x3956c25bf348b538ull);
  STEP(d, e, f, g, h, a, b, c, 5, 0x59f111f1b605d019ull);
  STEP(c, d, e, f, g, h, a, b, 6, 0x923f82a4af194f9bull);
  STEP(b, c, d, e, f, g, h, a, 7, 0xab1c5ed5da6d8118ull);
  STEP(a, b, c, d, e, f, g, h, 8, 0xd807aa98a3030242ull);
  STEP(h, a, b, c, d, e, f, g, 9, 0x12835b0145706fbeull);
  STEP(g, h, a, b, c, d, e, f, 10, 0x243185be4ee4b28cull);
  STEP(f, g, h, a, b, c, d, e, 11, 0x550c7dc3d5ffb4e2ull);
  STEP(e, f, g, h, a, b, c, d, 12, 0x72be5d74f27b896full);
  STEP(d, e, f, g, h, a, b, c, 13, 0x80deb1fe3b1696b1ull);
  STEP(c, d, e, f, g, h, a, b, 14, 0x9bdc06a725c71235ull);
  STEP(b, c, d, e, f, g, h, a, 15, 0xc19bf174cf692694ull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 16, 0xe49b69c19ef14ad2ull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 17, 0xefbe4786384f25e3ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 18, 0x0fc19dc68b8cd5b5ull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 19, 0x240ca1cc77ac9c65ull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 20, 0x2de92c6f592b0275ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 21, 0x4a7484aa6ea6e483ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 22, 0x5cb0a9dcbd41fbd4ull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 23, 0x76f988da831153b5ull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 24, 0x983e5152ee66dfabull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 25, 0xa831c66d2db43210ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 26, 0xb00327c898fb213full);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 27, 0xbf597fc7beef0ee4ull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 28, 0xc6e00bf33da88fc2ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 29, 0xd5a79147930aa725ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 30, 0x06ca6351e003826full);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 31, 0x142929670a0e6e70ull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 32, 0x27b70a8546d22ffcull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 33, 0x2e1b21385c26c926ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 34, 0x4d2c6dfc5ac42aedull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 35, 0x53380d139d95b3dfull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 36, 0x650a73548baf63deull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 37, 0x766a0abb3c77b2a8ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 38, 0x81c2c92e47edaee6ull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 39, 0x92722c851482353bull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 40, 0xa2bfe8a14cf10364ull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 41, 0xa81a664bbc423001ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 42, 0xc24b8b70d0f89791ull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 43, 0xc76c51a30654be30ull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 44, 0xd192e819d6ef5218ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 45, 0xd69906245565a910ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 46, 0xf40e35855771202aull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 47, 0x106aa07032bbd1b8ull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 48, 0x19a4c116b8d2d0c8ull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 49, 0x1e376c085141ab53ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 50, 0x2748774cdf8eeb99ull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 51, 0x34b0bcb5e19b48a8ull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 52, 0x391c0cb3c5c95a63ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 53, 0x4ed8aa4ae3418acbull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 54, 0x5b9cca4f7763e373ull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 55, 0x682e6ff3d6b2b8a3ull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 56, 0x748f82ee5defb2fcull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 57, 0x78a5636f43172f60ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 58, 0x84c87814a1f0ab72ull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 59, 0x8cc702081a6439ecull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 60, 0x90befffa23631e28ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 61, 0xa4506cebde82bde9ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 62, 0xbef9a3f7b2c67915ull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 63, 0xc67178f2e372532bull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 64, 0xca273eceea26619cull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 65, 0xd186b8c721c0c207ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 66, 0xeada7dd6cde0eb1eull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 67, 0xf57d4f7fee6ed178ull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 68, 0x06f067aa72176fbaull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 69, 0x0a637dc5a2c898a6ull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 70, 0x113f9804bef90daeull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 71, 0x1b710b35131c471bull);
  STEP_EXPANDED(a, b, c, d, e, f, g, h, 72, 0x28db77f523047d84ull);
  STEP_EXPANDED(h, a, b, c, d, e, f, g, 73, 0x32caab7b40c72493ull);
  STEP_EXPANDED(g, h, a, b, c, d, e, f, 74, 0x3c9ebe0a15c9bebcull);
  STEP_EXPANDED(f, g, h, a, b, c, d, e, 75, 0x431d67c49c100d4cull);
  STEP_EXPANDED(e, f, g, h, a, b, c, d, 76, 0x4cc5d4becb3e42b6ull);
  STEP_EXPANDED(d, e, f, g, h, a, b, c, 77, 0x597f299cfc657e2aull);
  STEP_EXPANDED(c, d, e, f, g, h, a, b, 78, 0x5fcb6fab3ad6faecull);
  STEP_EXPANDED(b, c, d, e, f, g, h, a, 79, 0x6c44198c4a475817ull);
  hash->state[0] += a, hash->state[1] += b, hash->state[2] += c, hash->state[3] += d;
  hash->state[4] += e, hash->state[5] += f, hash->state[6] += g, hash->state[7] += h;
}

static void sha512_start(sha512 *hash) {
  static const uint64_t initial[8] = {
    0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull, 0xa54ff53a5f1d36f1ull,
    0x510e527fade682d1ull, 0x9b05688c2b3e6c1full, 0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull,
  };
  memcpy(hash->state, initial, sizeof initial);
  hash->bytes = 0;
}

static void sha512_add(sha512 *hash, const uint8_t *data, uint32_t size) {
  while (size > 0) {
    uint32_t used = (uint32_t)(hash->bytes % BLOCK);
    uint32_t part = BLOCK - used < size ? BLOCK - used : size;
    memcpy(hash->buffer + used, data, part);
    hash->bytes += part;
    data += part;
    size -= part;
    if (hash->bytes % BLOCK == 0) sha512_block(hash, hash->buffer);
  }
}

static void sha512_end(sha512 *hash, uint8_t digest[DIGEST]) {
  uint64_t bits = hash->bytes * 8;
  uint8_t pad[BLOCK + 16] = {0x80};
  uint32_t used = (uint32_t)(hash->bytes % BLOCK);
  uint32_t zeros = used < 112 ? 112 - used : 240 - used;
  store_big_endian(pad + zeros + 8, bits);
  sha512_add(hash, pad, zeros + 16);
  for (int i = 0; i < 8; i++) store_big_endian(digest + 8 * i, hash->state[i]);
}

static uint8_t message[4096];

uint32_t run(void) {
  uint32_t state = OPAQUE(88172645u);
  uint32_t rounds = OPAQUE(290);
  for (uint32_t i = 0; i < sizeof message; i++) message[i] = (uint8_t)next_random(&state);
  uint8_t digest[DIGEST];
  uint32_t sum = 0;
  for (uint32_t n = 0; n < rounds; n++) {
    sha512 hash;
    sha512_start(&hash);
    sha512_add(&hash, message, 7 * n % 100);
    sha512_add(&hash, message + n, 2000 + 3 * n);
    sha512_end(&hash, digest);
    for (int i = 0; i < DIGEST; i++) sum = sum * 31 + digest[i];
    memcpy(message + 64 * (n % 60), digest, DIGEST);
  }
  return sum;
}
