/* Small systems of linear equations solved exactly: fractions, Bareiss' elimination without fractions, and modulo a prime. */
/* Result: 0x6017181a */
#include "kernel.h"

#define MOST 8
#define PRIME 1000003

struct fraction {
  int64_t above, below;
};

static int64_t greatest_divisor(int64_t a, int64_t b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static struct fraction reduced(int64_t above, int64_t below) {
  int64_t divisor = greatest_divisor(above, below);
  if (divisor == 0) return (struct fraction){0, 1};
  if (below < 0) divisor = -divisor;
  return (struct fraction){above / divisor, below / divisor};
}

static struct fraction product(struct fraction a, struct fraction b) {
  int64_t one = greatest_divisor(a.above, b.below), other = greatest_divisor(b.above, a.below);
  if (one == 0) one = 1;
  if (other == 0) other = 1;
  return reduced((a.above / one) * (b.above / other), (a.below / other) * (b.below / one));
}

static struct fraction difference(struct fraction a, struct fraction b) {
  int64_t common = greatest_divisor(a.below, b.below);
  return reduced(a.above * (b.below / common) - b.above * (a.below / common), a.below / common * b.below);
}

static struct fraction quotient(struct fraction a, struct fraction b) {
  return product(a, (struct fraction){b.below, b.above});
}

/* Gauss and Jordan; 0 when there is no single answer. */
static int solve_fractions(struct fraction m[MOST][MOST + 1], int n) {
  for (int column = 0; column < n; column++) {
    int pivot = column;
    while (pivot < n && m[pivot][column].above == 0) pivot++;
    if (pivot == n) return 0;
    for (int j = 0; j <= n; j++) {
      struct fraction kept = m[pivot][j];
      m[pivot][j] = m[column][j];
      m[column][j] = kept;
    }
    struct fraction head = m[column][column];
    for (int j = column; j <= n; j++) m[column][j] = quotient(m[column][j], head);
    for (int i = 0; i < n; i++) {
      struct fraction factor = m[i][column];
      if (i == column || factor.above == 0) continue;
      for (int j = column; j <= n; j++) m[i][j] = difference(m[i][j], product(factor, m[column][j]));
    }
  }
  return 1;
}

/* Each division by the pivot before leaves no rest. */
static int64_t determinant(const int32_t from[MOST][MOST + 1], int n) {
  int64_t m[MOST][MOST], before = 1, sign = 1;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) m[i][j] = from[i][j];
  for (int k = 0; k < n - 1; k++) {
    int pivot = k;
    while (pivot < n && m[pivot][k] == 0) pivot++;
    if (pivot == n) return 0;
    if (pivot != k) {
      sign = -sign;
      for (int j = 0; j < n; j++) {
        int64_t kept = m[pivot][j];
        m[pivot][j] = m[k][j];
        m[k][j] = kept;
      }
    }
    for (int i = k + 1; i < n; i++)
      for (int j = k + 1; j < n; j++) m[i][j] = (m[i][j] * m[k][k] - m[i][k] * m[k][j]) / before;
    before = m[k][k];
  }
  return sign * m[n - 1][n - 1];
}

static uint32_t inverse(uint32_t value) {
  int32_t a = (int32_t)value, b = PRIME, x = 1, y = 0;
  while (a > 1) {
    if (b == 0) return 0;
    int32_t times = a / b, rest = a % b, kept = y;
    a = b, b = rest;
    y = x - times * y;
    x = kept;
  }
  return (uint32_t)(x < 0 ? x + PRIME : x);
}

static int solve_modulo(uint32_t m[MOST][MOST + 1], int n) {
  for (int column = 0; column < n; column++) {
    int pivot = column;
    while (pivot < n && m[pivot][column] == 0) pivot++;
    if (pivot == n) return 0;
    for (int j = 0; j <= n; j++) {
      uint32_t kept = m[pivot][j];
      m[pivot][j] = m[column][j];
      m[column][j] = kept;
    }
    uint64_t scale = inverse(m[column][column]);
    for (int j = column; j <= n; j++) m[column][j] = (uint32_t)(m[column][j] * scale % PRIME);
    for (int i = 0; i < n; i++) {
      uint64_t factor = PRIME - m[i][column];
      if (i == column || factor == PRIME) continue;
      for (int j = column; j <= n; j++) m[i][j] = (uint32_t)((m[i][j] + factor * m[column][j]) % PRIME);
    }
  }
  return 1;
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(66260701u), sum = 0;
  for (uint32_t round = 0, rounds = OPAQUE(2400); round < rounds; round++) {
    int n = 3 + (int)(round % 6);
    int32_t system[MOST][MOST + 1];
    struct fraction fractions[MOST][MOST + 1];
    uint32_t residues[MOST][MOST + 1];
    for (int i = 0; i < n; i++)
      for (int j = 0; j <= n; j++) {
        int32_t value = (int32_t)(next_random(&seed) % 9) - 4;
        system[i][j] = value;
        residues[i][j] = (uint32_t)(value < 0 ? value + PRIME : value);
        fractions[i][j] = (struct fraction){value, 1};
      }
    int64_t det = determinant(system, n);
    int has_residues = solve_modulo(residues, n), has_fractions = solve_fractions(fractions, n);
    if ((det != 0) != has_fractions) return 1;
    sum = sum * 31 + (uint32_t)det;
    if (!has_fractions || !has_residues) continue;
    for (int i = 0; i < n; i++) {
      /* Both ways must come to the same. */
      struct fraction x = fractions[i][n];
      int64_t above = x.above % PRIME, below = x.below % PRIME;
      uint64_t expected = (uint64_t)(above < 0 ? above + PRIME : above);
      if ((uint64_t)residues[i][n] * (uint64_t)below % PRIME != expected) return 2;
      sum = sum * 33 + residues[i][n];
    }
  }
  return sum;
}
