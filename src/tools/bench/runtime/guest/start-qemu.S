# Entry under QEMU without firmware: from M-mode into S-mode; with TWO_STAGE into VS-mode, below an HS-mode that does as
# little as can be done: answers an ecall, and lets the guest go on after an interrupt of the serial port.
.section .text.start, "ax"
.globl _start
_start:
  la sp, bench_stack
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 7
  csrw mcounteren, t0
  csrw scounteren, t0
  li t0, 0xf0b7ff
  csrw medeleg, t0
  li t0, 0x1666
  csrw mideleg, t0
  li t1, 0x6800                 # mstatus: MPP = S, FS dirty
#ifdef TWO_STAGE
  call bench_g_stage
  csrw hgatp, a0
.option push
.option arch, +h
  hfence.gvma
.option pop
  li t0, 0xb1ff
  csrw hedeleg, t0
  li t0, 7
  csrw hcounteren, t0
  la t0, hs_trap
  csrw stvec, t0
  li t0, 1 << 9                 # the serial port's interrupt goes to HS-mode
  csrw sie, t0
  li t0, 0x6000
  csrs vsstatus, t0
  li t1, 0x6800 | 1 << 39       # and MPV
#endif
  csrw mstatus, t1
  la t0, 1f
  csrw mepc, t0
  mret
1:
  tail bench_main

#ifdef TWO_STAGE
.align 2
hs_trap:
  csrw sscratch, t0
  csrr t0, scause
  bltz t0, 1f
  csrr t0, sepc                 # ecall from VS-mode: SBI_SUCCESS, version 2.0
  addi t0, t0, 4
  csrw sepc, t0
  csrr t0, sscratch
  li a0, 0
  li a1, 0x2000000
  sret
1:
  li t0, 0x0c201004             # claim for context 1; the guest completes
  lw t0, 0(t0)
  csrr t0, sscratch
  sret
#endif

.section .rodata
.globl bench_plic_context
bench_plic_context: .dword 1

.bss
.align 4
.zero 1024 * 1024
.globl bench_stack
bench_stack:
