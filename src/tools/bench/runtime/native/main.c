/* What is around a kernel in a native program: the same messages as from a guest, over standard input and output. */
#undef main
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint32_t run(void);

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int main(void) {
  char command;
  if (write(1, ">", 1) != 1) return 1;
  while (read(0, &command, 1) == 1) {
    uint64_t before = now_ns();
    uint32_t result = run();
    uint64_t ns = now_ns() - before;
    uint8_t message[17] = {'='};
    memcpy(message + 1, &result, 4);
    memcpy(message + 11, &ns, 6);
    if (write(1, message, sizeof message) != sizeof message) return 1;
  }
  return 0;
}
