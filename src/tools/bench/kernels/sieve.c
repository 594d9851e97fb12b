/* Primes below a million, by Eratosthenes: byte stores with long strides. */
/* Result: 0x000132a2 */
#include "kernel.h"
#define LIMIT 1000000
static uint8_t composite[LIMIT];

uint32_t run(void) {
  uint32_t limit = OPAQUE(LIMIT);
  uint32_t primes = 0;
  for (uint32_t i = 0; i < limit; i++) composite[i] = 0;
  for (uint32_t i = 2; i < limit; i++) {
    if (composite[i]) continue;
    primes++;
    for (uint32_t j = i * 2; j < limit; j += i) composite[j] = 1;
  }
  return primes;
}
