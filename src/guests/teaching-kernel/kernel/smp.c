/*
 * Several harts, one kernel. Processes run on all harts at once; inside the kernel is at most one hart at a time,
 * the one that holds the lock. That is simple and, with short stays in the kernel, good enough for a few harts.
 */
#include "defs.h"

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

/* Starts the other harts; each comes in at start_secondary, then secondary_main. */
void smp_start_others(void) {
  uint32_t count = 1;
  for (uint32_t i = 0; i < platform.harts && count < MAX_HARTS; i++) {
    if (platform.hart_id[i] == harts[0].id) continue;
    struct hart *hart = &harts[count];
    char *stack = frame_allocate(FRAME_KERNEL);
    if (stack == NULL) return;
    *hart = (struct hart){.stack_top = stack + KERNEL_STACK_SIZE, .id = platform.hart_id[i], .index = count};
    fence_all();
    int64_t error = sbi_start_hart(hart->id, physical_of(start_secondary), physical_of(hart)).error;
    if (error == 0) {
      count++;
    } else {
      print("hart %lu does not start: SBI error %ld\n", hart->id, error);
      frame_free(stack, FRAME_KERNEL);
    }
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
