/* The first instructions of the innermost guest (VS-mode), and where it lands when it faults. */
  .section .text.start
  .globl _start
_start:
  la sp, stack_top
  la t0, trapped
  csrw stvec, t0
  call main
  .align 2
trapped:
  la sp, stack_top
  csrr a0, scause
  csrr a1, sepc
  csrr a2, stval
  call fault
