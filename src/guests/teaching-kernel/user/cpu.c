/*
 * Workloads for the CPU: a share of it, all of it, and the console.
 */
#include "user.h"

enum { PERIODS_PER_SECOND = 50 };

int command_cpu(int words, char **word) {
  uint64_t percent, processes = 1;
  if (words < 2 || words > 3) return usage("cpu");
  if (!number_argument("cpu", "PERCENT", word[1], 0, 100, &percent)) return 1;
  if (words == 3 && !number_argument("cpu", "PROCESSES", word[2], 1, 8, &processes)) return 1;
  stop_all("cpu");
  if (percent == 0) return 0;
  char line[] = "cpu 000";
  line[4] = (char)('0' + percent / 100), line[5] = (char)('0' + percent / 10 % 10), line[6] = (char)('0' + percent % 10);
  for (uint64_t i = 0; i < processes; i++) {
    int64_t pid = start_background(line);
    if (pid < 0) return 1;
    printf("cpu: process %ld keeps a vCPU busy for %lu %% of the time\n", pid, percent);
  }
  return 0;
}

/*
 * Works for so many ticks of the clock. Time in which somebody else ran does not count: between two looks at the
 * clock lie a few hundred instructions, so a much longer step means that the hart was taken away, by this kernel
 * for another process or by a hypervisor for another machine.
 */
static void work(uint64_t ticks) {
  static uint64_t shortest = UINT64_MAX, random = 1;
  uint64_t least_gap = machine()->timebase / 20000; /* 50 us: longer than an interrupt */
  uint64_t last = read_time();
  for (uint64_t done = 0; done < ticks;) {
    for (int i = 0; i < 64; i++) random = random * 6364136223846793005ul + 1442695040888963407ul;
    uint64_t now = read_time(), step = now - last;
    last = now;
    if (step < shortest) shortest = step;
    if (step <= least_gap || step / 4 <= shortest) done += step;
  }
}

int program_cpu(int words, char **word) {
  uint64_t percent;
  if (words != 2 || !number_argument("cpu", "PERCENT", word[1], 1, 100, &percent)) return 1;
  uint64_t period = machine()->timebase / PERIODS_PER_SECOND;
  for (uint64_t next = read_time() + period;; next += period) {
    work(period * percent / 100);
    uint64_t now = read_time();
    if (now >= next) next = now; /* late: work is not caught up, it is a share of the time that we get */
    else sleep_until(next);
  }
}

int program_spin(int words, char **word) {
  (void)words, (void)word;
  for (;;) __asm__ volatile("");
}

int program_flood(int words, char **word) {
  (void)words, (void)word;
  /* The lines end in \r, so that printf collects as many as it has room for. */
  for (uint64_t line = 1;; line++) printf("flood %lu: the quick brown fox jumps over the lazy dog 0123456789\n\r", line);
}
