/*
 * Processes: how they begin and end. All run the one image of user programs; the command line says which program.
 */
#include "proc.h"

struct process processes[MAX_PROCESSES];
static int last_pid;

struct process *process_find(int pid) {
  for (int i = 0; i < MAX_PROCESSES; i++)
    if (processes[i].state != STATE_UNUSED && processes[i].pid == pid) return &processes[i];
  return NULL;
}

static void set_name(struct process *process, const char *command_line) {
  size_t length = 0;
  while (length < NAME_LENGTH - 1 && command_line[length] != 0 && command_line[length] != ' ') length++;
  memcpy(process->name, command_line, length);
  process->name[length] = 0;
}

/* Gives a process its memory and its first registers: a0 = command line, which lies at the top of the user stack. */
static bool build(struct process *process, const char *command_line) {
  uint64_t line_at = USER_STACK_TOP - LINE_LENGTH;
  process->stack = frame_allocate(FRAME_KERNEL);
  if (process->stack == NULL || !vm_create(&process->space)) return false;
  if (!vm_copy_out(&process->space, line_at, command_line, strlen(command_line) + 1)) return false;

  *(uint64_t *)process->stack = STACK_CANARY;
  size_t frame_size = (sizeof(struct trap_frame) + 15) & ~15ul;
  process->frame = (struct trap_frame *)((char *)process->stack + KERNEL_STACK_SIZE - frame_size);
  process->frame->x[REGISTER_SP] = line_at;
  process->frame->x[REGISTER_A0] = line_at;
  process->frame->pc = ((const uint64_t *)programs_start)[3];
  process->context.ra = (uint64_t)start_process;
  process->context.sp = (uint64_t)process->frame;
  return true;
}

static void release_memory(struct process *process) {
  vm_destroy(&process->space);
  if (process->stack != NULL) frame_free(process->stack, FRAME_KERNEL);
  process->stack = NULL;
}

int process_spawn(const char *command_line, bool background) {
  struct process *process = processes;
  while (process < processes + MAX_PROCESSES && process->state != STATE_UNUSED) process++;
  if (process == processes + MAX_PROCESSES) return ERROR_NO_PROCESS;
  if (strlen(command_line) >= LINE_LENGTH) return ERROR_INVALID;
  *process = (struct process){.background = background, .deadline = TIME_NEVER};
  if (!build(process, command_line)) {
    release_memory(process);
    return ERROR_NO_MEMORY;
  }
  set_name(process, command_line);
  process->pid = ++last_pid;
  make_ready(process, false);
  return process->pid;
}

/* The memory of a process cannot go while it runs on its own stack: process_bury does the rest. */
void process_exit(int code) {
  struct process *self = this_process();
  self->exit_code = code;
  self->state = STATE_ZOMBIE;
  if (console_foreground == self->pid) console_foreground = 0;
  screen_leave(self);
  virtio_agent_leave(self);
  wake(self);
  give_up_hart();
  panic("process %d runs after its end", self->pid);
}

/* On the hart's own stack: a process that ended leaves. One that somebody waits for keeps its place in the table. */
void process_bury(struct process *process) {
  release_memory(process);
  bool was_shell = process->pid == 1;
  if (process->background || was_shell) process->state = STATE_UNUSED;
  if (!was_shell) return;
  print("the shell ended; here is a new one\n");
  int pid = process_spawn("shell again", false);
  if (pid < 0) panic("no new shell: error %d", pid);
  process_find(pid)->pid = 1;
}

int process_wait(int pid) {
  struct process *child = process_find(pid);
  if (child == NULL || child->background || child == this_process()) return ERROR_NOT_FOUND;
  /* One that has ended already was never in front. */
  bool waits = child->state != STATE_ZOMBIE;
  if (waits) console_foreground = pid;
  while (child->state != STATE_ZOMBIE)
    if (!sleep_on(child, TIME_NEVER)) {
      /* The one who waits is killed: so is the one it waits for, whom nobody will ask now. */
      child->background = true;
      process_kill(pid);
      return ERROR_INTERRUPTED;
    }
  if (waits) console_foreground = 0;
  child->state = STATE_UNUSED;
  return child->exit_code;
}

int process_kill(int pid) {
  struct process *process = process_find(pid);
  if (process == NULL || process->state == STATE_ZOMBIE) return ERROR_NOT_FOUND;
  process->killed = true;
  if (process->state == STATE_SLEEPING) make_ready(process, true);
  else if (process->state == STATE_RUNNING && process->hart != this_hart) sbi_interrupt_hart(process->hart->id);
  return 0;
}

int process_information(uint64_t index, struct process_info *info) {
  for (int i = 0; i < MAX_PROCESSES; i++) {
    const struct process *process = &processes[i];
    if (process->state == STATE_UNUSED || index-- > 0) continue;
    bool runs = process->state == STATE_RUNNING;
    *info = (struct process_info){
        .pid = process->pid,
        .state = (int32_t)process->state,
        .hart = process->hart != NULL ? (int32_t)process->hart->index : -1,
        .background = process->background,
        .exit_code = process->exit_code,
        .cpu_ticks = process->cpu_ticks + (runs ? read_time() - process->since : 0),
        .resident_kib = process->space.frames * (PAGE_SIZE / 1024),
    };
    copy_text(info->name, process->name, sizeof info->name);
    return 0;
  }
  return ERROR_NOT_FOUND;
}
