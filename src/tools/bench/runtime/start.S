# The bare machine's side: calls run() again and again; each time its result goes to `result`, and the finisher
# stops the machine until it is let on (virt machine: 0x100000, 0x5555).
.section .text.start, "ax"
.globl _start
_start:
  la sp, stack_top
1:
  call run
  la t0, result
  sw a0, 0(t0)
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
  j 1b

.bss
.globl result
result: .zero 8
.align 4
.zero 1024 * 1024
stack_top:
