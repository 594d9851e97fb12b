/* 64 KiB copied to and fro by words of 8 bytes, and by bytes at an odd distance: loads and stores in pairs. */
/* Result: 0xccd95f72 */
#include "kernel.h"
#define SIZE (64 * 1024)
static uint64_t from[SIZE / 8 + 1], to[SIZE / 8 + 1];

__attribute__((noinline)) static void copy_words(uint64_t *target, const uint64_t *source, uint32_t words) {
  for (uint32_t i = 0; i < words; i++) target[i] = source[i] ^ i;
}

__attribute__((noinline)) static void copy_bytes(volatile uint8_t *target, const uint8_t *source, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++) target[i] = source[i];
}

uint32_t run(void) {
  uint32_t size = OPAQUE(SIZE);
  uint32_t state = OPAQUE(2463534242u);
  for (uint32_t i = 0; i < size / 8; i++) from[i] = next_random(&state);
  for (int round = 0; round < 60; round++) {
    copy_words(to, from, size / 8);
    copy_words(from, to, size / 8);
    if (round % 6 == 0) copy_bytes((uint8_t *)to + 1, (const uint8_t *)from, size);
  }
  uint32_t sum = 0;
  for (uint32_t i = 0; i < size / 8; i++) sum = sum * 31 + (uint32_t)from[i] + (uint32_t)(to[i] >> 32);
  return sum;
}
