/*
 * Calls to what runs below the kernel: firmware in M-mode, or a hypervisor. The SBI specification 2.0 names the
 * extensions; nothing else here knows their numbers.
 */
#include "defs.h"

#define SBI_BASE 0x10
#define SBI_TIME 0x54494d45
#define SBI_IPI 0x735049
#define SBI_HSM 0x48534d
#define SBI_SRST 0x53525354
#define SBI_DBCN 0x4442434e
#define SBI_LEGACY_PUTCHAR 1

uint64_t sbi_version, sbi_implementation;
static bool has_debug_console;

struct sbi_result sbi_call(uint64_t eid, uint64_t fid, uint64_t arg0, uint64_t arg1, uint64_t arg2) {
  register uint64_t a0 __asm__("a0") = arg0;
  register uint64_t a1 __asm__("a1") = arg1;
  register uint64_t a2 __asm__("a2") = arg2;
  register uint64_t a6 __asm__("a6") = fid;
  register uint64_t a7 __asm__("a7") = eid;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
  return (struct sbi_result){(int64_t)a0, (int64_t)a1};
}

void sbi_start(void) {
  sbi_version = (uint64_t)sbi_call(SBI_BASE, 0, 0, 0, 0).value;
  sbi_implementation = (uint64_t)sbi_call(SBI_BASE, 1, 0, 0, 0).value;
  has_debug_console = sbi_call(SBI_BASE, 3, SBI_DBCN, 0, 0).value > 0;
}

/* The text must be the kernel's own: the SBI wants a physical address. */
void sbi_write(const char *text, size_t length) {
  if (!has_debug_console) { /* firmware before SBI 2.0: one character a call */
    for (; length > 0; length--) sbi_call(SBI_LEGACY_PUTCHAR, 0, (uint8_t)*text++, 0, 0);
    return;
  }
  while (length > 0) {
    struct sbi_result written = sbi_call(SBI_DBCN, 0, length, physical_of(text), 0);
    if (written.error != 0 || written.value <= 0 || (size_t)written.value > length) return;
    text += written.value;
    length -= (size_t)written.value;
  }
}

/* What was typed at the debug console, without waiting. */
size_t sbi_read(char *buffer, size_t size) {
  if (!has_debug_console) return 0;
  struct sbi_result read = sbi_call(SBI_DBCN, 1, size, physical_of(buffer), 0);
  return read.error == 0 && read.value > 0 && (size_t)read.value <= size ? (size_t)read.value : 0;
}

void sbi_set_timer(uint64_t time) { sbi_call(SBI_TIME, 0, time, 0, 0); }

void sbi_interrupt_hart(uint64_t hart_id) { sbi_call(SBI_IPI, 0, 1, hart_id, 0); }

struct sbi_result sbi_start_hart(uint64_t hart_id, uint64_t address, uint64_t opaque) {
  return sbi_call(SBI_HSM, 0, hart_id, address, opaque);
}

/* This one; it comes back only where that is refused. */
void sbi_stop_hart(void) { sbi_call(SBI_HSM, 1, 0, 0, 0); }

bool sbi_hart_runs(uint64_t hart_id) {
  struct sbi_result status = sbi_call(SBI_HSM, 2, hart_id, 0, 0);
  return status.error == 0 && status.value == 0;
}

void sbi_reset(enum power_action action, bool failure) {
  sbi_call(SBI_SRST, 0, action == POWER_REBOOT ? 1 : 0, failure ? 1 : 0, 0);
  /* No such call here: stand still for good. */
  write_csr(sie, 0);
  for (;;) wait_for_interrupt();
}
