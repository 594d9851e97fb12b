/*
 * Files that the kernel keeps in memory.
 */
#include "user.h"

static int list(void) {
  struct file_info info;
  uint64_t files = 0;
  for (; system_call(SYS_FILE_INFO, files, (uint64_t)&info, 0, 0, 0, 0) == 0; files++)
    printf("%8lu %s\n", info.bytes, info.name);
  if (files == 0) printf("files: there are none; the hypervisor's agent takes them in\n");
  return 0;
}

/* What could move the cursor or worse is shown as a point. */
static int64_t show(const char *name) {
  char piece[256];
  int64_t count, done = 0;
  while ((count = system_call(SYS_FILE_READ, (uint64_t)name, (uint64_t)done, (uint64_t)piece, sizeof piece, 0, 0)) > 0) {
    for (int64_t i = 0; i < count; i++)
      printf("%c", piece[i] == '\n' || (piece[i] >= ' ' && piece[i] < 127) ? piece[i] : '.');
    done += count;
  }
  printf("\n");
  return count;
}

int command_files(int words, char **word) {
  if (words == 1) return list();
  if (words != 3) return usage("files");
  int64_t error = ERROR_INVALID;
  if (same_text(word[1], "show")) error = show(word[2]);
  else if (same_text(word[1], "remove")) error = system_call(SYS_FILE_MOVE, (uint64_t)word[2], 0, 0, 0, 0, 0);
  else return usage("files");
  if (error < 0) printf("files: %s: %s\n", word[2], error_text(error));
  return error < 0;
}
