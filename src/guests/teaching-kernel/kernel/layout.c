/*
 * What somebody outside has to know to find the processes in this kernel's memory, as symbols of its ELF file: a
 * debugger, or a hypervisor that shows address spaces. Absolute symbols take no memory, and the compiler keeps them
 * right. Variables that go with them: `processes`, `kernel_root`, `asid_bits`.
 */
#include "proc.h"

#define STATE(name, value) __asm__(".globl layout_" name "\n.set layout_" name ", %0" ::"i"(value))

/* Never called: it is not linked, only what it states is. */
void state_layout(void);
void state_layout(void) {
  STATE("process_size", sizeof(struct process));
  STATE("process_pid", offsetof(struct process, pid));
  STATE("process_name", offsetof(struct process, name));
  STATE("process_name_size", NAME_LENGTH);
  STATE("process_root", offsetof(struct process, space.root)); /* NULL: no address space */
}
