/* Polynomials of degree 15 by Horner's rule, each step one fused multiply-add where there is such an instruction. */
/* Others multiply, then add: the fastest that they can do. Their results differ in the last bit, which is not looked at. */
/* Mean: apart. Result: 0x33fbf76d */
#include "kernel.h"
#ifdef __riscv
#define FUSED(a, b, c) __builtin_fma(a, b, c)
#else
#define FUSED(a, b, c) ((a) * (b) + (c))
#endif
static double coefficients[16];

uint32_t run(void) {
  uint32_t count = OPAQUE(60000);
  uint32_t state = OPAQUE(123456789u);
  for (int i = 0; i < 16; i++) coefficients[i] = (double)(next_random(&state) >> 8) / (1 << 24) + 0.1;
  uint32_t sum = 0;
  for (uint32_t n = 0; n < count; n++) {
    double x = (double)(next_random(&state) >> 8) / (1 << 24), value = 0;
    for (int i = 0; i < 16; i++) value = FUSED(value, x, coefficients[i]);
    sum = sum * 31 + (uint32_t)(value * 65536);
  }
  return sum;
}
