# U-mode and the way there and back: a trap saves all registers, as that of any kernel does.
.macro each_register op
  \op x1, 8(t0)
  \op x2, 16(t0)
  \op x3, 24(t0)
  \op x4, 32(t0)
  \op x6, 48(t0)
  \op x7, 56(t0)
  \op x8, 64(t0)
  \op x9, 72(t0)
  \op x10, 80(t0)
  \op x11, 88(t0)
  \op x12, 96(t0)
  \op x13, 104(t0)
  \op x14, 112(t0)
  \op x15, 120(t0)
  \op x16, 128(t0)
  \op x17, 136(t0)
  \op x18, 144(t0)
  \op x19, 152(t0)
  \op x20, 160(t0)
  \op x21, 168(t0)
  \op x22, 176(t0)
  \op x23, 184(t0)
  \op x24, 192(t0)
  \op x25, 200(t0)
  \op x26, 208(t0)
  \op x27, 216(t0)
  \op x28, 224(t0)
  \op x29, 232(t0)
  \op x30, 240(t0)
  \op x31, 248(t0)
.endm

# bench_enter_user(entry, argument): returns what U-mode passes to its last system call. sscratch is 0 outside of it.
.text
.globl bench_enter_user
bench_enter_user:
  la t0, kernel_registers
  each_register sd
  la t0, user_registers
  csrw sscratch, t0
  li t0, 1 << 8                 # sstatus.SPP: to U-mode
  csrc sstatus, t0
  csrw sepc, a0
  mv a0, a1
  sret

.globl bench_trap
.align 2
bench_trap:
  csrrw t0, sscratch, t0
  beqz t0, bench_unexpected
  each_register sd
  csrr t1, sscratch
  sd t1, 40(t0)
  csrw sscratch, zero
  la sp, trap_stack
  mv s0, t0
  csrr a0, scause
  csrr a1, stval
  mv a2, s0
  call bench_handle_trap
  beqz a0, 1f
  csrw sscratch, s0
  mv t0, s0
  each_register ld
  ld t0, 40(t0)
  sret
1:                              # the program has ended
  ld a0, 80(s0)
  la t0, kernel_registers
  sd a0, 80(t0)
  each_register ld
  ret

.section .user, "ax"
# Number of the system call in a7: 0 ends, 1 does nothing, 2 takes all pages away again.
.globl bench_user_system_calls
bench_user_system_calls:        # a0: turns
  mv s0, a0
  li s1, 0
1:
  li a7, 1
  ecall
  add s1, s1, a0
  addi s0, s0, -1
  bnez s0, 1b
  mv a0, s1
  li a7, 0
  ecall
.globl bench_user_page_faults
bench_user_page_faults:         # a0: turns, a multiple of 64
  mv s0, a0
  li s1, 0
  li s3, 64
1:
  li s2, 0x40200000
  li t1, 0
2:
  sd s0, 0(s2)                  # not there: the kernel gives it
  addi s1, s1, 1
  li t0, 4096
  add s2, s2, t0
  addi t1, t1, 1
  bne t1, s3, 2b
  li a7, 2
  ecall
  addi s0, s0, -64
  bnez s0, 1b
  mv a0, s1
  li a7, 0
  ecall

.bss
.align 4
kernel_registers: .zero 256
user_registers: .zero 256
.zero 4096
trap_stack:
