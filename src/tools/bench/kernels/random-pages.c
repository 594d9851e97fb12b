/* A word of one of 16,384 pages at random, a million times; no read waits for another. */
/* Kind: tlb. Turns: 1000000. Result: 0x06eb6026 */
#include "kernel.h"
#define PAGES 16384
static struct { uint32_t words[1024]; } pages[PAGES];
static uint32_t is_filled;

uint32_t run(void) {
  uint32_t turns = OPAQUE(1000000);
  uint32_t state = OPAQUE(2463534242u);
  /* Not always the same line of a page, or one set of the processor's cache would hold them all. */
  if (!is_filled)
    for (uint32_t i = 0; i < PAGES; i++) pages[i].words[(i * 16) & 1023] = next_random(&state);
  is_filled = 1;
  uint32_t order = OPAQUE(88675123u);
  uint32_t sum = 0;
  for (uint32_t turn = 0; turn < turns; turn++) {
    uint32_t i = next_random(&order) % PAGES;
    sum += pages[i].words[(i * 16) & 1023] ^ turn;
  }
  return sum;
}
