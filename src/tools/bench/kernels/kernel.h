/* What every kernel shares: `run` is called again and again and must give the same result each time. */
#ifndef KERNEL_H
#define KERNEL_H
#include <stdint.h>

/* A number that the compiler cannot know, so that no loop is folded away at compile time. */
#define OPAQUE(value) ({ volatile uint32_t opaque = (value); opaque; })

/* The same for where something lies. */
#define OPAQUE_POINTER(value) ({ __typeof__(&*(value)) volatile opaque = (value); opaque; })

/* Marsaglia's xorshift: fills arrays with the same numbers everywhere. */
static inline uint32_t next_random(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

uint32_t run(void);
#endif
