/*
 * What a hostile machine would try: for lessons on what stops it.
 */
#include "user.h"

#define ATTACK_AT 0x40000000ul
/* 2^40: beyond the memory of any machine, and of no device. */
#define NO_MEMORY (1ul << 40)

static int attack_memory(uint64_t physical) {
  uint64_t va = ATTACK_AT + physical % 4096;
  int64_t error = system_call(SYS_MAP_PHYSICAL, ATTACK_AT, physical & ~4095ul, 0, 0, 0, 0);
  if (error != 0) {
    printf("attack: 0x%lx cannot be mapped: %s\n", physical, error_text(error));
    return 1;
  }
  printf("attack: 0x%lx is mapped to physical 0x%lx; storing there\n", va, physical);
  *(volatile uint64_t *)va = 0x6b63617474610a21;
  printf("attack: not stopped; it reads back as 0x%lx\n", *(volatile uint64_t *)va);
  return 0;
}

int program_attack(int words, char **word) {
  uint64_t physical = NO_MEMORY;
  if (words == 4 && same_text(word[1], "arp")) return attack_arp(words, word);
  if (words == 4 && same_text(word[1], "tags")) return attack_tags(words, word);
  if (words >= 2 && words <= 3 && same_text(word[1], "memory")) {
    if (words == 3 && !number_argument("attack", "PA", word[2], 0, UINT64_MAX, &physical)) return 1;
    return attack_memory(physical & ~7ul);
  }
  bool loop = words == 2 && same_text(word[1], "loop");
  if (!loop && !(words == 2 && same_text(word[1], "wild"))) return usage("attack");
  printf("attack: the network card gets %s\n", loop ? "a chain of descriptors without end" : "a buffer outside memory");
  int64_t error = system_call(SYS_BREAK_QUEUE, loop ? ATTACK_LOOP : ATTACK_WILD, 0, 0, 0, 0, 0);
  if (error != 0) printf("attack: %s\n", error_text(error));
  return error == 0 ? 0 : 1;
}
