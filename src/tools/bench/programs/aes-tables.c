/* AES (FIPS 197) with four tables of 1 KiB: encryption in counter mode and decryption of blocks in a chain. */
/* Result: 0xb387b5ff */
#include "kernel.h"
#include <string.h>

#define MOST_ROUNDS 14

typedef struct {
  uint32_t words[4 * (MOST_ROUNDS + 1)];
  int rounds;
} aes_key;

static uint8_t sbox[256], inverse_sbox[256];
static uint32_t te0[256], te1[256], te2[256], te3[256];
static uint32_t td0[256], td1[256], td2[256], td3[256];

static uint8_t times(uint8_t a, uint8_t b) {
  uint8_t product = 0;
  for (; b != 0; b >>= 1) {
    if (b & 1) product ^= a;
    a = (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1b : 0));
  }
  return product;
}

static uint32_t rotate_right(uint32_t x, int n) {
  return x >> n | x << (32 - n);
}

static void make_tables(void) {
  uint8_t p = 1, q = 1;
  do {
    p = (uint8_t)(p ^ p << 1 ^ (p & 0x80 ? 0x1b : 0)); /* p times 3 */
    q ^= (uint8_t)(q << 1);                            /* q by 3 */
    q ^= (uint8_t)(q << 2);
    q ^= (uint8_t)(q << 4);
    if (q & 0x80) q ^= 0x09;
    uint32_t twice = q | (uint32_t)q << 8;
    sbox[p] = (uint8_t)(q ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4 ^ 0x63);
  } while (p != 1);
  sbox[0] = 0x63;
  for (int i = 0; i < 256; i++) {
    uint8_t s = sbox[i];
    inverse_sbox[s] = (uint8_t)i;
    te0[i] = (uint32_t)times(s, 2) << 24 | (uint32_t)s << 16 | (uint32_t)s << 8 | times(s, 3);
    te1[i] = rotate_right(te0[i], 8);
    te2[i] = rotate_right(te0[i], 16);
    te3[i] = rotate_right(te0[i], 24);
  }
  for (int i = 0; i < 256; i++) {
    uint8_t s = inverse_sbox[i];
    td0[i] = (uint32_t)times(s, 14) << 24 | (uint32_t)times(s, 9) << 16 | (uint32_t)times(s, 13) << 8 | times(s, 11);
    td1[i] = rotate_right(td0[i], 8);
    td2[i] = rotate_right(td0[i], 16);
    td3[i] = rotate_right(td0[i], 24);
  }
}

static uint32_t get(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put(uint8_t *p, uint32_t x) {
  p[0] = (uint8_t)(x >> 24), p[1] = (uint8_t)(x >> 16), p[2] = (uint8_t)(x >> 8), p[3] = (uint8_t)x;
}

static uint32_t substitute(uint32_t x) {
  return (uint32_t)sbox[x >> 24] << 24 | (uint32_t)sbox[x >> 16 & 255] << 16 | (uint32_t)sbox[x >> 8 & 255] << 8 | sbox[x & 255];
}

static void expand(aes_key *key, const uint8_t *bytes, int length) {
  uint32_t constant = 1;
  key->rounds = length + 6;
  for (int i = 0; i < length; i++) key->words[i] = get(bytes + 4 * i);
  for (int i = length; i < 4 * (key->rounds + 1); i++) {
    uint32_t word = key->words[i - 1];
    if (i % length == 0) {
      word = substitute(rotate_right(word, 24)) ^ constant << 24;
      constant = times((uint8_t)constant, 2);
    } else if (length > 6 && i % length == 4) {
      word = substitute(word);
    }
    key->words[i] = key->words[i - length] ^ word;
  }
}

/* The key for decrypting: rounds backwards, all but the outer two mixed. */
static void invert(aes_key *to, const aes_key *from) {
  to->rounds = from->rounds;
  for (int round = 0; round <= from->rounds; round++)
    for (int i = 0; i < 4; i++) {
      uint32_t word = from->words[4 * (from->rounds - round) + i];
      if (round > 0 && round < from->rounds)
        word = td0[sbox[word >> 24]] ^ td1[sbox[word >> 16 & 255]] ^ td2[sbox[word >> 8 & 255]] ^ td3[sbox[word & 255]];
      to->words[4 * round + i] = word;
    }
}

#define E(t, a, b, c, d, k) t = te0[a >> 24] ^ te1[b >> 16 & 255] ^ te2[c >> 8 & 255] ^ te3[d & 255] ^ (k)
#define D(t, a, b, c, d, k) t = td0[a >> 24] ^ td1[b >> 16 & 255] ^ td2[c >> 8 & 255] ^ td3[d & 255] ^ (k)
#define LAST(box, a, b, c, d) \
  ((uint32_t)box[a >> 24] << 24 | (uint32_t)box[b >> 16 & 255] << 16 | (uint32_t)box[c >> 8 & 255] << 8 | box[d & 255])

static void encrypt(const aes_key *key, const uint8_t *in, uint8_t *out) {
  const uint32_t *k = key->words;
  uint32_t s0 = get(in) ^ k[0], s1 = get(in + 4) ^ k[1], s2 = get(in + 8) ^ k[2], s3 = get(in + 12) ^ k[3];
  uint32_t t0, t1, t2, t3;
  for (int round = 1; round < key->rounds; round++) {
    k += 4;
    E(t0, s0, s1, s2, s3, k[0]);
    E(t1, s1, s2, s3, s0, k[1]);
    E(t2, s2, s3, s0, s1, k[2]);
    E(t3, s3, s0, s1, s2, k[3]);
    s0 = t0, s1 = t1, s2 = t2, s3 = t3;
  }
  put(out, LAST(sbox, s0, s1, s2, s3) ^ k[4]);
  put(out + 4, LAST(sbox, s1, s2, s3, s0) ^ k[5]);
  put(out + 8, LAST(sbox, s2, s3, s0, s1) ^ k[6]);
  put(out + 12, LAST(sbox, s3, s0, s1, s2) ^ k[7]);
}

static void decrypt(const aes_key *key, const uint8_t *in, uint8_t *out) {
  const uint32_t *k = key->words;
  uint32_t s0 = get(in) ^ k[0], s1 = get(in + 4) ^ k[1], s2 = get(in + 8) ^ k[2], s3 = get(in + 12) ^ k[3];
  uint32_t t0, t1, t2, t3;
  for (int round = 1; round < key->rounds; round++) {
    k += 4;
    D(t0, s0, s3, s2, s1, k[0]);
    D(t1, s1, s0, s3, s2, k[1]);
    D(t2, s2, s1, s0, s3, k[2]);
    D(t3, s3, s2, s1, s0, k[3]);
    s0 = t0, s1 = t1, s2 = t2, s3 = t3;
  }
  put(out, LAST(inverse_sbox, s0, s3, s2, s1) ^ k[4]);
  put(out + 4, LAST(inverse_sbox, s1, s0, s3, s2) ^ k[5]);
  put(out + 8, LAST(inverse_sbox, s2, s1, s0, s3) ^ k[6]);
  put(out + 12, LAST(inverse_sbox, s3, s2, s1, s0) ^ k[7]);
}

static uint8_t text[65536], secret[65536], back[65536];

static void counter_mode(const aes_key *key, uint32_t nonce) {
  uint8_t counter[16] = {0}, stream[16];
  put(counter, nonce);
  for (uint32_t at = 0; at < sizeof text; at += 16) {
    put(counter + 12, at / 16);
    encrypt(key, counter, stream);
    for (int i = 0; i < 16; i++) text[at + i] ^= stream[i];
  }
}

static int chained_blocks(const aes_key *key, const uint8_t initial[16]) {
  uint8_t block[16];
  const uint8_t *before = initial;
  for (uint32_t at = 0; at < sizeof text; at += 16) {
    for (int i = 0; i < 16; i++) block[i] = text[at + i] ^ before[i];
    encrypt(key, block, secret + at);
    before = secret + at;
  }
  aes_key inverse;
  invert(&inverse, key);
  for (uint32_t at = 0; at < sizeof text; at += 16) {
    decrypt(&inverse, secret + at, block);
    before = at == 0 ? initial : secret + at - 16;
    for (int i = 0; i < 16; i++) back[at + i] = block[i] ^ before[i];
  }
  return memcmp(text, back, sizeof text) == 0;
}

uint32_t run(void) {
  static const int lengths[] = {4, 6, 8};
  uint32_t seed = OPAQUE(31415926u), sum = 0;
  make_tables();
  for (uint32_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)(next_random(&seed) % 96 + 32);
  for (uint32_t n = 0, rounds = OPAQUE(5); n < rounds; n++) {
    uint8_t bytes[32];
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)next_random(&seed);
    aes_key key;
    expand(&key, bytes, lengths[n % 3]);
    counter_mode(&key, n);
    if (!chained_blocks(&key, bytes)) return 1;
    for (uint32_t i = 0; i < sizeof secret; i += 4) sum = sum * 33 ^ get(secret + i);
  }
  return sum;
}
