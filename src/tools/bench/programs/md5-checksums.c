/* MD5 (RFC 1321) of the files of an archive in memory and of the list of them: steps written out, sizes of every kind. */
/* Result: 0xf6ec7d99 */
#include "kernel.h"
#include <string.h>

#define LEFT(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define ADD(f, a, b, x, s, k) (a += (f) + (x) + (k), a = LEFT(a, s) + (b))
#define F(a, b, c, d, x, s, k) ADD(((b) & (c)) | (~(b) & (d)), a, b, x, s, k)
#define G(a, b, c, d, x, s, k) ADD(((b) & (d)) | ((c) & ~(d)), a, b, x, s, k)
#define H(a, b, c, d, x, s, k) ADD((b) ^ (c) ^ (d), a, b, x, s, k)
#define I(a, b, c, d, x, s, k) ADD((c) ^ ((b) | ~(d)), a, b, x, s, k)

struct md5 {
  uint32_t a, b, c, d;
  uint64_t size;
  uint8_t rest[64];
};

static void md5_transform(struct md5 *md5, const uint8_t *block) {
  uint32_t word[16];
  for (int i = 0; i < 16; i++, block += 4)
    word[i] = (uint32_t)block[0] | (uint32_t)block[1] << 8 | (uint32_t)block[2] << 16 | (uint32_t)block[3] << 24;
  uint32_t a = md5->a, b = md5->b, c = md5->c, d = md5->d;
  F(a, b, c, d, word[0], 7, 0xd76aa478);
  F(d, a, b, c, word[1], 12, 0xe8c7b756);
  F(c, d, a, b, word[2], 17, 0x242070db);
  F(b, c, d, a, word[3], 22, 0xc1bdceee);
  F(a, b, c, d, word[4], 7, 0xf57c0faf);
  F(d, a, b, c, word[5], 12, 0x4787c62a);
  F(c, d, a, b, word[6], 17, 0xa8304613);
  F(b, c, d, a, word[7], 22, 0xfd469501);
  F(a, b, c, d, word[8], 7, 0x698098d8);
  F(d, a, b, c, word[9], 12, 0x8b44f7af);
  F(c, d, a, b, word[10], 17, 0xffff5bb1);
  F(b, c, d, a, word[11], 22, 0x895cd7be);
  F(a, b, c, d, word[12], 7, 0x6b901122);
  F(d, a, b, c, word[13], 12, 0xfd987193);
  F(c, d, a, b, word[14], 17, 0xa679438e);
  F(b, c, d, a, word[15], 22, 0x49b40821);
  G(a, b, c, d, word[1], 5, 0xf61e2562);
  G(d, a, b, c, word[6], 9, 0xc040b340);
  G(c, d, a, b, word[11], 14, 0x265e5a51);
  G(b, c, d, a, word[0], 20, 0xe9b6c7aa);
  G(a, b, c, d, word[5], 5, 0xd62f105d);
  G(d, a, b, c, word[10], 9, 0x02441453);
  G(c, d, a, b, word[15], 14, 0xd8a1e681);
  G(b, c, d, a, word[4], 20, 0xe7d3fbc8);
  G(a, b, c, d, word[9], 5, 0x21e1cde6);
  G(d, a, b, c, word[14], 9, 0xc33707d6);
  G(c, d, a, b, word[3], 14, 0xf4d50d87);
  G(b, c, d, a, word[8], 20, 0x455a14ed);
  G(a, b, c, d, word[13], 5, 0xa9e3e905);
  G(d, a, b, c, word[2], 9, 0xfcefa3f8);
  G(c, d, a, b, word[7], 14, 0x676f02d9);
  G(b, c, d, a, word[12], 20, 0x8d2a4c8a);
  H(a, b, c, d, word[5], 4, 0xfffa3942);
  H(d, a, b, c, word[8], 11, 0x8771f681);
  H(c, d, a, b, word[11], 16, 0x6d9d6122);
  H(b, c, d, a, word[14], 23, 0xfde5380c);
  H(a, b, c, d, word[1], 4, 0xa4beea44);
  H(d, a, b, c, word[4], 11, 0x4bdecfa9);
  H(c, d, a, b, word[7], 16, 0xf6bb4b60);
  H(b, c, d, a, word[10], 23, 0xbebfbc70);
  H(a, b, c, d, word[13], 4, 0x289b7ec6);
  H(d, a, b, c, word[0], 11, 0xeaa127fa);
  H(c, d, a, b, word[3], 16, 0xd4ef3085);
  H(b, c, d, a, word[6], 23, 0x04881d05);
  H(a, b, c, d, word[9], 4, 0xd9d4d039);
  H(d, a, b, c, word[12], 11, 0xe6db99e5);
  H(c, d, a, b, word[15], 16, 0x1fa27cf8);
  H(b, c, d, a, word[2], 23, 0xc4ac5665);
  I(a, b, c, d, word[0], 6, 0xf4292244);
  I(d, a, b, c, word[7], 10, 0x432aff97);
  I(c, d, a, b, word[14], 15, 0xab9423a7);
  I(b, c, d, a, word[5], 21, 0xfc93a039);
  I(a, b, c, d, word[12], 6, 0x655b59c3);
  I(d, a, b, c, word[3], 10, 0x8f0ccc92);
  I(c, d, a, b, word[10], 15, 0xffeff47d);
  I(b, c, d, a, word[1], 21, 0x85845dd1);
  I(a, b, c, d, word[8], 6, 0x6fa87e4f);
  I(d, a, b, c, word[15], 10, 0xfe2ce6e0);
  I(c, d, a, b, word[6], 15, 0xa3014314);
  I(b, c, d, a, word[13], 21, 0x4e0811a1);
  I(a, b, c, d, word[4], 6, 0xf7537e82);
  I(d, a, b, c, word[11], 10, 0xbd3af235);
  I(c, d, a, b, word[2], 15, 0x2ad7d2bb);
  I(b, c, d, a, word[9], 21, 0xeb86d391);
  md5->a += a, md5->b += b, md5->c += c, md5->d += d;
}

static void md5_init(struct md5 *md5) {
  md5->a = 0x67452301, md5->b = 0xefcdab89, md5->c = 0x98badcfe, md5->d = 0x10325476;
  md5->size = 0;
}

static void md5_update(struct md5 *md5, const void *data, uint32_t size) {
  const uint8_t *bytes = data;
  uint32_t have = (uint32_t)md5->size & 63;
  md5->size += size;
  if (have + size < 64) {
    memcpy(md5->rest + have, bytes, size);
    return;
  }
  if (have > 0) {
    memcpy(md5->rest + have, bytes, 64 - have);
    md5_transform(md5, md5->rest);
    bytes += 64 - have;
    size -= 64 - have;
  }
  for (; size >= 64; size -= 64, bytes += 64) md5_transform(md5, bytes);
  memcpy(md5->rest, bytes, size);
}

static void md5_final(struct md5 *md5, char *text) {
  static const uint8_t padding[64] = {0x80};
  uint64_t bits = md5->size << 3;
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> 8 * i);
  uint32_t have = (uint32_t)md5->size & 63;
  md5_update(md5, padding, have < 56 ? 56 - have : 120 - have);
  md5_update(md5, length, 8);
  const uint32_t words[4] = {md5->a, md5->b, md5->c, md5->d};
  for (int i = 0; i < 32; i++) {
    uint32_t byte = words[i / 8] >> 8 * (i / 2 % 4) & 255;
    text[i] = "0123456789abcdef"[i % 2 == 0 ? byte >> 4 : byte & 15];
  }
  text[32] = 0;
}

/* An archive: for each file its size in two bytes, then its content. */
static uint8_t archive[400000];

static uint32_t fill_archive(uint32_t seed) {
  uint32_t at = 0;
  while (at + 8000 < sizeof archive) {
    uint32_t most = next_random(&seed) % 3 == 0 ? 6000 : 300;
    uint32_t size = next_random(&seed) % most;
    archive[at++] = (uint8_t)size;
    archive[at++] = (uint8_t)(size >> 8);
    for (uint32_t i = 0; i < size; i++) archive[at++] = (uint8_t)(next_random(&seed) >> 9);
  }
  return at;
}

uint32_t run(void) {
  uint32_t rounds = OPAQUE(3);
  uint32_t end = fill_archive(OPAQUE(362436069u));
  uint32_t sum = 0;
  for (uint32_t n = 0; n < rounds; n++) {
    struct md5 list;
    char text[33];
    md5_init(&list);
    for (uint32_t at = 0; at < end;) {
      uint32_t size = archive[at] | (uint32_t)archive[at + 1] << 8;
      struct md5 file;
      md5_init(&file);
      md5_update(&file, archive + at + 2, size);
      md5_final(&file, text);
      md5_update(&list, text, 32);
      md5_update(&list, "\n", 1);
      at += 2 + size;
    }
    md5_final(&list, text);
    for (int i = 0; i < 32; i++) sum = sum * 131 + (uint8_t)text[i];
    archive[2 + n * 7] ^= 1;
  }
  return sum;
}
