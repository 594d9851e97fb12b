/*
 * Several harts, one kernel. Processes run on all harts at once; inside the kernel is at most one hart at a time,
 * the one that holds the lock. That is simple and, with short stays in the kernel, good enough for a few harts.
 */
#include "defs.h"
#include "proc.h"

struct hart harts[MAX_HARTS];
uint32_t harts_running;
static uint32_t locked;

void kernel_lock(void) {
  while (__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE) != 0)
    while (__atomic_load_n(&locked, __ATOMIC_RELAXED) != 0); /* look before trying: no store, no traffic */
}

void kernel_unlock(void) { __atomic_store_n(&locked, 0, __ATOMIC_RELEASE); }

/* The boot hart becomes harts[0]. */
void smp_start(uint64_t boot_hart_id) {
  this_hart = &harts[0];
  harts[0].id = boot_hart_id;
  harts[0].running = true;
  harts_running = 1;
  hart_start();
}

/* Harts that were ever started keep their place and their stack. */
static uint32_t known = 1;

static struct hart *hart_with(uint64_t id) {
  for (uint32_t i = 0; i < known; i++)
    if (harts[i].id == id) return &harts[i];
  return NULL;
}

/* Starts a hart, which comes in at start_secondary, then secondary_main: 0, or an error of the SBI. */
static int64_t bring_up(uint64_t id) {
  struct hart *before = hart_with(id), *hart = before != NULL ? before : &harts[known];
  if (before == NULL && known == MAX_HARTS) return -1;
  char *stack_top = before != NULL ? before->stack_top : frame_allocate(FRAME_KERNEL);
  if (stack_top == NULL) return -1;
  if (before == NULL) stack_top += KERNEL_STACK_SIZE;
  *hart = (struct hart){.stack_top = stack_top, .id = id, .index = (uint32_t)(hart - harts)};
  fence_all();
  int64_t error = sbi_start_hart(id, physical_of(start_secondary), physical_of(hart)).error;
  if (before == NULL && error == 0) known++;
  if (before == NULL && error != 0) frame_free(stack_top - KERNEL_STACK_SIZE, FRAME_KERNEL);
  return error;
}

/* Those that the machine has not been given yet do not start; the hypervisor's agent starts them later. */
void smp_start_others(void) {
  for (uint32_t i = 0; i < platform.harts; i++) {
    if (platform.hart_id[i] == harts[0].id) continue;
    int64_t error = bring_up(platform.hart_id[i]);
    if (error != 0) print("hart %lu does not start: SBI error %ld\n", platform.hart_id[i], error);
  }
}

void secondary_main(struct hart *self) {
  vm_use_kernel_space();
  fence_translations();
  hart_start();
  kernel_lock();
  self->running = true;
  harts_running++;
  scheduler();
}

/* This hart stops, until it is started again. Who sleeps by its timer wakes, and sleeps on by that of another. */
void smp_leave(void) {
  for (int i = 0; i < MAX_PROCESSES; i++)
    if (processes[i].state == STATE_SLEEPING && processes[i].hart == this_hart) make_ready(&processes[i], false);
  this_hart->running = this_hart->leaving = false;
  harts_running--;
  sbi_interrupt_hart(harts[0].id);
  kernel_unlock();
  sbi_stop_hart();
  panic("hart %lu does not stop", this_hart->id);
}

/* A hart is to run, or to stop. The boot hart cannot stop: all devices interrupt it. Comes back when the machine says that it is so. */
int smp_change(uint64_t id, bool on) {
  const struct hart *hart = hart_with(id);
  bool runs = hart != NULL && hart->running;
  if (!on && hart == &harts[0]) return ERROR_BUSY;
  if (on && !runs && bring_up(id) != 0) return ERROR_NO_DEVICE;
  if (!on && runs) {
    harts[hart->index].leaving = harts[hart->index].reschedule = true;
    sbi_interrupt_hart(id);
  }
  for (uint64_t until = read_time() + platform.timebase;;) {
    hart = hart_with(id);
    if ((hart != NULL && hart->running) == on && sbi_hart_runs(id) == on) return 0;
    if (read_time() >= until) return ERROR_TIMEOUT;
    if (!sleep_on(NULL, read_time() + platform.timebase / 1000)) return ERROR_INTERRUPTED;
  }
}
