/* Product of two matrices of doubles, 120 x 120, twice. */
/* Result: 0x1ac40db8 */
#include "kernel.h"
#define N 120
static double a[N][N], b[N][N], c[N][N];

uint32_t run(void) {
  uint32_t n = OPAQUE(N);
  uint32_t state = OPAQUE(362436069u);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) {
      a[i][j] = (double)(next_random(&state) >> 8) / (1 << 24) - 0.5;
      b[i][j] = (double)(next_random(&state) >> 8) / (1 << 24) - 0.5;
    }
  double trace = 0;
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++) {
        double dot = 0;
        for (uint32_t k = 0; k < n; k++) dot += a[i][k] * b[k][j];
        c[i][j] = dot;
        trace += dot * (i == j ? 3 : 1);
      }
  return (uint32_t)(int64_t)(trace * 1e6) + (uint32_t)(int64_t)(c[n / 2][n / 3] * 1e9);
}
