/*
 * Workloads for memory: pages written at a rate, pages kept, one single store.
 */
#include "user.h"

enum { PAGE = 4096, PAGE_KIB = 4, PERIODS_PER_SECOND = 100, MOST_KIB = 512 * 1024 };
#define STORE_AT 0x40000000ul

/* So much heap, in whole pages; none of it is touched yet. */
static volatile uint64_t *grow(uint64_t kib) {
  int64_t start = system_call(SYS_GROW, (kib * 1024 + PAGE - 1) & ~(uint64_t)(PAGE - 1), 0, 0, 0, 0, 0);
  return start < 0 ? NULL : (volatile uint64_t *)start;
}

int command_dirty(int words, char **word) {
  uint64_t rate, set = 256;
  if (words < 2 || words > 3) return usage("dirty");
  if (!number_argument("dirty", "KIB_PER_S", word[1], 0, 1 << 20, &rate)) return 1;
  if (words == 3 && !number_argument("dirty", "SET_KIB", word[2], PAGE_KIB, MOST_KIB, &set)) return 1;
  stop_all("dirty");
  if (rate == 0) return 0;
  char line[LINE_LENGTH] = "dirty ";
  size_t length = strlen(line);
  copy_text(line + length, word[1], 32);
  length += strlen(line + length);
  if (words == 3) line[length++] = ' ', copy_text(line + length, word[2], 32);
  int64_t pid = start_background(line);
  if (pid < 0) return 1;
  printf("dirty: process %ld writes to %lu KiB/s in a working set of %lu KiB\n", pid, rate, set);
  return 0;
}

int program_dirty(int words, char **word) {
  uint64_t rate, set = 256;
  if (words < 2 || !number_argument("dirty", "KIB_PER_S", word[1], 1, 1 << 20, &rate)) return 1;
  if (words == 3 && !number_argument("dirty", "SET_KIB", word[2], PAGE_KIB, MOST_KIB, &set)) return 1;
  volatile uint64_t *heap = grow(set);
  if (heap == NULL) return 1;
  uint64_t pages = (set + PAGE_KIB - 1) / PAGE_KIB, at = 0, count = 0, owed = 0;
  uint64_t period = machine()->timebase / PERIODS_PER_SECOND;
  for (uint64_t next = read_time() + period;; next += period) {
    /* One store makes a page dirty. What does not fill a page in this period is owed to the next. */
    for (owed += rate; owed >= PAGE_KIB * PERIODS_PER_SECOND; owed -= PAGE_KIB * PERIODS_PER_SECOND) {
      heap[at * (PAGE / 8)] = ++count;
      at = at + 1 == pages ? 0 : at + 1;
    }
    uint64_t now = read_time();
    if (now >= next) next = now;
    else sleep_until(next);
  }
}

int program_hold(int words, char **word) {
  uint64_t kib;
  if (words != 2) return usage("hold");
  if (!number_argument("hold", "KIB", word[1], 1, MOST_KIB, &kib)) return 1;
  volatile uint64_t *heap = grow(kib);
  if (heap == NULL) return 1;
  for (uint64_t page = 0; page < (kib + PAGE_KIB - 1) / PAGE_KIB; page++) heap[page * (PAGE / 8)] = page + 1;
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
