/* Words put into a hash table by FNV-1a, and found again: bytes, multiplications, comparisons. */
/* Result: 0x54213e98 */
#include "kernel.h"
#define WORDS 4096
#define SLOTS 16384
#define LENGTH 12
static char words[WORDS][LENGTH];
static uint16_t slots[SLOTS];

static uint32_t hash(const char *word) {
  uint32_t h = 2166136261u;
  for (; *word; word++) h = (h ^ (uint8_t)*word) * 16777619u;
  return h;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

uint32_t run(void) {
  uint32_t count = OPAQUE(WORDS);
  uint32_t state = OPAQUE(123456789u);
  for (uint32_t i = 0; i < SLOTS; i++) slots[i] = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = 4 + next_random(&state) % (LENGTH - 5);
    for (uint32_t j = 0; j < length; j++) words[i][j] = (char)('a' + next_random(&state) % 26);
    words[i][length] = 0;
  }
  uint32_t probes = 0;
  for (int round = 0; round < 40; round++)
    for (uint32_t i = 0; i < count; i++) {
      uint32_t at = hash(words[i]) % SLOTS;
      while (slots[at] && !same(words[slots[at] - 1], words[i])) {
        at = (at + 1) % SLOTS;
        probes++;
      }
      if (!slots[at]) slots[at] = (uint16_t)(i + 1);
      probes = probes * 3 + slots[at];
    }
  return probes;
}
