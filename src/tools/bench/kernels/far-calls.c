/* Calls through pointers to functions that lie in pages of their own: each call leaves a page of code. */
/* Result: 0x08db7394 */
#include "kernel.h"
#define FAR __attribute__((noinline, aligned(4096)))
FAR static uint32_t rotate(uint32_t x) { return (x << 7) | (x >> 25); }
FAR static uint32_t scale(uint32_t x) { return x * 2654435761u; }
FAR static uint32_t fold(uint32_t x) { return x ^ (x >> 15); }
FAR static uint32_t step(uint32_t x) { return x + 0x9e3779b9u; }

static uint32_t (*volatile const table[4])(uint32_t) = {rotate, scale, fold, step};

uint32_t run(void) {
  uint32_t rounds = OPAQUE(1500000);
  uint32_t x = OPAQUE(1);
  for (uint32_t i = 0; i < rounds; i++) x = table[(x >> 3) & 3](x) + i;
  return x;
}
