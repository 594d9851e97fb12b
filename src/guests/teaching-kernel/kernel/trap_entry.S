/*
 * The way from U-mode into the kernel and back, and the switch from one kernel stack to another. No decisions here.
 *
 * sscratch tells where a trap came from: in U-mode it holds the process's trap frame, in S-mode 0. The frame lies at
 * the top of the process's kernel stack, so its address is also the stack pointer to start with:
 *
 *     frame +   0  the hart (kernel's tp)        offsets of struct trap_frame, proc.h
 *           +   8  x1 ... x31 at 8 * number
 *           + 256  sepc, where the process goes on
 */
  .text

  .balign 4
  .globl trap_entry
trap_entry:
  csrrw sp, sscratch, sp
  beqz sp, trap_in_kernel
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  sd x\n, 8 * \n(sp)
  .endr
  csrrw t0, sscratch, zero      /* the process's sp; we are in the kernel now */
  sd t0, 8 * 2(sp)
  csrr t0, sepc
  sd t0, 256(sp)
  ld tp, 0(sp)
  call trap_from_user

/* sp = trap frame of the process to go on with. */
return_to_user:
  sd tp, 0(sp)                  /* perhaps another hart than the one that it came in on */
  ld t0, 256(sp)
  csrw sepc, t0
  csrw sscratch, sp
  .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  ld x\n, 8 * \n(sp)
  .endr
  ld sp, 8 * 2(sp)
  sret

/* Where a new process starts: its first context says ra = here, sp = its frame. */
  .globl start_process
start_process:
  call leave_kernel
  j return_to_user

/* The kernel itself never faults and takes no interrupt: whatever brings us here is a mistake in it. */
trap_in_kernel:
  csrr a4, sscratch             /* the kernel's sp when it happened */
  csrw sscratch, zero
  mv a3, ra
  csrr a0, scause
  csrr a1, sepc
  csrr a2, stval
  lla sp, boot_stack_top        /* the old stack may be what is wrong */
  call kernel_fault

/* switch_context(struct context *from, struct context *to): saves what a C call must preserve, goes on elsewhere. */
  .globl switch_context
switch_context:
  sd ra, 0(a0)
  sd sp, 8(a0)
  sd s0, 16(a0)
  sd s1, 24(a0)
  sd s2, 32(a0)
  sd s3, 40(a0)
  sd s4, 48(a0)
  sd s5, 56(a0)
  sd s6, 64(a0)
  sd s7, 72(a0)
  sd s8, 80(a0)
  sd s9, 88(a0)
  sd s10, 96(a0)
  sd s11, 104(a0)
  ld ra, 0(a1)
  ld sp, 8(a1)
  ld s0, 16(a1)
  ld s1, 24(a1)
  ld s2, 32(a1)
  ld s3, 40(a1)
  ld s4, 48(a1)
  ld s5, 56(a1)
  ld s6, 64(a1)
  ld s7, 72(a1)
  ld s8, 80(a1)
  ld s9, 88(a1)
  ld s10, 96(a1)
  ld s11, 104(a1)
  ret
