/* Workloads on request: `cpu PERCENT SECONDS`, `memory MIB SECONDS`, `disk MIB [FILE]`. Each is a process of its own. */
#include "agent.h"

enum { WORKERS = 4, PERIOD_MS = 20, LONGEST_S = 3600, LARGEST_MIB = 1024, PAGE = 4096 };

static struct {
  i64 process;
  u16 id;
} workers[WORKERS];

static void cpu(u64 percent, u64 seconds) {
  u64 end = now_ms() + seconds * 1000;
  for (u64 start = now_ms(); start < end; start += PERIOD_MS) {
    while (now_ms() < start + PERIOD_MS * percent / 100) {}
    u64 now = now_ms();
    if (now < start + PERIOD_MS) sleep_ms(start + PERIOD_MS - now);
  }
}

static int memory(u64 mib, u64 seconds) {
  u64 size = mib << 20;
  i64 start = call(SYS_MMAP, 0, (i64)size, 3, 0x22, -1, 0);
  if (start < 0) return 1;
  u64 end = now_ms() + seconds * 1000;
  do {
    for (u64 at = 0; at < size; at += PAGE) ((volatile u8 *)start)[at]++;
    sleep_ms(100);
  } while (now_ms() < end);
  return 0;
}

static int disk(u64 mib, const char *path) {
  static u8 piece[64 * 1024];
  i64 file = open_file(path[0] == 0 ? "/tmp/virtlab-work" : path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return 1;
  for (u64 at = 0; at < sizeof piece; at++) piece[at] = (u8)(at * 31 >> 3);
  for (u64 done = 0; done < mib << 20; done += sizeof piece)
    if (CALL3(SYS_WRITE, file, piece, sizeof piece) != sizeof piece) return 1;
  return CALL1(SYS_FSYNC, file) < 0;
}

void work(u16 id, char *arguments) {
  const char *what = word_of(&arguments);
  const char *at = arguments;
  u64 amount = number_at(&at);
  const char *rest = at;
  u64 seconds = number_at(&at);
  int is_cpu = equal(what, "cpu"), is_memory = equal(what, "memory"), is_disk = equal(what, "disk");
  if (!is_cpu && !is_memory && !is_disk) return send_text(FAILED, id, "no such work");
  if (amount == 0 || amount > (is_cpu ? 100 : LARGEST_MIB) || seconds > LONGEST_S) return send_text(FAILED, id, "too much, or nothing");
  for (int i = 0; i < WORKERS; i++) {
    if (workers[i].process != 0) continue;
    i64 process = call(SYS_CLONE, SIGCHLD, 0, 0, 0, 0, 0);
    if (process < 0) return send_text(FAILED, id, "no process");
    if (process == 0) {
      int status = 0;
      if (is_cpu) cpu(amount, seconds);
      if (is_memory) status = memory(amount, seconds);
      if (is_disk) status = disk(amount, rest);
      CALL1(SYS_EXIT, status);
    }
    workers[i].process = process;
    workers[i].id = id;
    return;
  }
  send_text(FAILED, id, "enough work at a time");
}

/* Says which have come to an end. */
void work_ended(void) {
  for (int i = 0; i < WORKERS; i++) {
    int status = 0;
    if (workers[i].process == 0) continue;
    if (CALL4(SYS_WAIT4, workers[i].process, &status, WNOHANG, 0) != workers[i].process) continue;
    send_text(status == 0 ? DONE : FAILED, workers[i].id, status == 0 ? "" : "it could not go on");
    workers[i].process = 0;
  }
}

int work_cancel(u16 id) {
  for (int i = 0; i < WORKERS; i++)
    if (workers[i].process != 0 && workers[i].id == id) {
      CALL2(SYS_KILL, workers[i].process, SIGKILL);
      return 1;
    }
  return 0;
}
