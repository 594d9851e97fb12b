/*
 * A process and what the files that handle processes share: proc.c makes and ends them, sched.c lets them run.
 */
#pragma once

#include "defs.h"

/* Registers of a process while the kernel works for it; trap_entry.S knows the offsets. */
struct trap_frame {
  struct hart *hart;
  uint64_t x[31];  /* x1..x31 */
  uint64_t pc;
};

/* Registers by the name of the calling convention. */
enum { REGISTER_SP = 2 - 1, REGISTER_A0 = 10 - 1, REGISTER_A1 = 11 - 1, REGISTER_A7 = 17 - 1 };

struct process {
  enum process_state state;
  int pid;
  char name[NAME_LENGTH];
  bool background;            /* nobody waits for it */
  bool killed;                /* ends as soon as it is about to leave the kernel */
  int exit_code;

  struct address_space space;
  void *stack;                /* kernel stack, one frame; its lowest word is STACK_CANARY */
  struct trap_frame *frame;   /* at the top of that stack */
  struct context context;     /* where it gave up its hart */

  struct hart *hart;          /* where it runs or ran last */
  struct process *next;       /* in the queue of ready processes */
  const void *channel;        /* what it sleeps on */
  uint64_t deadline;          /* when it wakes at the latest */
  uint64_t since;             /* when it got its hart */
  uint64_t cpu_ticks;
};

#define STACK_CANARY 0x6b65726e656c2121ul

extern struct process processes[MAX_PROCESSES];

static inline struct process *this_process(void) { return this_hart->process; }
/* Its address space id. 0 is the kernel's, and everybody's where the hart has too few of them. */
static inline uint32_t asid_of(const struct process *process) {
  return asid_bits == 0 ? 0 : (uint32_t)(process - processes) + 1;
}

struct process *process_find(int pid);
int process_spawn(const char *command_line, bool background);
int process_wait(int pid);
int process_kill(int pid);
void process_exit(int code) __attribute__((noreturn));
void process_bury(struct process *process);
int process_information(uint64_t index, struct process_info *info);
