/**
 * What drivers of the overhead account have in common, as assembly: they wait with WFI, interrupts off, and count in s9 for how long; and how
 * those of devices behind queues begin, and hear of what is done. Registers: s2 the device, a3 its interrupt, s4 requests so far, a1 the
 * available ring, a2 the used one.
 */
import { PLATFORM, virtioWindow } from '#machine/devices/platform';
import { AVAILABLE, DEPTH, DESCRIPTORS, USED } from './memory-map.ts';

export interface Driver {
  /** Where a bare machine has the device for it. */
  readonly window: { readonly base: number; readonly irq: number };
  /** Blocks or frames that `transfer` moves. */
  readonly depth: number;
  readonly start: string;
  readonly transfer: string;
}

/** Where a bare machine has its device behind queues. */
export const QUEUE_WINDOW: Driver['window'] & { readonly size: number } = virtioWindow(0);
/** Entries of a queue: three for each request of a disk. */
export const QUEUE = 32;
const EVENT_IDX = 0x2000_0000;

/** Waits for the interrupt of the device and takes it; goes on at `again` where it was none. t3: what to write there when it is dealt with. */
export const claim = (again: string): string => `
  rdcycle t0
  wfi
  rdcycle t1
  sub t1, t1, t0
  add s9, s9, t1
  li t2, ${PLATFORM.plic.base + 0x20_0004}
  lw t3, 0(t2)
  beqz t3, ${again}`;

/** The PLIC lets interrupts of the device, whose source is in a3, through to the hart. */
export const ENABLE: string = `
  li t0, ${PLATFORM.plic.base}
  li t1, 1
  sll t2, t1, a3
  slli t3, a3, 2
  add t3, t3, t0
  sw t1, 0(t3)
  li t0, ${PLATFORM.plic.base + 0x2000}
  sw t2, 0(t0)
  li t0, ${PLATFORM.plic.base + 0x20_0000}
  sw zero, 0(t0)
  li t0, 0x200
  csrw sie, t0`;

/** virtio 1.2, 3.1: finds the first device of a sort and makes one of its queues ready. */
export function beginQueue(deviceId: number, queue: number, hearsOfEach: boolean): string {
  const status = (value: number): string => `
  li t0, ${value}
  sw t0, 0x70(s2)`;
  const area = (address: number, register: number): string => `
  li t0, ${address}
  sw t0, ${register}(s2)
  sw zero, ${register + 4}(s2)`;
  return `
  li s2, ${QUEUE_WINDOW.base}
  li a3, ${QUEUE_WINDOW.irq}
  li t1, ${deviceId}
  li t2, ${QUEUE_WINDOW.size}
slot:
  lw t0, 8(s2)
  beq t0, t1, found
  add s2, s2, t2
  addi a3, a3, 1
  j slot
found:
  li s4, 0${status(0)}${status(1)}${status(3)}
  li t0, 1
  sw t0, 0x24(s2)
  sw t0, 0x20(s2)
  sw zero, 0x24(s2)
  li t0, ${hearsOfEach ? 0 : EVENT_IDX}
  sw t0, 0x20(s2)${status(11)}
  li t0, ${queue}
  sw t0, 0x30(s2)
  li t0, ${QUEUE}
  sw t0, 0x38(s2)${area(DESCRIPTORS, 0x80)}${area(AVAILABLE, 0x90)}${area(USED, 0xa0)}
  li t0, 1
  sw t0, 0x44(s2)${status(15)}`;
}

/** Rings the doorbell, which follows, only if the device wants to hear of one of these (2.7.10); goes on elsewhere otherwise. */
export const tellOfLast = (otherwise: string): string => `
  lhu t0, ${4 + 8 * QUEUE}(a2)
  sub t0, s4, t0
  addi t0, t0, -1
  slli t0, t0, 48
  srli t0, t0, 48
  li t1, ${DEPTH}
  bgeu t0, t1, ${otherwise}`;

/** Goes to `done` where all requests are in the used ring. */
export const inQueue = (done: string): string => `
  lhu t0, 2(a2)
  slli t1, s4, 48
  srli t1, t1, 48
  beq t0, t1, ${done}`;
