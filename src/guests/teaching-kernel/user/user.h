/*
 * What user programs are written with: system calls as functions, printf, the table of commands.
 */
#pragma once

#include "../shared/abi.h"
#include "../shared/text.h"

enum { MOST_WORDS = 16 };

/*
 * A command of the shell: a `builtin` runs in the shell itself, a `program` in a process of its own. One that has both
 * is a workload: its builtin checks the arguments and replaces the process that ran before.
 */
typedef int command_function(int words, char **word);
struct command {
  const char *name, *arguments, *help;
  command_function *builtin, *program;
};
extern const struct command commands[];
const struct command *find_command(const char *name);

/* lib.c */
int64_t system_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
void exit(int code) __attribute__((noreturn));
void printf(const char *pattern, ...);
void flush(void);
uint64_t read_time(void);
void sleep_until(uint64_t time);
const struct machine_info *machine(void);
/* Ticks of the clock as micro- or milliseconds. */
uint64_t microseconds(uint64_t ticks);
int split_words(char *line, char **word);
const char *error_text(int64_t error);
/* A number between the limits, or a message on the console and false. */
bool number_argument(const char *command, const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *number);
bool address_argument(const char *command, const char *text, uint32_t *address);
/* Tells how a command is used; returns 1, the exit code of a command that did nothing. */
int usage(const char *name);
bool find_process(int64_t pid, struct process_info *info);
/* Ends all processes of that name. */
void stop_all(const char *name);
/* Starts a process that nobody waits for, or says why not; its pid or a negative error. */
int64_t start_background(const char *command_line);

/* the commands, by file */
command_function shell;
command_function command_help, command_echo, command_sbi, command_crash, command_shutdown, command_reboot, command_uptime;
command_function program_sleep, program_attack, attack_arp, attack_tags;
command_function command_ps, command_kill, command_mem, command_balloon, command_walk, command_map, command_peek, command_poke;
command_function command_cpu, program_cpu, program_spin, program_flood;
command_function command_locks, program_locks;
command_function command_dirty, program_dirty, command_wss, program_wss, program_hold, program_store;
command_function program_disk, program_agent, command_files, program_paint;
command_function announce, command_net, program_ping, program_bounce, command_traffic, program_traffic;
