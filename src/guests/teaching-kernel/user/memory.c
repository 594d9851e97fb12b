/*
 * Workloads for memory: pages written at a rate, pages in use, pages kept, one single store.
 */
#include "user.h"

enum { PAGE = 4096, PAGE_KIB = 4, PAGE_WORDS = PAGE / 8, MOST_KIB = 512 * 1024, MOST_PAGES = MOST_KIB / PAGE_KIB };
enum { PERIODS_PER_SECOND = 100, WSS_ROUNDS_PER_SECOND = 10 };
#define STORE_AT 0x40000000ul

/* So much heap, in whole pages; none of it is touched yet. */
static volatile uint64_t *grow(uint64_t kib) {
  int64_t start = system_call(SYS_GROW, (kib * 1024 + PAGE - 1) & ~(uint64_t)(PAGE - 1), 0, 0, 0, 0, 0);
  return start < 0 ? NULL : (volatile uint64_t *)start;
}

/* Checks the arguments of a workload, ends the process that ran before, and starts a new one unless the first is 0. */
static int64_t restart(int words, char **word, int wanted) {
  static const char *const names[] = {"PAGES", "PER_SECOND"};
  uint64_t number[2];
  if (words != 1 + wanted && !(words == 2 && same_text(word[1], "0"))) return usage(word[0]), -1;
  for (int i = 0; i + 1 < words; i++)
    if (!number_argument(word[0], names[i], word[i + 1], 0, i == 0 ? MOST_PAGES : 1 << 20, &number[i])) return -1;
  stop_all(word[0]);
  if (number[0] == 0 || (words == 3 && number[1] == 0)) return 0;
  char line[LINE_LENGTH];
  size_t length = 0;
  for (int i = 0; i < words; i++) {
    if (i > 0) line[length++] = ' ';
    copy_text(line + length, word[i], 32);
    length += strlen(line + length);
  }
  return start_background(line);
}

/* A number that follows from its place alone, and looks like chance: contents that nobody can compress (splitmix64). */
static uint64_t word_at(uint64_t place) {
  uint64_t x = (place + 1) * 0x9e3779b97f4a7c15ul;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ul;
  x = (x ^ x >> 27) * 0x94d049bb133111ebul;
  return x ^ x >> 31;
}

int command_dirty(int words, char **word) {
  int64_t pid = restart(words, word, 2);
  if (pid > 0) printf("dirty: process %ld writes to %s pages, %s a second\n", pid, word[1], word[2]);
  return pid < 0;
}

int program_dirty(int words, char **word) {
  uint64_t pages, rate;
  if (words != 3 || !number_argument("dirty", "PAGES", word[1], 1, MOST_PAGES, &pages)) return 1;
  if (!number_argument("dirty", "PER_SECOND", word[2], 1, 1 << 20, &rate)) return 1;
  volatile uint64_t *heap = grow(pages * PAGE_KIB);
  if (heap == NULL) return 1;
  uint64_t at = 0, count = 0, owed = 0;
  uint64_t period = machine()->timebase / PERIODS_PER_SECOND;
  for (uint64_t next = read_time() + period;; next += period) {
    /* One store makes a page dirty. What is no whole page in this period is owed to the next. */
    for (owed += rate; owed >= PERIODS_PER_SECOND; owed -= PERIODS_PER_SECOND) {
      heap[at * PAGE_WORDS] = word_at(count++);
      at = at + 1 == pages ? 0 : at + 1;
    }
    uint64_t now = read_time();
    if (now >= next) next = now;
    else sleep_until(next);
  }
}

int command_wss(int words, char **word) {
  int64_t pid = restart(words, word, 1);
  if (pid > 0) printf("wss: process %ld keeps %s pages in use\n", pid, word[1]);
  return pid < 0;
}

/* Reads every page ten times a second, another word of each in every round; so each is accessed, and after 512 rounds all is checked. */
int program_wss(int words, char **word) {
  uint64_t pages;
  if (words != 2 || !number_argument("wss", "PAGES", word[1], 1, MOST_PAGES, &pages)) return 1;
  volatile uint64_t *heap = grow(pages * PAGE_KIB);
  if (heap == NULL) return 1;
  for (uint64_t place = 0; place < pages * PAGE_WORDS; place++) heap[place] = word_at(place);
  uint64_t period = machine()->timebase / WSS_ROUNDS_PER_SECOND, next = read_time();
  for (uint64_t round = 0;; round++) {
    for (uint64_t page = 0; page < pages; page++) {
      uint64_t place = page * PAGE_WORDS + round % PAGE_WORDS;
      if (heap[place] == word_at(place)) continue;
      printf("wss: page %lu does not hold what was written to it\n", page);
      return 1;
    }
    if (round == 0) printf("wss: %lu pages are filled and read back\n", pages);
    uint64_t now = read_time();
    next = now >= next + period ? now : next + period;
    sleep_until(next);
  }
}

int program_hold(int words, char **word) {
  uint64_t kib;
  if (words != 2) return usage("hold");
  if (!number_argument("hold", "KIB", word[1], 1, MOST_KIB, &kib)) return 1;
  volatile uint64_t *heap = grow(kib);
  if (heap == NULL) return 1;
  for (uint64_t page = 0; page < (kib + PAGE_KIB - 1) / PAGE_KIB; page++) heap[page * PAGE_WORDS] = page + 1;
  for (;;) sleep_until(UINT64_MAX);
}

int program_store(int words, char **word) {
  uint64_t va = STORE_AT;
  struct page page;
  if (words == 2 && !number_argument("store", "VA", word[1], 0, UINT64_MAX, &va)) return 1;
  va &= ~7ul;
  int64_t error = system_call(SYS_MAP, va, MAP_UNTOUCHED, (uint64_t)&page, 0, 0, 0);
  if (error != 0) {
    printf("store: 0x%lx cannot be mapped: %s\n", va, error_text(error));
    return 1;
  }
  printf("store: 0x%lx leads to 0x%lx, which nobody has touched\n", va, (page.new_entry >> 10 << 12) + va % PAGE);
  *(volatile uint64_t *)va = va;
  printf("store: done, 0x%lx reads back\n", *(volatile uint64_t *)va);
  return 0;
}
