/*
 * The first instructions of each hart: translation off, addresses physical. Turns Sv39 on and goes to C.
 *
 * The table used here has three gigapages, made of three entries of the root:
 *    2   0x0000_0000_8000_0000   RAM where it is, so that the next instruction is still there after satp changes
 *  256   0xffff_ffc0_0000_0000   devices
 *  258   0xffff_ffc0_8000_0000   RAM at KERNEL_OFFSET, where the kernel is linked
 * vm.c makes the real one.
 */
#include "memlayout.h"
#include "riscv.h"

#define GIGAPAGE(physical, bits) \
  (((physical) >> 12 << PTE_FRAME_SHIFT) | (bits) | PTE_VALID | PTE_READ | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL)

  .section .text.start, "ax"

/* The boot hart: a0 = hart id, a1 = physical address of the device tree. */
  .globl start
start:
  csrw sie, zero
  lla t0, bss_start
  lla t1, bss_end
clear_bss:
  bgeu t0, t1, bss_is_clear
  sd zero, 0(t0)
  addi t0, t0, 8
  j clear_bss
bss_is_clear:
  lla t0, boot_root
  li t1, GIGAPAGE(RAM_START, PTE_EXECUTE)
  sd t1, 2 * 8(t0)
  addi t0, t0, 256 * 4
  sd t1, 256 * 4 + 2 * 8(t0)
  li t1, GIGAPAGE(0, 0)
  sd t1, 256 * 4(t0)

  lla sp, boot_stack_top
  lla t0, main
  j enter_virtual

/* Any other hart, started by smp.c: a0 = hart id, a1 = physical address of its struct hart. */
  .globl start_secondary
start_secondary:
  csrw sie, zero
  li t1, KERNEL_OFFSET
  add tp, a1, t1
  ld sp, 0(a1)                  /* hart->stack_top, still an address at KERNEL_OFFSET */
  sub sp, sp, t1
  mv a0, tp
  lla t0, secondary_main

/* Turns translation on and calls t0; sp and t0 are physical and move up by KERNEL_OFFSET. */
enter_virtual:
  lla t1, boot_root
  srli t1, t1, 12
  li t2, 8 << 60
  or t1, t1, t2
  sfence.vma
  csrw satp, t1
  sfence.vma
  li t1, KERNEL_OFFSET
  add sp, sp, t1
  add t0, t0, t1
  li ra, 0
  jr t0

  .bss
  .balign 16
boot_stack:
  .space KERNEL_STACK_SIZE
  .globl boot_stack_top
boot_stack_top:
  .balign PAGE_SIZE
  .globl boot_root
boot_root:
  .space PAGE_SIZE

/* The user programs, as one flat image (user/user.ld). */
  .section .programs, "a"
  .balign PAGE_SIZE
  .globl programs_start
programs_start:
  .incbin "user.bin"
  .balign PAGE_SIZE
  .globl programs_end
programs_end:
