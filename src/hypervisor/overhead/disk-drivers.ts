/**
 * Drivers of disks for the program of the overhead account, as assembly. `start` makes the disk ready; `transfer` writes (s5 = 1) or reads
 * blocks from number s3 on, as many as are moved at a time, to or from BUFFERS. They wait with WFI, interrupts off, and count in s9 for how long.
 * Registers: s2 the device, s4 requests so far.
 */
import { PAGE_SIZE } from '#base/addresses';
import { type DiskWay, diskWayOf } from '#base/catalogue/disk-ways';
import { ideWindow } from '#machine/devices/platform';
import { AVAILABLE, BUFFERS, DEPTH, DESCRIPTORS, HEADERS, REGION, STATUSES, USED } from './memory-map.ts';
import {
  beginQueue,
  claim,
  type Driver,
  ENABLE,
  inQueue,
  QUEUE,
  QUEUE_WINDOW,
  tellOfLast,
} from './queue-driver.ts';

/** Of a slot with a disk (5.2.1). */
const DEVICE_ID = 2;

/** virtio 1.2, 3.1 and 5.2: requests of three descriptors, several at a time. */
function behindQueues(hearsOfEach: boolean): Driver {
  const start = `${beginQueue(DEVICE_ID, 0, hearsOfEach)}
  li t0, 0
  li t1, ${HEADERS}
  li t2, ${BUFFERS}
  li t3, ${STATUSES}
  li t4, ${DESCRIPTORS}
describe:
  sd t1, 0(t4)
  li t5, 16
  sw t5, 8(t4)
  li t5, 1
  sh t5, 12(t4)
  addi t6, t0, 1
  sh t6, 14(t4)
  sd t2, 16(t4)
  li t5, ${PAGE_SIZE}
  sw t5, 24(t4)
  addi t6, t6, 1
  sh t6, 30(t4)
  sd t3, 32(t4)
  li t5, 1
  sw t5, 40(t4)
  li t5, 2
  sh t5, 44(t4)
  addi t1, t1, 16
  li t5, ${PAGE_SIZE}
  add t2, t2, t5
  addi t3, t3, 1
  addi t4, t4, 48
  addi t0, t0, 3
  li t5, ${3 * DEPTH}
  blt t0, t5, describe${ENABLE}`;
  const transfer = `
transfer:
  li a1, ${AVAILABLE}
  li a2, ${USED}
  li t0, 0
  li t1, ${HEADERS}
  li t2, ${DESCRIPTORS}
request:
  sw s5, 0(t1)
  add t3, s3, t0
  slli t3, t3, 3
  sd t3, 8(t1)
  li t4, 3
  slli t5, s5, 1
  sub t4, t4, t5
  sh t4, 28(t2)
  add t3, s4, t0
  andi t3, t3, ${QUEUE - 1}
  slli t3, t3, 1
  add t3, t3, a1
  slli t4, t0, 1
  add t4, t4, t0
  sh t4, 4(t3)
  addi t1, t1, 16
  addi t2, t2, 48
  addi t0, t0, 1
  li t3, ${DEPTH}
  blt t0, t3, request
  addi s4, s4, ${DEPTH}
  addi t0, s4, -1
  sh t0, ${4 + 2 * QUEUE}(a1)
  fence
  sh s4, 2(a1)
  fence${hearsOfEach ? '' : tellOfLast('await')}
  sw zero, 0x50(s2)
await:${inQueue('transferred')}${claim('await')}
  lw t4, 0x60(s2)
  sw t4, 0x64(s2)
  sw t3, 0(t2)
  j await
transferred:
  ret`;
  return { window: QUEUE_WINDOW, depth: DEPTH, start, transfer };
}

/** ATA/ATAPI-6: a request is made by registers, 8 sectors from block s3 on. */
const ADDRESS = `
  li t0, 8
  sw t0, 0x08(s2)
  slli t1, s3, 3
  andi t0, t1, 255
  sw t0, 0x0c(s2)
  srli t0, t1, 8
  andi t0, t0, 255
  sw t0, 0x10(s2)
  srli t0, t1, 16
  andi t0, t0, 255
  sw t0, 0x14(s2)
  li t0, 0x40
  sw t0, 0x18(s2)`;
/** The command for writing, or that for reading. */
const command = (write: number, read: number): string => `
  li t0, ${read}
  beqz s5, command
  li t0, ${write}
command:
  sw t0, 0x1c(s2)`;

const behindRegisters = (transfer: string): Driver => {
  const window = ideWindow(0);
  const start = `
  li s2, ${window.base}
  li a3, ${window.irq}
  li t0, 6
  sw t0, 0x20(s2)
  sw zero, 0x20(s2)${ENABLE}`;
  return { window, depth: 1, start, transfer };
};

/** The controller moves data to and from memory itself (bus master IDE 1.0). */
const BY_MASTER = `
transfer:
  li t0, ${REGION}
  li t1, ${BUFFERS}
  sw t1, 0(t0)
  li t1, ${0x8000_0000 + PAGE_SIZE}
  sw t1, 4(t0)
  fence
  sw t0, 0x48(s2)
  li a1, 8
  beqz s5, direction
  li a1, 0
direction:
  sw a1, 0x40(s2)${ADDRESS}${command(0xca, 0xc8)}
  ori a1, a1, 1
  sw a1, 0x40(s2)
await:${claim('await')}
  lw t4, 0x44(s2)
  andi t4, t4, 4
  beqz t4, nothing
  sw zero, 0x40(s2)
  li t4, 6
  sw t4, 0x44(s2)
  lw t4, 0x1c(s2)
  sw t3, 0(t2)
  ret
nothing:
  sw t3, 0(t2)
  j await`;

/** Every word goes through the data register. */
const BY_WORDS = `
transfer:${ADDRESS}${command(0xc5, 0xc4)}
  li a1, ${BUFFERS}
  li a2, ${BUFFERS + PAGE_SIZE}
  beqz s5, await
  lw t0, 0x20(s2)
give:
  lw t0, 0(a1)
  sw t0, 0x00(s2)
  addi a1, a1, 4
  bne a1, a2, give
await:${claim('await')}
  lw t4, 0x1c(s2)
  bnez s5, done
take:
  lw t0, 0x00(s2)
  sw t0, 0(a1)
  addi a1, a1, 4
  bne a1, a2, take
done:
  sw t3, 0(t2)
  ret`;

/** That of a disk which is given in a way; what is given whole is driven as what is played. */
export function diskDriver(way: DiskWay, hearsOfEach: boolean): Driver {
  const { registers, dma } = diskWayOf(way);
  if (registers) return behindRegisters(dma ? BY_MASTER : BY_WORDS);
  return behindQueues(hearsOfEach);
}
