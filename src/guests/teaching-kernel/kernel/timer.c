/*
 * Time. There is no regular tick: each hart's timer is set for the next thing that must happen there, or not at all,
 * so an idle machine stands still.
 */
#include "defs.h"
#include "proc.h"

/* How long a process may run while others wait: 1/100 s. */
static uint64_t slice(void) { return platform.timebase / 100; }

/* Sets the timer for the first sleeper of this hart and, if others wait, for the end of the running one's slice. */
void timer_arm(void) {
  uint64_t next = TIME_NEVER;
  for (int i = 0; i < MAX_PROCESSES; i++) {
    const struct process *process = &processes[i];
    if (process->state == STATE_SLEEPING && process->hart == this_hart && process->deadline < next)
      next = process->deadline;
  }
  if (this_hart->process != NULL && somebody_is_ready()) {
    uint64_t end = this_hart->process->since + slice();
    if (end < next) next = end;
  }
  if (next == this_hart->armed) return;
  this_hart->armed = next;
  if (platform.sstc) write_stimecmp(next);
  else sbi_set_timer(next);
}

void timer_interrupt(void) {
  uint64_t now = read_time();
  this_hart->armed = 0; /* to be set again on the way out, which also ends the interrupt */
  for (int i = 0; i < MAX_PROCESSES; i++)
    if (processes[i].state == STATE_SLEEPING && processes[i].deadline <= now) make_ready(&processes[i], true);
  if (this_hart->process != NULL && now - this_hart->process->since >= slice() && somebody_is_ready())
    this_hart->reschedule = true;
}
