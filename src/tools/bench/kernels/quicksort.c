/* Quicksort of 150,000 random numbers: branches that nobody can predict. */
/* Result: 0x7e96c6bb */
#include "kernel.h"
#define COUNT 150000
static uint32_t items[COUNT];

static void sort(int32_t low, int32_t high) {
  while (low < high) {
    uint32_t pivot = items[(low + high) / 2];
    int32_t i = low, j = high;
    while (i <= j) {
      while (items[i] < pivot) i++;
      while (items[j] > pivot) j--;
      if (i <= j) {
        uint32_t swap = items[i];
        items[i++] = items[j];
        items[j--] = swap;
      }
    }
    if (j - low < high - i) {
      sort(low, j);
      low = i;
    } else {
      sort(i, high);
      high = j;
    }
  }
}

uint32_t run(void) {
  int32_t count = (int32_t)OPAQUE(COUNT);
  uint32_t state = OPAQUE(521288629u);
  for (int32_t i = 0; i < count; i++) items[i] = next_random(&state);
  sort(0, count - 1);
  uint32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum = sum * 33 ^ items[i] ^ (i > 0 && items[i - 1] > items[i] ? 0xdeadbeefu : 0);
  return sum;
}
