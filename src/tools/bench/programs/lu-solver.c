/* Dense linear systems in double precision: LU with partial pivots, Cholesky, refinement, and conjugate gradients on a grid. */
/* Result: 0x6d8ee38f */
#include "kernel.h"

#define N 72
#define GRID 40

static double a[N][N], lu[N][N], lower[N][N], right[N], x[N], rest[N];
static int order[N];

static double absolute(double value) {
  return value < 0 ? -value : value;
}

static int factorize(void) {
  for (int i = 0; i < N; i++) order[i] = i;
  for (int k = 0; k < N; k++) {
    int pivot = k;
    for (int i = k + 1; i < N; i++)
      if (absolute(lu[i][k]) > absolute(lu[pivot][k])) pivot = i;
    if (lu[pivot][k] == 0) return 0;
    if (pivot != k) {
      int kept = order[k];
      order[k] = order[pivot], order[pivot] = kept;
      for (int j = 0; j < N; j++) {
        double value = lu[k][j];
        lu[k][j] = lu[pivot][j], lu[pivot][j] = value;
      }
    }
    for (int i = k + 1; i < N; i++) {
      double factor = lu[i][k] /= lu[k][k];
      for (int j = k + 1; j < N; j++) lu[i][j] -= factor * lu[k][j];
    }
  }
  return 1;
}

static void substitute(const double *b, double *result) {
  for (int i = 0; i < N; i++) {
    double sum = b[order[i]];
    for (int j = 0; j < i; j++) sum -= lu[i][j] * result[j];
    result[i] = sum;
  }
  for (int i = N - 1; i >= 0; i--) {
    double sum = result[i];
    for (int j = i + 1; j < N; j++) sum -= lu[i][j] * result[j];
    result[i] = sum / lu[i][i];
  }
}

static double refine(void) {
  double correction[N], size = 0;
  for (int i = 0; i < N; i++) {
    double sum = right[i];
    for (int j = 0; j < N; j++) sum -= a[i][j] * x[j];
    rest[i] = sum;
  }
  substitute(rest, correction);
  for (int i = 0; i < N; i++) {
    x[i] += correction[i];
    size += correction[i] * correction[i];
  }
  return size;
}

/* Of a times its transpose, which is positive. */
static int cholesky(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j <= i; j++) {
      double sum = i == j ? 1 : 0;
      for (int k = 0; k < N; k++) sum += a[i][k] * a[j][k];
      for (int k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      if (i == j && sum <= 0) return 0;
      lower[i][j] = i == j ? __builtin_sqrt(sum) : sum / lower[j][j];
    }
  return 1;
}

static double field[GRID][GRID], residue[GRID][GRID], direction[GRID][GRID], image[GRID][GRID];

static void laplace(double from[GRID][GRID], double to[GRID][GRID]) {
  for (int i = 0; i < GRID; i++)
    for (int j = 0; j < GRID; j++) {
      double value = 4 * from[i][j];
      if (i > 0) value -= from[i - 1][j];
      if (i < GRID - 1) value -= from[i + 1][j];
      if (j > 0) value -= from[i][j - 1];
      if (j < GRID - 1) value -= from[i][j + 1];
      to[i][j] = value;
    }
}

static double inner(double left[GRID][GRID], double right_side[GRID][GRID]) {
  double sum = 0;
  for (int i = 0; i < GRID; i++)
    for (int j = 0; j < GRID; j++) sum += left[i][j] * right_side[i][j];
  return sum;
}

static void conjugate_gradients(int steps) {
  for (int i = 0; i < GRID; i++)
    for (int j = 0; j < GRID; j++) {
      field[i][j] = 0;
      residue[i][j] = direction[i][j] = (i == GRID / 3 && j == GRID / 2) ? 100 : 0;
    }
  double square = inner(residue, residue);
  for (; steps > 0 && square > 1e-12; steps--) {
    laplace(direction, image);
    double alpha = square / inner(direction, image);
    for (int i = 0; i < GRID; i++)
      for (int j = 0; j < GRID; j++) {
        field[i][j] += alpha * direction[i][j];
        residue[i][j] -= alpha * image[i][j];
      }
    double next = inner(residue, residue), beta = next / square;
    for (int i = 0; i < GRID; i++)
      for (int j = 0; j < GRID; j++) direction[i][j] = residue[i][j] + beta * direction[i][j];
    square = next;
  }
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(8675309u), sum = 0;
  for (uint32_t round = 0, rounds = OPAQUE(7); round < rounds; round++) {
    for (int i = 0; i < N; i++) {
      right[i] = (double)(next_random(&seed) % 2000) / 100 - 10;
      for (int j = 0; j < N; j++) lu[i][j] = a[i][j] = (double)(next_random(&seed) % 20000) / 1000 - 10;
    }
    if (!factorize()) return 1;
    substitute(right, x);
    refine();
    if (refine() > 1e-12) return 2;
    if (!cholesky()) return 3;
    conjugate_gradients(90);
    double total = 0;
    for (int i = 0; i < N; i++) total += x[i] * (i + 1) + lower[N - 1][i];
    total += field[GRID / 2][GRID / 2];
    sum = sum * 31 + (uint32_t)(int64_t)(total * 1e5);
  }
  return sum;
}
