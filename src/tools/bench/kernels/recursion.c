/* Ackermann's function, as deep as its arguments make it, and Fibonacci's: calls and returns. */
/* Result: 0x23f2ee02 */
#include "kernel.h"

__attribute__((noinline)) static uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

__attribute__((noinline)) static uint32_t fibonacci(uint32_t n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

uint32_t run(void) {
  return ackermann(OPAQUE(2), OPAQUE(300)) * 1000003u + fibonacci(OPAQUE(26));
}
