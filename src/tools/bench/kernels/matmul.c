/* Product of two integer matrices of 120 x 120, twice: multiplications and regular loads. */
/* Result: 0xe88acdc3 */
#include "kernel.h"
#define N 120
static int32_t a[N][N], b[N][N], c[N][N];

uint32_t run(void) {
  uint32_t n = OPAQUE(N);
  uint32_t state = OPAQUE(362436069u);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) {
      a[i][j] = (int32_t)(next_random(&state) >> 16);
      b[i][j] = (int32_t)(next_random(&state) >> 16);
    }
  uint32_t sum = 0;
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++) {
        int32_t dot = 0;
        for (uint32_t k = 0; k < n; k++) dot += (int32_t)((uint32_t)a[i][k] * (uint32_t)b[k][j]) >> 3;
        c[i][j] = dot;
        sum = sum * 31 + (uint32_t)dot;
      }
  return sum + (uint32_t)c[n / 2][n / 3];
}
