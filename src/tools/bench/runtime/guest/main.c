/*
 * What is around a kernel in a guest: Sv39 with pages of 4 KiB, a serial port that says when to run and takes the result,
 * and traps of U-mode. Runs in VS-mode (a VM) as in S-mode (QEMU); it waits in WFI, so that it takes no time from others.
 */
#include "guest.h"

#define UART ((volatile uint8_t *)0x10000000)
#define UART_IRQ 10
#define PLIC 0x0c000000ul
#define REGISTER(address) (*(volatile uint32_t *)(address))
#define PAGE 4096ul
#define RAM 0x80000000ul
#define RAM_MOST (256ul << 20)

/* Sv39 entries (privileged spec 12.4) with A and D set: no access has to set them. */
#define VALID 1ul
#define RWX 0xcful
#define USER 0x10ul
#define ENTRY(address, flags) ((address) >> 12 << 10 | (flags))
#define TABLE __attribute__((aligned(4096)))

extern const uint64_t bench_plic_context;
extern char bench_end[], bench_user_code[];
extern char bench_trap[], bench_user_system_calls[], bench_user_page_faults[];
uint64_t bench_enter_user(uint64_t entry, uint64_t argument);
uint32_t run(void);

static TABLE uint64_t root[512], ram_table[512], ram_pages[RAM_MOST / PAGE];
static TABLE uint64_t user_table[512], code_pages[512], data_pages[512];
static TABLE uint8_t user_data[64][PAGE];

static void send(uint64_t value, int bytes) {
  for (; bytes > 0; bytes--, value >>= 8) *UART = (uint8_t)value;
}

/* Identity for devices and RAM; U-mode has its code at 1 GiB, and its data 2 MiB above. */
static void translate(void) {
  root[0] = ENTRY(0, RWX);
  root[1] = ENTRY((uint64_t)user_table, VALID);
  root[2] = ENTRY((uint64_t)ram_table, VALID);
  for (uint64_t i = 0; i * PAGE < (uint64_t)bench_end - RAM; i++) {
    ram_pages[i] = ENTRY(RAM + i * PAGE, RWX);
    ram_table[i / 512] = ENTRY((uint64_t)&ram_pages[i & ~511ul], VALID);
  }
  user_table[0] = ENTRY((uint64_t)code_pages, VALID);
  user_table[1] = ENTRY((uint64_t)data_pages, VALID);
  code_pages[0] = ENTRY((uint64_t)bench_user_code, RWX | USER);
  asm volatile("csrw satp, %0; sfence.vma" ::"r"(8ul << 60 | (uint64_t)root >> 12) : "memory");
}

static int handle_page_fault(uint64_t address) {
  uint64_t i = (address - 0x40200000) / PAGE;
  if (i >= 64) return 0;
  data_pages[i] = ENTRY((uint64_t)user_data[i], RWX | USER);
  asm volatile("sfence.vma %0" ::"r"(address) : "memory");
  return 1;
}

/* 0: the program goes no further. */
int bench_handle_trap(uint64_t cause, uint64_t value, uint64_t *registers) {
  if (cause == 15) return handle_page_fault(value);
  if (cause != 8) return 0;
  uint64_t sepc;
  asm volatile("csrr %0, sepc" : "=r"(sepc));
  asm volatile("csrw sepc, %0" ::"r"(sepc + 4));
  switch (registers[17]) {
    case 1: registers[10] = 1; return 1;
    case 2:
      for (int i = 0; i < 64; i++) data_pages[i] = 0;
      asm volatile("sfence.vma" ::: "memory");
      return 1;
    default: return 0;
  }
}

uint64_t bench_user(int program, uint64_t turns) {
  char *entry = program == USER_SYSTEM_CALLS ? bench_user_system_calls : bench_user_page_faults;
  return bench_enter_user(0x40000000 + (uint64_t)(entry - bench_user_code), turns);
}

/* A trap outside of U-mode: a kernel that goes astray says so. */
void bench_unexpected(void) {
  uint64_t cause, pc;
  asm volatile("csrr %0, scause; csrr %1, sepc" : "=r"(cause), "=r"(pc));
  send('!', 1);
  send(cause, 4);
  send(pc, 6);
  send(0, 6);
  for (;;) asm volatile("wfi");
}

static void wait_for_byte(void) {
  uint64_t context = PLIC + 0x200000 + bench_plic_context * 0x1000;
  while (!(UART[5] & 1)) asm volatile("wfi");
  (void)REGISTER(context + 4);
  (void)*UART;
  REGISTER(context + 4) = UART_IRQ;
}

void bench_main(void) {
  asm volatile("csrw stvec, %0; csrw sscratch, zero; csrs sstatus, %1" ::"r"(bench_trap), "r"(0x6000));
  asm volatile("csrw scounteren, %0; csrw sie, %1" ::"r"(7), "r"(1 << 9));
  translate();
  REGISTER(PLIC + 4 * UART_IRQ) = 1;
  REGISTER(PLIC + 0x2000 + bench_plic_context * 0x80) = 1 << UART_IRQ;
  REGISTER(PLIC + 0x200000 + bench_plic_context * 0x1000) = 0;
  UART[1] = 1;
  send('>', 1);
  for (;;) {
    uint64_t instructions, ticks, instructions_after, ticks_after;
    wait_for_byte();
    asm volatile("rdtime %0; rdinstret %1" : "=r"(ticks), "=r"(instructions)::"memory");
    uint32_t result = run();
    asm volatile("rdinstret %0; rdtime %1" : "=r"(instructions_after), "=r"(ticks_after)::"memory");
    send('=', 1);
    send(result, 4);
    send(instructions_after - instructions, 6);
    send((ticks_after - ticks) * 100, 6);
  }
}

#ifdef TWO_STAGE
/* The G-stage, identity too, with pages of 4 KiB, as a hypervisor has that gives out frames one by one. */
static __attribute__((aligned(16384))) uint64_t g_root[2048];
static TABLE uint64_t g_table[512], g_pages[RAM_MOST / PAGE];

uint64_t bench_g_stage(void) {
  g_root[0] = ENTRY(0, RWX | USER);
  g_root[2] = ENTRY((uint64_t)g_table, VALID);
  for (uint64_t i = 0; i * PAGE < (uint64_t)bench_end - RAM; i++) {
    g_pages[i] = ENTRY(RAM + i * PAGE, RWX | USER);
    g_table[i / 512] = ENTRY((uint64_t)&g_pages[i & ~511ul], VALID);
  }
  return 8ul << 60 | (uint64_t)g_root >> 12;
}
#endif
