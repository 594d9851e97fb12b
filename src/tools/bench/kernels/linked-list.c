/* A list of 8,192 nodes in shuffled order, walked and reversed: each load needs the one before. */
/* Result: 0xf7bc8000 */
#include "kernel.h"
#define NODES 8192
struct node {
  struct node *next;
  uint32_t value;
};
static struct node nodes[NODES];
static uint32_t order[NODES];

uint32_t run(void) {
  uint32_t count = OPAQUE(NODES);
  uint32_t state = OPAQUE(88675123u);
  for (uint32_t i = 0; i < count; i++) order[i] = i;
  for (uint32_t i = count - 1; i > 0; i--) {
    uint32_t j = next_random(&state) % (i + 1);
    uint32_t swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
  for (uint32_t i = 0; i < count; i++) {
    nodes[order[i]].value = i;
    nodes[order[i]].next = i + 1 < count ? &nodes[order[i + 1]] : 0;
  }
  struct node *head = &nodes[order[0]];
  uint32_t sum = 0;
  for (int round = 0; round < 200; round++) {
    struct node *reversed = 0;
    while (head) {
      struct node *next = head->next;
      sum = sum * 5 + head->value;
      head->next = reversed;
      reversed = head;
      head = next;
    }
    head = reversed;
  }
  return sum;
}
