/*
 * Where a process starts: a0 = its command line, sp = its stack.
 */
  .text
  .globl start
start:
  call run_program
  li a7, 0        /* SYS_EXIT, with what the program returned in a0 */
  ecall
