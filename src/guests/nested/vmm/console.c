/* The guest's serial port: bytes go to the terminal as they come, and come from it as they are typed. */
#include "vmm.h"

enum { TCGETS = 0x5401, TCSETS = 0x5402 };
enum { RECEIVE_OR_TRANSMIT = 0, LINE_STATUS = 5 };
enum { DATA_READY = 1, TRANSMITTER_EMPTY = 0x60 };

/* As the kernel has it, for the system calls. */
struct terminal {
  u32 input, output, control, local;
  u8 line, characters[19];
};
enum { ICRNL = 0400, ICANON = 2, ECHO = 8, ISIG = 1 };

static struct terminal before;
static int is_terminal;

void print(const char *text, u64 length) {
  while (length > 0) {
    i64 count = CALL3(SYS_WRITE, 1, text, length);
    if (count <= 0) return;
    text += count;
    length -= (u64)count;
  }
}

void say(const char *text) { print(text, length_of(text)); }

/* Each key goes to the guest by itself, and nobody but the guest echoes it. */
void console_begin(void) {
  is_terminal = CALL3(SYS_IOCTL, 0, TCGETS, &before) == 0;
  if (!is_terminal) return;
  struct terminal raw = before;
  raw.local &= ~(u32)(ICANON | ECHO | ISIG);
  raw.input &= ~(u32)ICRNL;
  CALL3(SYS_IOCTL, 0, TCSETS, &raw);
}

void console_end(void) {
  if (is_terminal) CALL3(SYS_IOCTL, 0, TCSETS, &before);
}

static int is_typed(void) {
  struct {
    int file;
    u16 events, happened;
  } wanted = {0, POLLIN, 0};
  struct timespec at_once = {0, 0};
  return CALL4(SYS_PPOLL, &wanted, 1, &at_once, 0) > 0;
}

u8 uart_read(u64 offset) {
  if (offset == LINE_STATUS) return TRANSMITTER_EMPTY | (is_typed() ? DATA_READY : 0);
  u8 byte = 0;
  if (offset == RECEIVE_OR_TRANSMIT && is_typed()) CALL3(SYS_READ, 0, &byte, 1);
  return byte;
}

void uart_write(u64 offset, u8 value) {
  if (offset == RECEIVE_OR_TRANSMIT) print((const char *)&value, 1);
}
