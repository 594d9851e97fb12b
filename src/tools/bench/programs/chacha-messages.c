/* Messages sealed and opened by ChaCha20 and Poly1305 (RFC 8439), all twenty rounds of a block written out. */
/* Result: 0x37bd8d39 */
#include "kernel.h"
#include <string.h>

#define LEFT(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define QUARTER(a, b, c, d) \
  (a += b, d ^= a, d = LEFT(d, 16), c += d, b ^= c, b = LEFT(b, 12), a += b, d ^= a, d = LEFT(d, 8), c += d, b ^= c, \
   b = LEFT(b, 7))

static uint32_t get(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put(uint8_t *p, uint32_t x) {
  p[0] = (uint8_t)x, p[1] = (uint8_t)(x >> 8), p[2] = (uint8_t)(x >> 16), p[3] = (uint8_t)(x >> 24);
}

static void chacha_block(const uint32_t *s, uint8_t *out) {
  uint32_t x0 = s[0], x1 = s[1], x2 = s[2], x3 = s[3], x4 = s[4], x5 = s[5], x6 = s[6], x7 = s[7], x8 = s[8], x9 = s[9], x10 = s[10], x11 = s[11], x12 = s[12], x13 = s[13], x14 = s[14], x15 = s[15];
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  QUARTER(x0, x4, x8, x12);
  QUARTER(x1, x5, x9, x13);
  QUARTER(x2, x6, x10, x14);
  QUARTER(x3, x7, x11, x15);
  QUARTER(x0, x5, x10, x15);
  QUARTER(x1, x6, x11, x12);
  QUARTER(x2, x7, x8, x13);
  QUARTER(x3, x4, x9, x14);
  put(out + 0, x0 + s[0]); put(out + 4, x1 + s[1]); put(out + 8, x2 + s[2]); put(out + 12, x3 + s[3]);
  put(out + 16, x4 + s[4]); put(out + 20, x5 + s[5]); put(out + 24, x6 + s[6]); put(out + 28, x7 + s[7]);
  put(out + 32, x8 + s[8]); put(out + 36, x9 + s[9]); put(out + 40, x10 + s[10]); put(out + 44, x11 + s[11]);
  put(out + 48, x12 + s[12]); put(out + 52, x13 + s[13]); put(out + 56, x14 + s[14]); put(out + 60, x15 + s[15]);
}

static void chacha_start(uint32_t *s, const uint8_t *key, const uint8_t *nonce, uint32_t counter) {
  memcpy(s, "expand 32-byte k", 16);
  for (int i = 0; i < 8; i++) s[4 + i] = get(key + 4 * i);
  s[12] = counter;
  for (int i = 0; i < 3; i++) s[13 + i] = get(nonce + 4 * i);
}

static void chacha_mix(uint32_t *s, const uint8_t *in, uint8_t *out, uint32_t size) {
  uint8_t stream[64];
  for (; size > 0; s[12]++) {
    uint32_t part = size < 64 ? size : 64;
    chacha_block(s, stream);
    for (uint32_t i = 0; i < part; i++) out[i] = in[i] ^ stream[i];
    in += part, out += part, size -= part;
  }
}

/* Numbers modulo 2^130 - 5 in five limbs of 26 bits. */
struct poly {
  uint32_t r[5], h[5], pad[4];
};

static void poly_start(struct poly *poly, const uint8_t *key) {
  uint32_t a = get(key), b = get(key + 4), c = get(key + 8), d = get(key + 12);
  poly->r[0] = a & 0x3ffffff;
  poly->r[1] = (a >> 26 | b << 6) & 0x3ffff03;
  poly->r[2] = (b >> 20 | c << 12) & 0x3ffc0ff;
  poly->r[3] = (c >> 14 | d << 18) & 0x3f03fff;
  poly->r[4] = d >> 8 & 0x00fffff;
  memset(poly->h, 0, sizeof poly->h);
  for (int i = 0; i < 4; i++) poly->pad[i] = get(key + 16 + 4 * i);
}

static void poly_block(struct poly *poly, const uint8_t *p, uint32_t high) {
  const uint32_t *r = poly->r;
  uint32_t *h = poly->h;
  uint32_t a = get(p), b = get(p + 4), c = get(p + 8), d = get(p + 12);
  h[0] += a & 0x3ffffff;
  h[1] += (a >> 26 | b << 6) & 0x3ffffff;
  h[2] += (b >> 20 | c << 12) & 0x3ffffff;
  h[3] += (c >> 14 | d << 18) & 0x3ffffff;
  h[4] += d >> 8 | high << 24;
  uint64_t products[5], carry = 0;
  for (int i = 0; i < 5; i++) {
    products[i] = 0;
    for (int j = 0; j < 5; j++) products[i] += (uint64_t)h[j] * (j <= i ? r[i - j] : 5 * r[5 + i - j]);
  }
  for (int i = 0; i < 5; i++) {
    carry += products[i];
    h[i] = (uint32_t)carry & 0x3ffffff;
    carry >>= 26;
  }
  carry = carry * 5 + h[0];
  h[0] = (uint32_t)carry & 0x3ffffff;
  h[1] += (uint32_t)(carry >> 26);
}

static void poly_add(struct poly *poly, const uint8_t *data, uint32_t size) {
  uint8_t last[16] = {0};
  for (; size >= 16; size -= 16, data += 16) poly_block(poly, data, 1);
  if (size == 0) return;
  memcpy(last, data, size);
  poly_block(poly, last, 1);
}

static void poly_end(struct poly *poly, uint8_t *tag) {
  uint32_t *h = poly->h, g[5], carry = 0;
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < 5; i++) {
      h[i] += carry;
      carry = h[i] >> 26;
      h[i] &= 0x3ffffff;
      if (i == 4) carry *= 5;
    }
  h[0] += carry;
  carry = 5;
  for (int i = 0; i < 5; i++) {
    g[i] = h[i] + carry;
    carry = g[i] >> 26;
    g[i] &= 0x3ffffff;
  }
  /* 2^130 - 5 goes off if it fits. */
  if (carry != 0) memcpy(h, g, sizeof g);
  uint32_t words[4] = {h[0] | h[1] << 26, h[1] >> 6 | h[2] << 20, h[2] >> 12 | h[3] << 14, h[3] >> 18 | h[4] << 8};
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += (uint64_t)words[i] + poly->pad[i];
    put(tag + 4 * i, (uint32_t)sum);
    sum >>= 32;
  }
}

static void authenticate(const uint8_t *key, const uint8_t *nonce, const uint8_t *data, uint32_t size, uint8_t *tag) {
  uint32_t s[16];
  uint8_t first[64], lengths[16] = {0};
  struct poly poly;
  chacha_start(s, key, nonce, 0);
  chacha_block(s, first);
  poly_start(&poly, first);
  poly_add(&poly, nonce, 12);
  poly_add(&poly, data, size);
  put(lengths, 12), put(lengths + 8, size);
  poly_block(&poly, lengths, 1);
  poly_end(&poly, tag);
}

static uint8_t text[20000], sealed[20000], opened[20000];

uint32_t run(void) {
  uint32_t seed = OPAQUE(25519u), sum = 0;
  for (uint32_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)(next_random(&seed) >> 7);
  for (uint32_t n = 0, messages = OPAQUE(28); n < messages; n++) {
    uint8_t key[32], nonce[12] = {0}, tag[16], other[16];
    uint32_t s[16], size = n % 4 == 0 ? sizeof text : 1 + next_random(&seed) % 9000;
    for (int i = 0; i < 32; i++) key[i] = (uint8_t)next_random(&seed);
    put(nonce, n);
    chacha_start(s, key, nonce, 1);
    chacha_mix(s, text, sealed, size);
    authenticate(key, nonce, sealed, size, tag);
    authenticate(key, nonce, sealed, size, other);
    if (memcmp(tag, other, 16) != 0) return 1;
    chacha_start(s, key, nonce, 1);
    chacha_mix(s, sealed, opened, size);
    if (memcmp(text, opened, size) != 0) return 2;
    for (int i = 0; i < 16; i++) sum = sum * 31 + tag[i];
    text[n] ^= tag[0];
  }
  return sum;
}
