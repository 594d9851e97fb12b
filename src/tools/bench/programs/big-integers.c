/* RSA with numbers of 512 bits: schoolbook and Karatsuba products, long division, Montgomery powers, prime search. */
/* Result: 0x475baae8 */
#include "kernel.h"
#include <string.h>

#define LIMBS 16
typedef uint32_t limb;
typedef limb number[LIMBS];

static int compare(const limb *a, const limb *b, int n) {
  for (int i = n - 1; i >= 0; i--)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

static limb add(limb *to, const limb *a, const limb *b, int n) {
  uint64_t carry = 0;
  for (int i = 0; i < n; i++) {
    carry += (uint64_t)a[i] + b[i];
    to[i] = (limb)carry;
    carry >>= 32;
  }
  return (limb)carry;
}

static limb subtract(limb *to, const limb *a, const limb *b, int n) {
  uint64_t borrow = 0;
  for (int i = 0; i < n; i++) {
    uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
    to[i] = (limb)difference;
    borrow = difference >> 63;
  }
  return (limb)borrow;
}

static void schoolbook(limb *to, const limb *a, const limb *b, int n) {
  memset(to, 0, (unsigned)(2 * n) * sizeof(limb));
  for (int i = 0; i < n; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < n; j++) {
      carry += (uint64_t)a[i] * b[j] + to[i + j];
      to[i + j] = (limb)carry;
      carry >>= 32;
    }
    to[i + n] = (limb)carry;
  }
}

/* (a1 + a0)(b1 + b0) - a1 b1 - a0 b0, with the carries of both sums apart. */
static void multiply(limb *to, const limb *a, const limb *b, int n) {
  if (n < 8) {
    schoolbook(to, a, b, n);
    return;
  }
  int half = n / 2;
  limb sum_a[LIMBS], sum_b[LIMBS], middle[2 * LIMBS + 2] = {0};
  multiply(to, a, b, half);
  multiply(to + n, a + half, b + half, half);
  limb carry_a = add(sum_a, a, a + half, half), carry_b = add(sum_b, b, b + half, half);
  multiply(middle, sum_a, sum_b, half);
  middle[n] = carry_a & carry_b;
  if (carry_a) middle[n] += add(middle + half, middle + half, sum_b, half);
  if (carry_b) middle[n] += add(middle + half, middle + half, sum_a, half);
  middle[n] -= subtract(middle, middle, to, n);
  middle[n] -= subtract(middle, middle, to + n, n);
  limb carry = add(to + half, to + half, middle, n);
  uint64_t rest = (uint64_t)middle[n] + carry;
  for (int i = n + half; i < 2 * n && rest != 0; i++) {
    rest += to[i];
    to[i] = (limb)rest;
    rest >>= 32;
  }
}

/* Knuth's algorithm D; the divisor's upper limb is not 0. */
static void divide(const limb *above, int above_size, const limb *below, int n, limb *quotient, limb *rest) {
  limb u[2 * LIMBS + 1] = {0}, v[LIMBS] = {0};
  int shift = 0;
  while (!(below[n - 1] << shift & 0x80000000)) shift++;
  for (int i = 0; i < n; i++) v[i] = below[i] << shift | (i > 0 && shift > 0 ? below[i - 1] >> (32 - shift) : 0);
  for (int i = 0; i <= above_size; i++) {
    limb here = i < above_size ? above[i] : 0, under = i > 0 ? above[i - 1] : 0;
    u[i] = here << shift | (shift > 0 ? under >> (32 - shift) : 0);
  }
  for (int j = above_size - n; j >= 0; j--) {
    uint64_t top = (uint64_t)u[j + n] << 32 | u[j + n - 1];
    uint64_t guess = top / v[n - 1], left = top % v[n - 1];
    while (guess >> 32 || (n > 1 && guess * v[n - 2] > (left << 32 | u[j + n - 2]))) {
      guess--;
      left += v[n - 1];
      if (left >> 32) break;
    }
    int64_t borrow = 0;
    for (int i = 0; i < n; i++) {
      uint64_t product = guess * v[i];
      int64_t t = (int64_t)u[i + j] - borrow - (int64_t)(product & 0xffffffff);
      u[i + j] = (limb)t;
      borrow = (int64_t)(product >> 32) - (t >> 32);
    }
    int64_t t = (int64_t)u[j + n] - borrow;
    u[j + n] = (limb)t;
    if (t < 0) {
      guess--;
      u[j + n] += add(u + j, u + j, v, n);
    }
    if (quotient != 0) quotient[j] = (limb)guess;
  }
  for (int i = 0; i < n; i++) rest[i] = u[i] >> shift | (shift > 0 ? u[i + 1] << (32 - shift) : 0);
}

struct modulus {
  number n, square; /* square: of the radix, modulo n */
  limb inverse;
  int size;
};

static void make_modulus(struct modulus *m, const limb *n, int size) {
  limb power[2 * LIMBS + 1] = {0};
  memset(m, 0, sizeof *m);
  memcpy(m->n, n, (unsigned)size * sizeof(limb));
  m->size = size;
  m->inverse = 1;
  for (int i = 0; i < 5; i++) m->inverse *= 2 - n[0] * m->inverse;
  m->inverse = -m->inverse;
  for (int i = 0; i < 2 * size; i++) power[i] = 0xffffffff;
  divide(power, 2 * size, n, size, 0, m->square);
  limb one[LIMBS] = {1};
  add(m->square, m->square, one, size);
  if (compare(m->square, n, size) >= 0) subtract(m->square, m->square, n, size);
}

static void montgomery(const struct modulus *m, limb *to, const limb *a, const limb *b) {
  limb t[2 * LIMBS + 1], extra = 0;
  int n = m->size;
  multiply(t, a, b, n);
  for (int i = 0; i < n; i++) {
    limb factor = t[i] * m->inverse;
    uint64_t carry = 0;
    for (int j = 0; j < n; j++) {
      carry += (uint64_t)factor * m->n[j] + t[i + j];
      t[i + j] = (limb)carry;
      carry >>= 32;
    }
    carry += (uint64_t)t[i + n] + extra;
    t[i + n] = (limb)carry;
    extra = (limb)(carry >> 32);
  }
  if (extra || compare(t + n, m->n, n) >= 0) subtract(to, t + n, m->n, n);
  else memcpy(to, t + n, (unsigned)n * sizeof(limb));
}

static void power(const struct modulus *m, limb *to, const limb *base, const limb *exponent, int exponent_size) {
  number one = {1}, table[16];
  montgomery(m, table[0], one, m->square);
  montgomery(m, table[1], base, m->square);
  for (int i = 2; i < 16; i++) montgomery(m, table[i], table[i - 1], table[1]);
  number value;
  memcpy(value, table[0], sizeof value);
  for (int i = 8 * exponent_size - 1; i >= 0; i--) {
    for (int k = 0; k < 4; k++) montgomery(m, value, value, value);
    limb digit = exponent[i / 8] >> 4 * (i % 8) & 15;
    if (digit != 0) montgomery(m, value, value, table[digit]);
  }
  montgomery(m, to, value, one);
}

static limb rest_of_small(const limb *a, int n, limb divisor) {
  uint64_t rest = 0;
  for (int i = n - 1; i >= 0; i--) rest = (rest << 32 | a[i]) % divisor;
  return (limb)rest;
}

/* Fermat's test to base 2, after small divisors. */
static int is_probably_prime(const limb *a, int n) {
  for (limb divisor = 3; divisor < 500; divisor += 2)
    if (rest_of_small(a, n, divisor) == 0) return 0;
  struct modulus m;
  number two = {2}, exponent, result;
  make_modulus(&m, a, n);
  memcpy(exponent, a, (unsigned)n * sizeof(limb));
  exponent[0]--;
  power(&m, result, two, exponent, n);
  if (result[0] != 1) return 0;
  for (int i = 1; i < n; i++)
    if (result[i] != 0) return 0;
  return 1;
}

static void find_prime(limb *to, int n, uint32_t *seed) {
  do {
    for (int i = 0; i < n; i++) to[i] = next_random(seed);
    to[0] |= 1;
    to[n - 1] |= 0xc0000000;
    /* One less must not be divided by the public exponent. */
  } while (rest_of_small(to, n, 65537) == 1 || !is_probably_prime(to, n));
}

/* The inverse of 65537 modulo phi: some multiple of phi, plus one, is divided by it. */
static void private_exponent(limb *to, const limb *phi, int n) {
  limb rest = rest_of_small(phi, n, 65537), k = 1;
  while ((uint64_t)rest * k % 65537 != 65536) k++;
  limb scaled[LIMBS + 1], divisor[1] = {65537}, left[1];
  uint64_t carry = 1;
  for (int i = 0; i < n; i++) {
    carry += (uint64_t)phi[i] * k;
    scaled[i] = (limb)carry;
    carry >>= 32;
  }
  scaled[n] = (limb)carry;
  limb quotient[LIMBS + 1];
  divide(scaled, n + 1, divisor, 1, quotient, left);
  memcpy(to, quotient, (unsigned)n * sizeof(limb));
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(65537u), sum = 0;
  number p = {0}, q = {0}, phi, secret, message, sealed, opened;
  limb n[2 * LIMBS];
  limb exponent[1] = {65537};
  find_prime(p, LIMBS / 2, &seed);
  find_prime(q, LIMBS / 2, &seed);
  multiply(n, p, q, LIMBS / 2);
  number less_p, less_q;
  memcpy(less_p, p, sizeof p), memcpy(less_q, q, sizeof q);
  less_p[0]--, less_q[0]--;
  limb product[2 * LIMBS];
  multiply(product, less_p, less_q, LIMBS / 2);
  memcpy(phi, product, sizeof phi);
  private_exponent(secret, phi, LIMBS);
  struct modulus m;
  make_modulus(&m, n, LIMBS);
  for (uint32_t i = 0, rounds = OPAQUE(6); i < rounds; i++) {
    for (int j = 0; j < LIMBS; j++) message[j] = next_random(&seed);
    message[LIMBS - 1] &= 0x3fffffff;
    power(&m, sealed, message, exponent, 1);
    power(&m, opened, sealed, secret, LIMBS);
    if (compare(message, opened, LIMBS) != 0) return 1;
    for (int j = 0; j < LIMBS; j++) sum = sum * 31 + sealed[j];
  }
  return sum;
}
