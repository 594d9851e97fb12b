/** The driver of a network card behind queues for the program of the overhead account: it sends frames, several at a time. */
import { PAGE_SIZE } from '#base/addresses';
import { AVAILABLE, BUFFERS, DEPTH, DESCRIPTORS, USED } from './memory-map.ts';
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

/** Of a slot with a card (5.1.1), and its queue for what is sent (5.1.2). */
const DEVICE_ID = 1;
const SENDING = 1;
/** The card's own header and a whole frame, in one descriptor (5.1.6): all of it 0, to nobody who is there. */
const LENGTH: number = 12 + 1514;

/**
 * The interrupt is taken each time, even where the frames are gone before anybody can wait for it: so it executes as much whoever
 * serves the queue, and however fast.
 */
export const CARD_DRIVER: Driver = {
  window: QUEUE_WINDOW,
  depth: DEPTH,
  start: `${beginQueue(DEVICE_ID, SENDING, false)}
  li t0, ${DEPTH}
  li t1, ${BUFFERS}
  li t2, ${PAGE_SIZE}
  li t3, ${LENGTH}
  li t4, ${DESCRIPTORS}
describe:
  sd t1, 0(t4)
  sd t3, 8(t4)
  add t1, t1, t2
  addi t4, t4, 16
  addi t0, t0, -1
  bnez t0, describe${ENABLE}`,
  transfer: `
transfer:
  li a1, ${AVAILABLE}
  li a2, ${USED}
  li t0, 0
frame:
  add t3, s4, t0
  andi t3, t3, ${QUEUE - 1}
  slli t3, t3, 1
  add t3, t3, a1
  sh t0, 4(t3)
  addi t0, t0, 1
  li t3, ${DEPTH}
  blt t0, t3, frame
  addi s4, s4, ${DEPTH}
  addi t0, s4, -1
  sh t0, ${4 + 2 * QUEUE}(a1)
  fence
  sh s4, 2(a1)
  fence${tellOfLast('await')}
  li t0, ${SENDING}
  sw t0, 0x50(s2)
await:${claim('await')}
  lw t4, 0x60(s2)
  sw t4, 0x64(s2)
  sw t3, 0(t2)${inQueue('transferred')}
  j await
transferred:
  ret`,
};
