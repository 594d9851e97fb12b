/* Texts, files, time and programs, over system calls. */
#include "system.h"

void *memcpy(void *to, const void *from, u64 count) {
  for (u64 i = 0; i < count; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, u64 count) {
  for (u64 i = 0; i < count; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}

u64 length_of(const char *text) {
  u64 length = 0;
  while (text[length] != 0) length++;
  return length;
}

int equal(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

int starts_with(const char *text, const char *start) {
  while (*start != 0)
    if (*text++ != *start++) return 0;
  return 1;
}

void add(struct text *to, const char *from) {
  while (*from != 0 && to->at + 1 < to->end) *to->at++ = *from++;
  *to->at = 0;
}

void add_number(struct text *to, u64 value) {
  char digits[24];
  int at = sizeof digits - 1;
  digits[at] = 0;
  do digits[--at] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  add(to, digits + at);
}

u64 number_at(const char **text) {
  u64 value = 0;
  while (**text >= '0' && **text <= '9') value = value * 10 + (u64)(*(*text)++ - '0');
  while (**text == ' ') (*text)++;
  return value;
}

char *word_of(char **text) {
  char *word = *text;
  char *at = word;
  while (*at != 0 && *at != ' ' && *at != '\n') at++;
  if (*at != 0) *at++ = 0;
  *text = at;
  return word;
}

i64 open_file(const char *path, int flags, int mode) {
  return CALL4(SYS_OPENAT, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}

void close_file(i64 file) { CALL1(SYS_CLOSE, file); }

i64 read_text(const char *path, char *to, u64 size) {
  i64 file = open_file(path, O_RDONLY, 0);
  if (file < 0) return file;
  u64 length = 0;
  while (length + 1 < size) {
    i64 count = CALL3(SYS_READ, file, to + length, size - 1 - length);
    if (count <= 0) break;
    length += (u64)count;
  }
  close_file(file);
  to[length] = 0;
  return (i64)length;
}

i64 write_text(const char *path, const char *text) {
  i64 file = open_file(path, O_WRONLY, 0);
  if (file < 0) return file;
  i64 count = CALL3(SYS_WRITE, file, text, length_of(text));
  close_file(file);
  return count;
}

int find_entry(const char *folder, const char *start, char *name) {
  static u8 entries[2048];
  i64 file = open_file(folder, O_RDONLY, 0);
  int found = 0;
  if (file < 0) return 0;
  for (;;) {
    i64 count = CALL3(SYS_GETDENTS64, file, entries, sizeof entries);
    if (count <= 0) break;
    /* { inode: 8, offset: 8, length: 2, type: 1, name } */
    for (i64 at = 0; at < count;) {
      const char *entry = (const char *)entries + at + 19;
      if (entry[0] != '.' && starts_with(entry, start) && length_of(entry) < 64) {
        if (found++ == 0) memcpy(name, entry, length_of(entry) + 1);
      }
      at += entries[at + 16] | entries[at + 17] << 8;
    }
  }
  close_file(file);
  return found;
}

u64 now_ms(void) {
  struct timespec now;
  CALL2(SYS_CLOCK_GETTIME, 1, &now);
  return (u64)now.seconds * 1000 + (u64)now.nanoseconds / 1000000;
}

void sleep_ms(u64 ms) {
  struct timespec time = {(i64)(ms / 1000), (i64)(ms % 1000) * 1000000};
  CALL2(SYS_NANOSLEEP, &time, 0);
}

int run(char *const *arguments) {
  static char *const environment[] = {"PATH=/sbin:/usr/sbin:/bin:/usr/bin", 0};
  i64 child = call(SYS_CLONE, SIGCHLD, 0, 0, 0, 0, 0);
  if (child < 0) return -1;
  if (child == 0) {
    CALL3(SYS_EXECVE, arguments[0], arguments, environment);
    CALL1(SYS_EXIT, 127);
  }
  int status = 0;
  CALL4(SYS_WAIT4, child, &status, 0, 0);
  return status >> 8 & 0xff;
}
