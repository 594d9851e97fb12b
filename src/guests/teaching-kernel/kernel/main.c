/*
 * The kernel starts: one line for each thing it brings up. Afterwards it only reacts.
 */
#include "defs.h"
#include "proc.h"

uint64_t boot_time;

/* Called by start.S on the boot hart, with Sv39 on and interrupts off. */
void main(uint64_t hart_id, uint64_t device_tree);
void main(uint64_t hart_id, uint64_t device_tree) {
  boot_time = read_time();
  smp_start(hart_id);
  sbi_start();
  fdt_read(device_tree);

  uint64_t start = physical_of(kernel_start), end = physical_of(kernel_end);
  if (platform.memory_end > RAM_LIMIT) platform.memory_end = RAM_LIMIT;
  platform.memory_end &= ~(uint64_t)(PAGE_SIZE - 1);
  if (platform.memory_start > start || platform.memory_end < end)
    panic("the kernel at 0x%lx is not in memory 0x%lx..0x%lx", start, platform.memory_start, platform.memory_end);
  /* From here on the device tree's own memory may be given away. */
  frames_start(end, platform.memory_end);
  vm_start();
  plic_start();
  virtio_start();
  ide_start();
  ethoc_start();
  /* Within 80 characters, whatever the machine. */
  print("virtlab teaching kernel: %lu KiB at 0x%lx, %u hart%s, timer by %s\n",
        (platform.memory_end - start) / 1024, start, platform.harts, platform.harts == 1 ? "" : "s",
        platform.sstc ? "stimecmp" : "SBI");

  kernel_lock();
  int pid = process_spawn("shell first", false);
  if (pid < 0) panic("no shell: error %d", pid);
  if (virtio_agent_is_there) process_spawn("agent", true);
  smp_start_others();
  scheduler();
}
