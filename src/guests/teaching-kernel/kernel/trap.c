/*
 * What brings a hart into the kernel: system calls, faults and interrupts of processes. The kernel itself runs with
 * interrupts off and never faults; it looks for pending interrupts by itself when it is idle (sched.c).
 */
#include "defs.h"
#include "proc.h"

/* Exit code of a process that did not end by itself. */
enum { EXIT_KILLED = -1, EXIT_FAULT = -2 };

/* Registers of this hart that concern traps; the same on every hart. */
void hart_start(void) {
  write_csr(sscratch, 0);
  write_csr(stvec, trap_entry);
  write_csr(sstatus, 0); /* interrupts off here; to U-mode at sret; floating point off */
  write_csr(scounteren, COUNTEREN_TIME);
  write_csr(sie, INTERRUPT_SOFTWARE | INTERRUPT_TIMER | INTERRUPT_EXTERNAL);
}

void take_interrupts(void) {
  uint64_t pending = read_csr(sip);
  /* From another hart: to look again at what is ready or at who was killed, which happens on the way out. */
  if (pending & INTERRUPT_SOFTWARE) clear_csr(sip, INTERRUPT_SOFTWARE);
  if (pending & INTERRUPT_TIMER) timer_interrupt();
  if (pending & INTERRUPT_EXTERNAL) plic_interrupt();
}

static void end_by_fault(const char *what, uint64_t value) {
  struct process *self = this_process();
  print("%s[%d]: %s at pc 0x%lx, value 0x%lx\n", self->name, self->pid, what, self->frame->pc, value);
  process_exit(EXIT_FAULT);
}

static void page_fault(uint64_t va, int access, const char *name) {
  int error = vm_fault(&this_process()->space, va, access);
  if (error == ERROR_NO_MEMORY) end_by_fault("no memory is left for a page", va);
  if (error != 0) end_by_fault(name, va);
  fence_page(va, asid_of(this_process()));
}

void trap_from_user(void) {
  kernel_lock();
  uint64_t cause = read_csr(scause), value = read_csr(stval);
  if (cause & CAUSE_INTERRUPT) {
    take_interrupts();
  } else {
    switch (cause) {
      case CAUSE_USER_ECALL:
        this_process()->frame->pc += 4;
        system_call();
        break;
      case CAUSE_FETCH_PAGE_FAULT:
        page_fault(value, PTE_EXECUTE, "may not execute there");
        break;
      case CAUSE_LOAD_PAGE_FAULT:
        page_fault(value, PTE_READ, "may not load from there");
        break;
      case CAUSE_STORE_PAGE_FAULT:
        page_fault(value, PTE_WRITE, "may not store there");
        break;
      case CAUSE_ILLEGAL_INSTRUCTION:
        end_by_fault("illegal instruction", value);
        break;
      case CAUSE_FETCH_ACCESS_FAULT:
      case CAUSE_LOAD_ACCESS_FAULT:
      case CAUSE_STORE_ACCESS_FAULT:
        end_by_fault("access fault, nothing is there", value);
        break;
      default:
        print("cause %lu: ", cause);
        end_by_fault("exception", value);
    }
  }
  leave_kernel();
}

/* The last steps before a process goes on; with the lock held, and without it afterwards. */
void leave_kernel(void) {
  while (this_hart->reschedule && !this_process()->killed) yield();
  if (this_process()->killed) process_exit(EXIT_KILLED);
  timer_arm();
  kernel_unlock();
}

void kernel_fault(uint64_t cause, uint64_t pc, uint64_t value, uint64_t ra, uint64_t sp) {
  panic("cause 0x%lx in the kernel at pc 0x%lx, value 0x%lx (ra 0x%lx, sp 0x%lx, hart %lu)", cause, pc, value, ra, sp,
        this_hart->id);
}
