/*
 * What the agent asks of Linux: system calls of riscv64 by number, and the few text functions that a C library would have. There is
 * no library: the program is small, and the same bytes wherever it is built.
 */
#ifndef SYSTEM_H
#define SYSTEM_H
#include "../shared/ecall.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

enum {
  SYS_DUP3 = 24, SYS_IOCTL = 29, SYS_MKDIRAT = 34, SYS_UNLINKAT = 35, SYS_UMOUNT2 = 39, SYS_OPENAT = 56, SYS_CLOSE = 57,
  SYS_GETDENTS64 = 61, SYS_READ = 63, SYS_WRITE = 64, SYS_PPOLL = 73, SYS_FSTAT = 80, SYS_SYNC = 81, SYS_FSYNC = 82,
  SYS_EXIT = 93, SYS_NANOSLEEP = 101, SYS_CLOCK_GETTIME = 113, SYS_KILL = 129, SYS_SETSID = 157, SYS_SOCKET = 198,
  SYS_CLONE = 220, SYS_EXECVE = 221, SYS_MMAP = 222, SYS_WAIT4 = 260, SYS_RENAMEAT2 = 276,
};

enum { AT_FDCWD = -100, O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_TRUNC = 01000, O_CLOEXEC = 02000000 };
enum { POLLIN = 1, SIGCHLD = 17, SIGKILL = 9, WNOHANG = 1, MNT_DETACH = 2, EAGAIN = 11, EINTR = 4, EEXIST = 17 };

struct timespec {
  i64 seconds, nanoseconds;
};

static inline i64 call(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  return system_call_of_six(number, a, b, c, d, e, f);
}
#define CALL1(n, a) call(n, (i64)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) call(n, (i64)(a), (i64)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) call(n, (i64)(a), (i64)(b), (i64)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) call(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)

/* A text that is built piece by piece; what does not fit is left out. */
struct text {
  char *at;
  char *end;
};

void *memcpy(void *to, const void *from, u64 count);
void *memset(void *to, int value, u64 count);
u64 length_of(const char *text);
int equal(const char *a, const char *b);
int starts_with(const char *text, const char *start);
void add(struct text *to, const char *from);
void add_number(struct text *to, u64 value);
/* Reads digits; moves the pointer behind them and the spaces after. */
u64 number_at(const char **text);
/* Cuts the next word off, in place; an empty one at the end. */
char *word_of(char **text);

i64 open_file(const char *path, int flags, int mode);
void close_file(i64 file);
/* A small file as a text; its length, or less than 0. */
i64 read_text(const char *path, char *to, u64 size);
i64 write_text(const char *path, const char *text);
/* The next entry of a folder whose name starts so, into `name` of 64 bytes: the count of those found. */
int find_entry(const char *folder, const char *start, char *name);
u64 now_ms(void);
void sleep_ms(u64 ms);
/* Runs a program to its end; its status. */
int run(char *const *arguments);

#endif
