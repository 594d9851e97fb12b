/*
 * Where a process starts, in the first page of them all: a0 = its command line, sp = its stack.
 */
  .section .text.start, "ax"
  .globl start
start:
  call run_program
  li a7, 0        /* SYS_EXIT, with what the program returned in a0 */
  ecall
