/*
 * Work for disks: blocks are written, or read and checked.
 */
#include "user.h"

static void list_disks(void) {
  struct disk_info info;
  bool any = false;
  for (uint64_t disk = 0; disk < DISKS; disk++) {
    if (system_call(SYS_DISK_INFO, disk, (uint64_t)&info, 0, 0, 0, 0) != 0) continue;
    printf("disk %lu: %s, %lu blocks of 4 KiB, %u requests at a time\n", disk, info.way, info.blocks, info.slots);
    any = true;
  }
  if (!any) printf("disk: this machine has none\n");
}

int program_disk(int words, char **word) {
  struct disk_work work = {.disk = 0};
  if (words == 1) return list_disks(), 0;
  if (words < 4 || words > 6) return usage("disk");
  work.write = same_text(word[2], "write");
  work.poll = same_text(word[words - 1], "poll");
  if (!work.write && !same_text(word[2], "read")) return usage("disk");
  if (words == 6 && !work.poll) return usage("disk");
  bool has_depth = words - work.poll == 5;
  if (has_depth && !number_argument("disk", "DEPTH", word[4], 1, UINT32_MAX, &work.depth)) return 1;
  if (!number_argument("disk", "NUMBER", word[1], 0, DISKS - 1, &work.disk)) return 1;
  if (!number_argument("disk", "BLOCKS", word[3], 1, UINT32_MAX, &work.blocks)) return 1;
  int64_t error = system_call(SYS_DISK_WORK, (uint64_t)&work, 0, 0, 0, 0, 0);
  if (error != 0) {
    printf("disk %lu: %s\n", work.disk, error_text(error));
    return 1;
  }
  printf("disk %lu: %s %lu blocks in %lu us, %lu blocks a second; ", work.disk, work.write ? "wrote" : "read", work.blocks,
         microseconds(work.ticks), work.blocks * machine()->timebase / (work.ticks == 0 ? 1 : work.ticks));
  if (work.write) printf("done\n");
  else if (work.wrong == 0) printf("all hold what was written\n");
  else printf("%lu do not hold what was written\n", work.wrong);
  return work.wrong == 0 ? 0 : 1;
}
