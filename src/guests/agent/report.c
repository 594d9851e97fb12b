/* What the agent reports, a line each: memory and its pressure, and the addresses of cards. */
#include "agent.h"

static char file[2048];

/* `key VALUE` in KiB out of /proc/meminfo. */
static void memory(struct text *to, const char *name, const char *key) {
  for (const char *at = file; *at != 0;) {
    if (starts_with(at, name)) {
      at += length_of(name);
      while (*at == ' ') at++;
      add(to, key), add(to, " "), add_number(to, number_at(&at)), add(to, "\n");
      return;
    }
    while (*at != 0 && *at++ != '\n') {}
  }
}

/* { name: 16, address family: 2, port: 2, IPv4 address: 4, … }: 40 bytes in all. */
struct request {
  char name[16];
  u16 family, number;
  u8 address[4];
  u8 rest[16];
};
enum { SIOCGIFCONF = 0x8912, SIOCGIFNETMASK = 0x891b, AF_INET = 2, SOCK_DGRAM = 2, CARDS = 8 };

static void addresses(struct text *to) {
  static struct request cards[CARDS];
  struct {
    int length, padding;
    struct request *cards;
  } all = {sizeof cards, 0, cards};
  i64 socket = CALL3(SYS_SOCKET, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
  if (socket < 0) return;
  if (CALL3(SYS_IOCTL, socket, SIOCGIFCONF, &all) < 0) all.length = 0;
  for (int i = 0; i < all.length / (int)sizeof cards[0]; i++) {
    struct request mask = cards[i];
    if (equal(cards[i].name, "lo") || CALL3(SYS_IOCTL, socket, SIOCGIFNETMASK, &mask) < 0) continue;
    u64 bits = 0;
    for (int bit = 0; bit < 32; bit++) bits += (u64)(mask.address[bit / 8] >> bit % 8 & 1);
    add(to, "address "), add(to, cards[i].name);
    for (int part = 0; part < 4; part++) add(to, part == 0 ? " " : "."), add_number(to, cards[i].address[part]);
    add(to, "/"), add_number(to, bits), add(to, "\n");
  }
  close_file(socket);
}

void report(void) {
  static char text[MOST];
  struct text to = {text, text + sizeof text};
  if (read_text("/proc/meminfo", file, sizeof file) > 0) {
    memory(&to, "MemTotal:", "memory.total");
    memory(&to, "MemFree:", "memory.free");
    memory(&to, "MemAvailable:", "memory.available");
  }
  /* "some avg10=0.12 …": share of the last ten seconds in which somebody waited for memory. */
  if (read_text("/proc/pressure/memory", file, sizeof file) > 0 && starts_with(file, "some avg10=")) {
    char *at = file + 11;
    add(&to, "memory.pressure "), add(&to, word_of(&at)), add(&to, "\n");
  }
  if (read_text("/proc/loadavg", file, sizeof file) > 0) {
    char *at = file;
    add(&to, "load "), add(&to, word_of(&at)), add(&to, "\n");
  }
  addresses(&to);
  send_text(REPORT, 0, text);
}
