/*
 * The RISC-V architecture as a supervisor sees it: control registers, their bits, page-table entries, causes.
 * Privileged specification 1.12, chapter 4. Constants first (assembly uses them too), then access functions.
 */
#pragma once

/* sstatus: state of the hart */
#define SSTATUS_SIE (1 << 1)  /* interrupts reach S-mode while in S-mode (in U-mode they always do) */
#define SSTATUS_SPP (1 << 8)  /* the trap came from S-mode; sret goes back there */

/* sie, sip: interrupts enabled, interrupts pending */
#define INTERRUPT_SOFTWARE (1 << 1)  /* another hart wants something */
#define INTERRUPT_TIMER (1 << 5)
#define INTERRUPT_EXTERNAL (1 << 9)  /* a device, through the PLIC */

/* scounteren: what U-mode may read */
#define COUNTEREN_TIME (1 << 1)

/* scause */
#define CAUSE_INTERRUPT (1ul << 63)
#define CAUSE_FETCH_ACCESS_FAULT 1
#define CAUSE_ILLEGAL_INSTRUCTION 2
#define CAUSE_LOAD_ACCESS_FAULT 5
#define CAUSE_STORE_ACCESS_FAULT 7
#define CAUSE_USER_ECALL 8
#define CAUSE_FETCH_PAGE_FAULT 12
#define CAUSE_LOAD_PAGE_FAULT 13
#define CAUSE_STORE_PAGE_FAULT 15

/*
 * satp: the page table in use
 *    63..60  mode (8 = Sv39)   59..44  address space id   43..0  frame number of the root table
 */
#define SATP_SV39 (8ul << 60)
#define SATP_ASID_SHIFT 44

/*
 * A page-table entry
 *    53..10  frame number   9..8  for software   7..0  D A G U X W R V
 * An entry with R = W = X = 0 leads to the next table; any other valid entry is a leaf, and maps a page of
 * 4 KiB at level 0, 2 MiB at level 1, 1 GiB at level 2.
 */
#define PTE_VALID (1 << 0)
#define PTE_READ (1 << 1)
#define PTE_WRITE (1 << 2)
#define PTE_EXECUTE (1 << 3)
#define PTE_USER (1 << 4)      /* for U-mode, and only for it */
#define PTE_GLOBAL (1 << 5)    /* the same in every address space */
#define PTE_ACCESSED (1 << 6)
#define PTE_DIRTY (1 << 7)
#define PTE_SHARED (1 << 8)    /* ours: the frame belongs to somebody else, do not free it */
#define PTE_FRAME_SHIFT 10
#define PTE_LEAF (PTE_READ | PTE_WRITE | PTE_EXECUTE)

/* Index into the table of a level: 9 bits each, above 12 bits of offset. */
#define VA_INDEX(va, level) (((va) >> (12 + 9 * (level))) & 511)

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

typedef uint64_t pte_t;

static inline uint64_t pte_to_physical(pte_t entry) { return (entry >> PTE_FRAME_SHIFT & ((1ul << 44) - 1)) << 12; }
static inline pte_t physical_to_pte(uint64_t physical) { return physical >> 12 << PTE_FRAME_SHIFT; }

#define read_csr(name) ({ uint64_t value_; __asm__ volatile("csrr %0, " #name : "=r"(value_)); value_; })
#define write_csr(name, value) ({ __asm__ volatile("csrw " #name ", %0" ::"r"((uint64_t)(value)) : "memory"); })
#define clear_csr(name, bits) ({ __asm__ volatile("csrc " #name ", %0" ::"r"((uint64_t)(bits)) : "memory"); })
/* stimecmp (Sstc) by number: the assembler is older than its name. */
#define write_stimecmp(value) ({ __asm__ volatile("csrw 0x14d, %0" ::"r"((uint64_t)(value)) : "memory"); })

static inline uint64_t read_time(void) {
  uint64_t time;
  __asm__ volatile("rdtime %0" : "=r"(time));
  return time;
}

/* Forget all translations. */
static inline void fence_translations(void) { __asm__ volatile("sfence.vma zero, zero" ::: "memory"); }
/* Forget all translations of one address space (not the global ones). */
static inline void fence_space(uint64_t asid) { __asm__ volatile("sfence.vma zero, %0" ::"r"(asid) : "memory"); }
/* Forget the translation of one page of one address space. */
static inline void fence_page(uint64_t va, uint64_t asid) {
  __asm__ volatile("sfence.vma %0, %1" ::"r"(va), "r"(asid) : "memory");
}

/* Memory and device accesses before it are seen before those after it. */
static inline void fence_all(void) { __asm__ volatile("fence iorw, iorw" ::: "memory"); }

/* Stands still until an interrupt is pending, even one that sstatus keeps away. */
static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }
#endif
