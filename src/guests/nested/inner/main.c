/*
 * The innermost guest: it says hello over SBI, turns on tables of its own, and answers what is typed on its serial port. Whoever
 * looks from outside sees three levels at work: its tables (VS-stage), those of the hypervisor that runs it (G-stage), and the firmware.
 */
typedef unsigned char u8;
typedef unsigned long u64;

enum { SBI_TIME = 0x54494d45, SBI_SRST = 0x53525354, SBI_DBCN = 0x4442434e };
enum { UART = 0x10000000, LINE_STATUS = 5, DATA_READY = 1, STATISTICS_REGISTER = 0x10001000 };
/* Sv39: V, R, W, X, A, D. */
enum { VALID = 1, READABLE = 2, WRITABLE = 4, EXECUTABLE = 8, ACCESSED = 0x40, DIRTY = 0x80 };
enum { DATA = VALID | READABLE | WRITABLE | ACCESSED | DIRTY, CODE = DATA | EXECUTABLE };
enum { PAGE = 4096, ENTRIES = 512 };
/* Pages of its own that it touches one by one: their virtual addresses begin elsewhere than their physical ones. */
#define PAGES_VIRTUAL 0x40000000UL
#define PAGES_PHYSICAL 0x80400000UL
enum { MOST_PAGES = ENTRIES };
/* Ticks of `time`: a hundredth of a second at QEMU's 10 MHz. */
enum { PAUSE = 100000 };

static u64 root[ENTRIES] __attribute__((aligned(PAGE)));
static u64 low[ENTRIES] __attribute__((aligned(PAGE)));
static u64 devices[ENTRIES] __attribute__((aligned(PAGE)));
static u64 middle[ENTRIES] __attribute__((aligned(PAGE)));
static u64 pages[ENTRIES] __attribute__((aligned(PAGE)));

static u64 sbi(u64 extension, u64 function, u64 first, u64 second, u64 third) {
  register u64 a0 __asm__("a0") = first;
  register u64 a1 __asm__("a1") = second;
  register u64 a2 __asm__("a2") = third;
  register u64 a6 __asm__("a6") = function;
  register u64 a7 __asm__("a7") = extension;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
  return a0;
}

static void say(const char *text) {
  u64 length = 0;
  while (text[length] != 0) length++;
  sbi(SBI_DBCN, 0, length, (u64)text, 0);
}

static void say_number(u64 value, u64 base) {
  static char digits[24];
  u64 at = sizeof digits - 1;
  do digits[--at] = "0123456789abcdef"[value % base];
  while ((value /= base) != 0);
  say(digits + at);
}

static __attribute__((noreturn)) void turn_off(void) {
  sbi(SBI_SRST, 0, 0, 0, 0);
  for (;;) __asm__ volatile("wfi");
}

void fault(u64 cause, u64 pc, u64 value) {
  say("inner: trap ");
  say_number(cause, 10);
  say(" at 0x");
  say_number(pc, 16);
  say(", value 0x");
  say_number(value, 16);
  say("\r\n");
  turn_off();
}

static u64 entry(const void *to, u64 flags) { return (u64)to >> 12 << 10 | flags; }

/* RAM where it is, in one leaf; the serial port and the VMM's register in a table of their own; the pages that are touched elsewhere. */
static void turn_tables_on(void) {
  root[2] = entry((void *)0x80000000UL, CODE);
  root[0] = entry(low, VALID);
  low[UART >> 21] = entry(devices, VALID);
  devices[0] = entry((void *)(u64)UART, DATA);
  devices[1] = entry((void *)(u64)STATISTICS_REGISTER, DATA);
  root[PAGES_VIRTUAL >> 30] = entry(middle, VALID);
  middle[0] = entry(pages, VALID);
  for (u64 i = 0; i < MOST_PAGES; i++) pages[i] = entry((void *)(PAGES_PHYSICAL + i * PAGE), DATA);
  __asm__ volatile("sfence.vma\ncsrw satp, %0\nsfence.vma" ::"r"(8UL << 60 | (u64)root >> 12) : "memory");
}

/* Waits for a key: looks, and sleeps until the timer wakes it. The interrupt wakes without being taken, since it is off in sstatus. */
static char next_key(void) {
  volatile u8 *uart = (volatile u8 *)UART;
  __asm__ volatile("csrs sie, %0" ::"r"(1 << 5));
  while ((uart[LINE_STATUS] & DATA_READY) == 0) {
    u64 now;
    __asm__ volatile("rdtime %0" : "=r"(now));
    sbi(SBI_TIME, 0, now + PAUSE, 0, 0);
    __asm__ volatile("wfi");
  }
  return (char)uart[0];
}

static u64 read_line(char *line, u64 size) {
  u64 length = 0;
  for (;;) {
    char key = next_key();
    if (key == '\r' || key == '\n') break;
    if ((key == 0x7f || key == 8) && length > 0) {
      length--;
      say("\b \b");
    } else if (key >= ' ' && key < 0x7f && length + 1 < size) {
      static char echo[2];
      line[length++] = echo[0] = key;
      say(echo);
    }
  }
  line[length] = 0;
  say("\r\n");
  return length;
}

/* The rest of a line behind a word, or nothing where the line begins with something else. */
static const char *behind(const char *line, const char *word) {
  while (*word != 0)
    if (*line++ != *word++) return 0;
  if (*line == ' ') return line + 1;
  return *line == 0 ? line : 0;
}

static u64 number(const char *text) {
  u64 value = 0;
  while (*text >= '0' && *text <= '9') value = value * 10 + (u64)(*text++ - '0');
  return value;
}

/* Each page that it writes to for the first time costs a guest-page fault. */
static void touch(u64 count) {
  if (count > MOST_PAGES) count = MOST_PAGES;
  for (u64 i = 0; i < count; i++) *(volatile u64 *)(PAGES_VIRTUAL + i * PAGE) = i;
  say("inner: touched ");
  say_number(count, 10);
  say(" pages from 0x40000000 on\r\n");
}

static void answer(const char *line) {
  const char *rest;
  if ((rest = behind(line, "touch")) != 0) {
    touch(number(rest));
  } else if ((rest = behind(line, "echo")) != 0) {
    say(rest);
    say("\r\n");
  } else if (behind(line, "exits") != 0) {
    *(volatile u8 *)STATISTICS_REGISTER = 1;
  } else if (behind(line, "off") != 0) {
    say("inner: off\r\n");
    turn_off();
  } else if (*line != 0) {
    say("inner: echo TEXT, touch PAGES, exits, off\r\n");
  }
}

void main(void) {
  static char line[80];
  turn_tables_on();
  say("inner: hello from VS-mode\r\n");
  for (;;) {
    say("inner> ");
    read_line(line, sizeof line);
    answer(line);
  }
}
