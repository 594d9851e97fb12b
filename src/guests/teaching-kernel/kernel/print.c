/*
 * The kernel's own messages, and its end when it finds itself broken.
 */
#include "defs.h"

struct chunk {
  char text[64];
  size_t length;
};

static void put(void *context, char c) {
  struct chunk *chunk = context;
  chunk->text[chunk->length++] = c;
  if (chunk->length == sizeof chunk->text) {
    console_write(chunk->text, chunk->length);
    chunk->length = 0;
  }
}

static void print_list(const char *pattern, va_list arguments) {
  struct chunk chunk = {.length = 0};
  format(put, &chunk, pattern, arguments);
  console_write(chunk.text, chunk.length);
}

void print(const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  print_list(pattern, arguments);
  va_end(arguments);
}

/* Says why and asks the machine to stop, with "system failure" as the reason. */
void panic(const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  print("\nkernel panic: ");
  print_list(pattern, arguments);
  print("\n");
  va_end(arguments);
  console_flush();
  sbi_reset(POWER_OFF, true);
}
