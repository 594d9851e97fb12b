/*
 * Who runs: one queue of ready processes for all harts. Who is new or has used its slice goes to the back; who was
 * woken goes to the front and takes the hart at once, so that waiting work is answered quickly beside busy work.
 */
#include "defs.h"
#include "proc.h"

static struct process *first, *last;

bool somebody_is_ready(void) { return first != NULL; }

static void enqueue(struct process *process, bool front) {
  process->state = STATE_READY;
  process->next = front ? first : NULL;
  if (first == NULL) first = last = process;
  else if (front) first = process;
  else last = last->next = process;
}

static struct process *dequeue(void) {
  struct process *process = first;
  if (process != NULL) first = process->next;
  return process;
}

/* Wakes a hart that stands still; false if none does. */
static bool wake_idle_hart(void) {
  for (uint32_t i = 0; i < MAX_HARTS; i++)
    if (harts[i].idle) {
      harts[i].idle = false;
      sbi_interrupt_hart(harts[i].id);
      return true;
    }
  return false;
}

void make_ready(struct process *process, bool front) {
  enqueue(process, front);
  /* A hart without a process is on its way to look at the queue anyway. */
  if (this_hart->process != NULL && !wake_idle_hart() && front) this_hart->reschedule = true;
}

/* Leaves this process, which is no longer running, for the hart's own loop; comes back when it is chosen again. */
void give_up_hart(void) { switch_context(&this_process()->context, &this_hart->scheduler); }

void yield(void) {
  this_hart->reschedule = false;
  enqueue(this_process(), false);
  give_up_hart();
}

bool sleep_on(const void *channel, uint64_t deadline) {
  struct process *self = this_process();
  if (self->killed) return false;
  self->channel = channel;
  self->deadline = deadline;
  self->state = STATE_SLEEPING;
  give_up_hart();
  self->channel = NULL;
  return !self->killed;
}

void wake(const void *channel) {
  for (int i = 0; i < MAX_PROCESSES; i++)
    if (processes[i].state == STATE_SLEEPING && processes[i].channel == channel) make_ready(&processes[i], true);
}

/* Lets a process run until it gives the hart up. */
static void run(struct process *process) {
  process->state = STATE_RUNNING;
  process->since = read_time();
  this_hart->process = process;
  this_hart->reschedule = false;
  /* Another hart changed its page table, or another process had its address space id. */
  bool moved = process->hart != this_hart;
  process->hart = this_hart;
  write_csr(satp, vm_satp(&process->space, asid_of(process)));
  if (asid_bits == 0) fence_translations();
  else if (moved) fence_space(asid_of(process));

  switch_context(&this_hart->scheduler, &process->context);

  process->cpu_ticks += read_time() - process->since;
  this_hart->process = NULL;
  vm_use_kernel_space();
  if (*(uint64_t *)process->stack != STACK_CANARY) panic("%s[%d] ran out of kernel stack", process->name, process->pid);
  if (process->state == STATE_ZOMBIE) process_bury(process);
}

void scheduler(void) {
  for (;;) {
    if (this_hart->leaving) smp_leave();
    struct process *process = dequeue();
    if (process != NULL) {
      if (somebody_is_ready()) wake_idle_hart();
      run(process);
      continue;
    }
    this_hart->idle = true;
    timer_arm();
    kernel_unlock();
    /* Nothing is lost between here and there: an interrupt stays pending, and ends the wait even with SIE = 0. */
    wait_for_interrupt();
    kernel_lock();
    this_hart->idle = false;
    take_interrupts();
  }
}
