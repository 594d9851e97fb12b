/*
 * Where everything lies. Read this first; used from C and from assembly, so it holds constants only.
 *
 * Physical memory (for a guest: guest-physical, GPA)
 *
 *   0x0c00_0000   PLIC: which device interrupts which hart            addresses of devices come from the
 *   0x1000_1000.. virtio devices, one page each                       device tree; all lie below 1 GiB
 *   0x8000_0000   RAM
 *        kernel_start  text      code                                 R X
 *                      rodata    constants                            R
 *                      programs  the user programs, one flat image    R      (mapped by processes too)
 *                      data, bss variables                            R W
 *        kernel_end    frames: 4 KiB each, handed out by frames.c     R W
 *        memory end
 *
 * Virtual memory (Sv39: 39 bits, two halves with a hole between)
 *
 *   0x0000_0000_0000   never mapped: a null pointer faults
 *   0x0000_0001_0000   USER_IMAGE     text of the program (shared frames), then its data
 *   0x0000_001f_0000   USER_STACK     64 KiB, grows down from 0x20_0000; pages appear when touched
 *   0x0000_0020_0000   USER_HEAP      grows up with SYS_GROW; pages appear when touched
 *   0x0000_4000_0000   from here on   nothing, unless a process asks for it with SYS_MAP
 *   0x0000_6000_0000   USER_SCREEN    the pixels of the screen, for the process that opened it
 *   0x003f_ffff_ffff   end of the user half
 *        (hole: addresses whose bits 63..39 differ from bit 38 always fault)
 *   0xffff_ffc0_0000_0000   KERNEL_OFFSET: all of physical memory again, virtual = physical + offset,
 *                           the same in every page table, for S-mode only
 *
 * So the kernel finds any physical address by adding a constant, and a trap needs no change of page table.
 */
#pragma once

#define PAGE_SIZE 4096
#define MEGAPAGE_SIZE 0x200000
#define GIGAPAGE_SIZE 0x40000000

#define KERNEL_OFFSET 0xffffffc000000000
#define RAM_START 0x80000000
/* One entry of the root table covers RAM; what lies beyond is left alone. */
#define RAM_LIMIT (RAM_START + GIGAPAGE_SIZE)

#define USER_IMAGE 0x10000
#define USER_STACK 0x1f0000
#define USER_STACK_TOP 0x200000
#define USER_HEAP 0x200000
#define USER_HEAP_LIMIT 0x40000000
#define USER_SCREEN 0x60000000
#define USER_LIMIT 0x4000000000

#define KERNEL_STACK_SIZE PAGE_SIZE
