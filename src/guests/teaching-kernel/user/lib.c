/*
 * The library of the user programs.
 */
#include "user.h"
#include "../../shared/ecall.h"

int64_t system_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  return system_call_of_six((long)number, (long)a, (long)b, (long)c, (long)d, (long)e, (long)f);
}

static char output[1024];
static size_t output_length;

void flush(void) {
  if (output_length > 0) system_call(SYS_WRITE, (uint64_t)output, output_length, 0, 0, 0, 0);
  output_length = 0;
}

static void put(void *context, char c) {
  (void)context;
  output[output_length++] = c;
  if (output_length == sizeof output) flush();
}

/* Each call goes out whole; what waits is kept until a line ends. */
void printf(const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  format(put, NULL, pattern, arguments);
  va_end(arguments);
  if (output_length > 0 && output[output_length - 1] == '\n') flush();
}

void exit(int code) {
  flush();
  for (;;) system_call(SYS_EXIT, (uint64_t)code, 0, 0, 0, 0, 0);
}

uint64_t read_time(void) {
  uint64_t time;
  __asm__ volatile("rdtime %0" : "=r"(time));
  return time;
}

void sleep_until(uint64_t time) { system_call(SYS_SLEEP_UNTIL, time, 0, 0, 0, 0, 0); }

const struct machine_info *machine(void) {
  static struct machine_info info;
  system_call(SYS_MACHINE_INFO, (uint64_t)&info, 0, 0, 0, 0, 0);
  return &info;
}

uint64_t microseconds(uint64_t ticks) {
  uint64_t timebase = machine()->timebase;
  return ticks / timebase * 1000000 + ticks % timebase * 1000000 / timebase;
}

int split_words(char *line, char **word) {
  int words = 0;
  for (;;) {
    while (*line == ' ') *line++ = 0;
    if (*line == 0 || words == MOST_WORDS - 1) break;
    word[words++] = line;
    while (*line != 0 && *line != ' ') line++;
  }
  word[words] = NULL;
  return words;
}

const char *error_text(int64_t error) {
  static const char *const texts[] = {
      [-ERROR_INVALID] = "an argument makes no sense",
      [-ERROR_NOT_FOUND] = "there is no such thing",
      [-ERROR_NO_MEMORY] = "no memory is left",
      [-ERROR_NO_PROCESS] = "the table of processes is full",
      [-ERROR_BAD_ADDRESS] = "the address is not the process's to use",
      [-ERROR_INTERRUPTED] = "interrupted",
      [-ERROR_NO_DEVICE] = "this machine has no such device",
      [-ERROR_NO_ROUTE] = "outside the subnet, and there is no gateway",
      [-ERROR_UNREACHABLE] = "nobody on the network has that address",
      [-ERROR_TIMEOUT] = "no answer",
      [-ERROR_BUSY] = "the device is busy",
      [-ERROR_IO] = "the disk has failed",
  };
  return error < 0 && -error < (int64_t)(sizeof texts / sizeof *texts) ? texts[-error] : "unknown error";
}

bool number_argument(const char *command, const char *name, const char *text, uint64_t least, uint64_t most,
                     uint64_t *number) {
  const char *rest = parse_number(text, number);
  if (rest != NULL && *rest == 0 && *number >= least && *number <= most) return true;
  if (most == UINT64_MAX) printf("%s: %s must be a number, not '%s'\n", command, name, text);
  else printf("%s: %s must be a number from %lu to %lu, not '%s'\n", command, name, least, most, text);
  return false;
}

bool address_argument(const char *command, const char *text, uint32_t *address) {
  const char *rest = parse_address(text, address);
  if (rest != NULL && *rest == 0) return true;
  printf("%s: '%s' is no address such as 10.0.0.2\n", command, text);
  return false;
}

int usage(const char *name) {
  const struct command *command = find_command(name);
  printf("usage: %s %s: %s\n", name, command->arguments, command->help);
  return 1;
}

bool find_process(int64_t pid, struct process_info *info) {
  for (uint64_t i = 0; system_call(SYS_PROCESS_INFO, i, (uint64_t)info, 0, 0, 0, 0) == 0; i++)
    if (info->pid == pid) return true;
  return false;
}

void stop_all(const char *name) {
  struct process_info info;
  /* The ones after it move up when a process ends: look at the same place again. */
  for (uint64_t i = 0; system_call(SYS_PROCESS_INFO, i, (uint64_t)&info, 0, 0, 0, 0) == 0;)
    if (!same_text(info.name, name) || system_call(SYS_KILL, (uint64_t)info.pid, 0, 0, 0, 0, 0) != 0) i++;
}

int64_t start_background(const char *command_line) {
  int64_t pid = system_call(SYS_SPAWN, (uint64_t)command_line, true, 0, 0, 0, 0);
  if (pid < 0) printf("'%s' does not start: %s\n", command_line, error_text(pid));
  return pid;
}

/* Called by start.S in every new process. */
int run_program(char *line);
int run_program(char *line) {
  char *word[MOST_WORDS];
  int words = split_words(line, word);
  int code = 1;
  if (words > 0 && same_text(word[0], "shell")) {
    code = shell(words, word);
  } else {
    const struct command *command = words > 0 ? find_command(word[0]) : NULL;
    if (command != NULL && command->program != NULL) code = command->program(words, word);
  }
  flush();
  return code;
}
