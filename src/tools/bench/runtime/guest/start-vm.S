# Entry in a VM: VS-mode, no translation, as SBI hands over a hart.
.section .text.start, "ax"
.globl _start
_start:
  la sp, bench_stack
  tail bench_main

.section .rodata
.globl bench_plic_context
bench_plic_context: .dword 0

.bss
.align 4
.zero 1024 * 1024
.globl bench_stack
bench_stack:
