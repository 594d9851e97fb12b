/* Processors that come and go: Linux starts and stops them by SBI, where it was built to (CONFIG_HOTPLUG_CPU). */
#include "agent.h"

int has_processors(void) {
  char line[8];
  return read_text("/sys/devices/system/cpu/hotplug/states", line, sizeof line) > 0;
}

/* `NUMBER on` or `NUMBER off`. */
void processor(u16 id, char *arguments) {
  char path[96];
  const char *number = word_of(&arguments);
  int on = equal(word_of(&arguments), "on");
  if (length_of(number) > 4) return send_text(FAILED, id, "bad number");
  struct text to = {path, path + sizeof path};
  add(&to, "/sys/devices/system/cpu/cpu"), add(&to, number), add(&to, "/online");
  if (write_text(path, on ? "1" : "0") < 0) return send_text(FAILED, id, on ? "it does not start" : "it does not stop");
  send_text(DONE, id, number);
}
