/*
 * Commands that look at the machine from inside: processes, memory, page tables.
 */
#include "user.h"

int command_ps(int words, char **word) {
  (void)words, (void)word;
  static const char *const states[] = {"-", "ready", "running", "sleeping", "ended"};
  struct process_info info;
  printf("  PID  STATE     VCPU     CPU ms     KiB  NAME\n");
  for (uint64_t i = 0; system_call(SYS_PROCESS_INFO, i, (uint64_t)&info, 0, 0, 0, 0) == 0; i++)
    printf("%5d  %-8s  %4d  %9lu  %6lu  %s\n", info.pid, states[info.state], info.hart,
           microseconds(info.cpu_ticks) / 1000, info.resident_kib, info.name);
  return 0;
}

int command_kill(int words, char **word) {
  uint64_t pid;
  if (words != 2) return usage("kill");
  if (!number_argument("kill", "PID", word[1], 1, INT32_MAX, &pid)) return 1;
  if (system_call(SYS_KILL, pid, 0, 0, 0, 0, 0) == 0) return 0;
  printf("kill: there is no process %lu\n", pid);
  return 1;
}

static int touch(const char *text) {
  uint64_t kib;
  struct memory_info memory;
  if (!number_argument("mem touch", "KIB", text, 0, UINT32_MAX, &kib)) return 1;
  stop_all("hold");
  if (kib == 0) return 0;
  system_call(SYS_MEMORY_INFO, (uint64_t)&memory, 0, 0, 0, 0, 0);
  uint64_t most = memory.free_kib > 64 ? memory.free_kib - 64 : 0;
  if (kib > most) {
    printf("mem touch: only %lu KiB can be had\n", most);
    return 1;
  }
  char line[LINE_LENGTH] = "hold ";
  copy_text(line + strlen(line), text, 32);
  int64_t pid = start_background(line);
  if (pid < 0) return 1;
  /* Until it has touched all of it, and sleeps. */
  struct process_info info;
  do sleep_until(read_time() + machine()->timebase / 1000);
  while (find_process(pid, &info) && info.state != STATE_SLEEPING);
  printf("mem: process %ld keeps %lu KiB\n", pid, kib);
  return 0;
}

int command_mem(int words, char **word) {
  if (words == 3 && same_text(word[1], "touch")) return touch(word[2]);
  if (words != 1) return usage("mem");
  struct memory_info memory;
  system_call(SYS_MEMORY_INFO, (uint64_t)&memory, 0, 0, 0, 0, 0);
  printf("memory      %7lu KiB from 0x%lx\n", memory.total_kib, memory.first);
  printf("  kernel    %7lu KiB image, %lu KiB stacks and buffers\n", memory.image_kib, memory.kernel_kib);
  printf("  tables    %7lu KiB page tables\n", memory.tables_kib);
  printf("  processes %7lu KiB\n", memory.user_kib);
  printf("  free      %7lu KiB, %lu KiB of it never touched\n", memory.free_kib, memory.untouched_kib);
  if (memory.lent_kib > 0) printf("  balloon   %7lu KiB lent to the host\n", memory.lent_kib);
  return 0;
}

int command_balloon(int words, char **word) {
  struct balloon_info balloon;
  bool refuse = words == 2 && same_text(word[1], "refuse");
  if (words > 2 || (words == 2 && !refuse && !same_text(word[1], "follow"))) return usage("balloon");
  enum balloon_mode mode = words < 2 ? BALLOON_LOOK : refuse ? BALLOON_REFUSE : BALLOON_FOLLOW;
  system_call(SYS_BALLOON, mode, (uint64_t)&balloon, 0, 0, 0, 0);
  if (!balloon.present) {
    printf("balloon: this machine has none\n");
    return 1;
  }
  printf("balloon: the host wants %lu pages and has %lu%s\n", balloon.wanted, balloon.given,
         balloon.refuses ? "; refused" : "");
  return 0;
}

static void print_entry(uint64_t entry) {
  static const char letters[] = "VRWXUGAD";
  for (int bit = 7; bit >= 0; bit--) printf("%c", entry >> bit & 1 ? letters[bit] : '-');
}

int command_walk(int words, char **word) {
  uint64_t va, pid = 0;
  struct walk walk;
  if (words < 2 || words > 3) return usage("walk");
  if (!number_argument("walk", "VA", word[1], 0, UINT64_MAX, &va)) return 1;
  if (words == 3 && !number_argument("walk", "PID", word[2], 1, INT32_MAX, &pid)) return 1;
  if (system_call(SYS_WALK, pid, va, (uint64_t)&walk, 0, 0, 0) != 0) {
    printf("walk: there is no process %lu\n", pid);
    return 1;
  }
  printf("VA 0x%016lx in process %d, satp 0x%lx\n", va, walk.pid, walk.satp);
  if (walk.steps == 0) printf("  not an Sv39 address: bits 63..39 differ from bit 38\n");
  for (uint32_t i = 0; i < walk.steps; i++) {
    uint64_t index = va >> (30 - 9 * i) & 511;
    printf("  level %u: index %3lu, entry at 0x%08lx = 0x%016lx ", 2 - i, index, walk.entry_address[i], walk.entry[i]);
    print_entry(walk.entry[i]);
    bool leaf = (walk.entry[i] & 0xe) != 0;
    if (!(walk.entry[i] & 1)) printf(" not valid\n");
    else printf(" %s 0x%lx\n", leaf ? "page" : "table", walk.entry[i] << 10 >> 20 << 12);
  }
  if (walk.mapped) printf("PA 0x%016lx\n", walk.physical);
  else printf("PA none: not mapped\n");
  return 0;
}

int command_map(int words, char **word) {
  uint64_t va;
  struct page page;
  if (words != 2) return usage("map");
  if (!number_argument("map", "VA", word[1], 0, UINT64_MAX, &va)) return 1;
  va &= ~7ul;
  if (va < 0x200000) {
    printf("map: below 0x200000 lies the shell itself\n");
    return 1;
  }
  int64_t error = system_call(SYS_MAP, va, MAP_ZEROED, (uint64_t)&page, 0, 0, 0);
  if (error != 0) {
    printf("map: 0x%lx cannot be mapped: %s\n", va, error_text(error));
    return 1;
  }
  *(volatile uint64_t *)va = va;
  printf("map: entry at 0x%lx was 0x%016lx, is 0x%016lx; 0x%lx leads to 0x%lx\n", page.entry_address, page.old_entry,
         page.new_entry, va, (page.new_entry << 10 >> 20 << 12) + va % 4096);
  return 0;
}

/* Is there a page of the shell at `va`, with this permission bit? Says so if not. */
static bool usable(const char *command, uint64_t va, uint64_t bit) {
  struct walk walk;
  system_call(SYS_WALK, 0, va, (uint64_t)&walk, 0, 0, 0);
  uint64_t entry = walk.steps > 0 ? walk.entry[walk.steps - 1] : 0;
  if (va % 8 == 0 && walk.mapped && entry & 1 << 4 && entry & bit) return true;
  printf("%s: 0x%lx is not a word of the shell's memory that can be used so\n", command, va);
  return false;
}

int command_peek(int words, char **word) {
  uint64_t va;
  if (words != 2) return usage("peek");
  if (!number_argument("peek", "VA", word[1], 0, UINT64_MAX, &va) || !usable("peek", va, 1 << 1)) return 1;
  printf("0x%lx: 0x%016lx\n", va, *(volatile uint64_t *)va);
  return 0;
}

int command_poke(int words, char **word) {
  uint64_t va, value;
  if (words != 3) return usage("poke");
  if (!number_argument("poke", "VA", word[1], 0, UINT64_MAX, &va)) return 1;
  if (!number_argument("poke", "VALUE", word[2], 0, UINT64_MAX, &value) || !usable("poke", va, 1 << 2)) return 1;
  *(volatile uint64_t *)va = value;
  printf("0x%lx: 0x%016lx\n", va, *(volatile uint64_t *)va);
  return 0;
}
