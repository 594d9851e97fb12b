/*
 * The shell: reads a line, runs its commands. `;` separates commands, a final `&` leaves a program in the background.
 */
#include "user.h"

const struct command commands[] = {
    {"help", "", "this list", command_help, NULL},
    {"cpu", "PERCENT [PROCESSES]", "keep vCPUs busy for PERCENT of the time, one for each process; 0 stops", command_cpu, program_cpu},
    {"dirty", "PAGES PER_SECOND", "write to so many pages in turn, at a rate; 0 stops", command_dirty, program_dirty},
    {"wss", "PAGES", "keep so many pages in use: filled, then read and checked in turn; 0 stops", command_wss, program_wss},
    {"traffic", "ADDRESS KIB_PER_S [BYTES]", "send UDP packets at a rate; 0 stops", command_traffic, program_traffic},
    {"locks", "PROCESSES", "so many processes share a lock, and tell how long they wait for it; 0 stops", command_locks, program_locks},
    {"spin", "", "a busy loop without end", NULL, program_spin},
    {"flood", "", "print without end", NULL, program_flood},
    {"store", "[VA]", "one store to a page that nobody has touched", NULL, program_store},
    {"ps", "", "processes: state, vCPU, CPU time, memory", command_ps, NULL},
    {"kill", "PID", "end a process", command_kill, NULL},
    {"mem", "[touch KIB]", "memory in figures; touch: keep that much in use, 0 gives it back", command_mem, NULL},
    {"balloon", "[follow | refuse]", "what the host wants of memory, and what it has; refuse: give it no more", command_balloon, NULL},
    {"hold", "KIB", "the process behind `mem touch`", NULL, program_hold},
    {"walk", "VA [PID]", "the Sv39 walk of an address: each entry, and where it leads", command_walk, NULL},
    {"map", "VA", "give a page of the shell a new frame, and store to it", command_map, NULL},
    {"peek", "VA", "load 8 bytes of the shell's memory", command_peek, NULL},
    {"poke", "VA VALUE", "store 8 bytes to the shell's memory", command_poke, NULL},
    {"disk", "[NUMBER read | write BLOCKS [DEPTH] [poll]]", "disks; write 4 KiB blocks, or read and check them, so many at a time", NULL, program_disk},
    {"files", "[show | remove NAME]", "files that the agent took in, kept in memory", command_files, NULL},
    {"paint", "", "a drawing for keyboard and pointer on the machine's screen", NULL, program_paint},
    {"agent", "", "the process that does what the hypervisor asks; it is there where the port for it is", NULL, program_agent},
    {"net", "[announce | CARD ADDRESS/PREFIX]", "network cards: address, counters, neighbours", command_net, NULL},
    {"ping", "ADDRESS [COUNT [INTERVAL_MS]]", "ask another machine for an answer, 4 times", NULL, program_ping},
    {"bounce", "ADDRESS PACKETS [BYTES [DEPTH]] [poll]", "UDP packets to be echoed, and checked; DEPTH: at a time; poll: without interrupts", NULL, program_bounce},
    {"uptime", "", "time since start, and what this machine is", command_uptime, NULL},
    {"sleep", "MS", "wait, for instance between two commands", NULL, program_sleep},
    {"echo", "TEXT", "print TEXT", command_echo, NULL},
    {"sbi", "EID FID [ARGUMENT...]", "call the SBI, with up to 3 arguments", command_sbi, NULL},
    {"attack", "memory [PA] | loop | wild | arp ADDRESS ADDRESS | tags VLAN[,VLAN] ADDRESS",
     "a store where no memory is, a bad descriptor, lies about who is where, a way into other VLANs", NULL, program_attack},
    {"crash", "[void]", "the kernel jumps where nothing is; void: its trap handler is gone too", command_crash, NULL},
    {"reboot", "", "restart the machine", command_reboot, NULL},
    {"shutdown", "", "switch the machine off", command_shutdown, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

const struct command *find_command(const char *name) {
  for (const struct command *command = commands; command->name != NULL; command++)
    if (same_text(command->name, name)) return command;
  return NULL;
}

int command_help(int words, char **word) {
  (void)words, (void)word;
  for (const struct command *command = commands; command->name != NULL; command++) {
    size_t length = strlen(command->name) + 1 + strlen(command->arguments);
    printf("  %s %s", command->name, command->arguments);
    for (; length < 36; length++) printf(" ");
    printf("%s\n", command->help);
  }
  printf("  Several commands: cpu 30; ps. In the background: spin &. Ctrl-C ends what runs in front.\n");
  return 0;
}

int command_echo(int words, char **word) {
  for (int i = 1; i < words; i++) printf(i > 1 ? " %s" : "%s", word[i]);
  printf("\n");
  return 0;
}

/* Runs a program in a process of its own; the words are put together again for it. */
static void run_process(int words, char **word, bool background) {
  char line[LINE_LENGTH];
  size_t length = 0;
  for (int i = 0; i < words; i++) {
    if (i > 0) line[length++] = ' ';
    copy_text(line + length, word[i], sizeof line - length);
    length += strlen(line + length);
  }
  if (background) {
    int64_t pid = start_background(line);
    if (pid >= 0) printf("%s: process %ld runs in the background\n", word[0], pid);
    return;
  }
  int64_t pid = system_call(SYS_SPAWN, (uint64_t)line, false, 0, 0, 0, 0);
  if (pid < 0) printf("'%s' does not start: %s\n", line, error_text(pid));
  else system_call(SYS_WAIT, (uint64_t)pid, 0, 0, 0, 0, 0);
}

static void run_command(char *text) {
  char *word[MOST_WORDS];
  int words = split_words(text, word);
  bool background = words > 0 && same_text(word[words - 1], "&");
  if (background) word[--words] = NULL;
  if (words == 0) return;
  const struct command *command = find_command(word[0]);
  if (command == NULL) printf("%s: no such command; 'help' lists them\n", word[0]);
  else if (command->builtin != NULL) command->builtin(words, word);
  else run_process(words, word, background);
}

static void run_line(char *line) {
  for (char *next = line; next != NULL; line = next) {
    next = line;
    while (*next != 0 && *next != ';') next++;
    if (*next == ';') *next++ = 0;
    else next = NULL;
    run_command(line);
  }
}

/* run=cpu_30;ping_10.0.0.3 among the boot arguments: commands to start with, `_` for a space. */
static void run_boot_commands(const char *prompt) {
  char line[LINE_LENGTH];
  copy_text(line, machine()->run, sizeof line);
  if (line[0] == 0) return;
  for (char *at = line; *at != 0; at++)
    if (*at == '_') *at = ' ';
  printf("%s$ %s\n", prompt, line);
  run_line(line);
}

/* Its word is `first` when the machine starts: only then the boot commands run. */
int shell(int words, char **word) {
  char host[NAME_LENGTH];
  copy_text(host, machine()->host, sizeof host);
  printf("Type 'help' for a list of commands.\n");
  if (words == 2 && same_text(word[1], "first")) run_boot_commands(host);
  for (;;) {
    char line[LINE_LENGTH];
    printf("%s$ ", host);
    flush();
    int64_t length = system_call(SYS_READ, (uint64_t)line, sizeof line - 1, 0, 0, 0, 0);
    if (length < 0) return 1;
    line[length] = 0;
    run_line(line);
    flush();
  }
}
