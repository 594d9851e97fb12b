/*
 * Processes that share a lock, one for each vCPU: what waiting for it costs where somebody takes the holder's hart away.
 */
#include "user.h"

enum {
  LOCK_AT = 0x50000000,    /* a page that all of them map */
  HELD = 1000,             /* steps of work with the lock: some 50 us */
  FREE = 3000,             /* and without it */
};

/* A ticket lock, as Linux has it: who comes takes a number, and is served in that order. */
struct shared {
  uint32_t next, serving;
  uint64_t rounds;         /* only who holds the lock writes what follows */
  uint64_t waited, longest;/* ticks */
};
static struct shared *const shared = (struct shared *)LOCK_AT;

/* Always the same instructions: what others take of the time does not count as work. */
static void work(int steps) {
  uint64_t random = 1;
  for (int i = 0; i < steps; i++) random = random * 6364136223846793005ul + 1442695040888963407ul;
  __asm__ volatile("" : : "r"(random));
}

/* The ticks for which it spun. */
static uint64_t take_lock(void) {
  uint32_t ticket = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED);
  if (__atomic_load_n(&shared->serving, __ATOMIC_ACQUIRE) == ticket) return 0;
  uint64_t since = read_time();
  while (__atomic_load_n(&shared->serving, __ATOMIC_ACQUIRE) != ticket);
  return read_time() - since;
}

static void release_lock(void) { __atomic_store_n(&shared->serving, shared->serving + 1, __ATOMIC_RELEASE); }

int command_locks(int words, char **word) {
  static uint64_t physical;
  uint64_t processes;
  if (words != 2) return usage("locks");
  if (!number_argument("locks", "PROCESSES", word[1], 0, 8, &processes)) return 1;
  stop_all("locks");
  if (processes == 0) return 0;
  if (physical == 0) {
    struct page page;
    int64_t error = system_call(SYS_MAP, LOCK_AT, MAP_ZEROED, (uint64_t)&page, 0, 0, 0);
    if (error != 0) {
      printf("locks: no page for the lock: %s\n", error_text(error));
      return 1;
    }
    physical = page.new_entry << 10 >> 20 << 12;
  }
  *shared = (struct shared){.next = 0};
  for (uint64_t i = 0; i < processes; i++) {
    char line[] = "locks 0 0x0000000000000000";
    line[6] = (char)('0' + (i == 0 ? processes : 0));
    for (int digit = 0; digit < 16; digit++) line[25 - digit] = "0123456789abcdef"[physical >> (4 * digit) & 15];
    if (start_background(line) < 0) return 1;
  }
  printf("locks: %lu processes share a lock\n", processes);
  return 0;
}

/* The first one is told how many there are, and says each second what became of it. */
int program_locks(int words, char **word) {
  uint64_t processes, physical;
  if (words != 3 || !number_argument("locks", "PROCESSES", word[1], 0, 8, &processes)) return 1;
  if (!number_argument("locks", "PA", word[2], 0, UINT64_MAX, &physical)) return 1;
  if (system_call(SYS_MAP_PHYSICAL, LOCK_AT, physical, 0, 0, 0, 0) != 0) return 1;
  uint64_t second = machine()->timebase, since = read_time();
  struct shared before = *shared;
  for (;;) {
    uint64_t waited = take_lock();
    work(HELD);
    shared->rounds++;
    shared->waited += waited;
    if (waited > shared->longest) shared->longest = waited;
    struct shared now = *shared;
    uint64_t passed = read_time() - since;
    if (processes > 0 && passed >= second) shared->longest = 0;
    release_lock();
    if (processes > 0 && passed >= second) {
      printf("locks: %lu rounds a second, %lu %% of the time spun, %lu us at most\n",
             (now.rounds - before.rounds) * second / passed, (now.waited - before.waited) * 100 / (passed * processes),
             microseconds(now.longest));
      before = now;
      since += passed;
    }
    work(FREE);
  }
}
