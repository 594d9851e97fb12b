/**
 * What virtio 1.2 demands of a device (its "device MUST" statements, in our words and in the order of its text), and the tests that hold
 * it: here of every device and of the transport, of single kinds in `conformance-of-devices.ts`; what is demanded only of features that
 * no device here offers is in `conformance-absent.ts`. There is no legacy interface, nor PCI, nor channel I/O, of which none says
 * anything. Data only; `conformance.test.ts` finds each test by its name.
 */

import { type Clause, DEVICE_CLAUSES } from './conformance-of-devices.ts';

const CORE = 'conformance-core.test.ts';
const SLOT = 'mmio-transport.test.ts';
const QUEUE = 'virtqueue.test.ts';
const PACKED = 'packed-ring.test.ts';
const ORDER = 'in-order.test.ts';
const EVENTS = 'event-index.test.ts';
const STOP = 'queue-stop.test.ts';
const BLOCK = 'block/device.test.ts';
const NET = 'net/device.test.ts';
const CARD = 'net/demands.test.ts';
const DEVICES = 'conformance-devices.test.ts';

export const CLAUSES: readonly Clause[] = [
  // Basic facilities
  {
    section: '2.1.2',
    demands: 'after a reset the status is 0',
    tests: [[CORE, 'a reset clears status and interrupts, and stops all queues']],
  },
  {
    section: '2.1.2',
    demands: 'no buffer is used and nobody is told before DRIVER_OK',
    tests: [[SLOT, 'nothing happens before DRIVER_OK; what waits is served then']],
  },
  {
    section: '2.1.2',
    demands: 'once DRIVER_OK is set, NEEDS_RESET comes with a notification of a changed configuration',
    tests: [[CORE, 'an error that needs a reset is told as a change of the configuration']],
  },
  {
    section: '2.2.2',
    demands:
      'no feature is offered whose condition is not, and features that do not fit keep FEATURES_OK from being set',
    tests: [
      [SLOT, 'features without VERSION_1, or not offered, are refused, and DRIVER_OK with them'],
      [CORE, 'every part of the offered features is accepted, but for features without what they need'],
      [
        CARD,
        'large packets without check sums to complete, and commands without their queue, are not agreed on',
      ],
    ],
  },
  {
    section: '2.2.2',
    demands: 'nothing is offered that the specification does not know, or that is of another sort of device',
    tests: [
      [CORE, 'every part of the offered features is accepted, but for features without what they need'],
      [CORE, 'VERSION_1 is offered, and nothing that is not known'],
    ],
  },
  {
    section: '2.2.2',
    demands: 'features that were agreed on are agreed on again after a reset',
    tests: [[CORE, 'what was accepted once is accepted after a reset']],
  },
  {
    section: '2.4.1',
    demands:
      'a reset ends with status 0; from then on the device touches no queue and tells nobody until it is started again',
    tests: [[CORE, 'a device that is reset touches no queue and tells nobody']],
  },
  {
    section: '2.5.2',
    demands: 'all fields of the configuration can be read before FEATURES_OK',
    tests: [[CORE, 'the configuration can be read before FEATURES_OK as after it']],
  },
  {
    section: '2.7.4.1',
    demands: 'nothing is assumed of how a request is cut into descriptors',
    tests: [
      [BLOCK, 'the layout of a request in descriptors does not matter'],
      [NET, 'a packet goes out without its header, also when it lies in pieces'],
    ],
  },
  {
    section: '2.7.5.1',
    demands: 'a readable buffer is never written, and a writable one not read',
    tests: [
      [CORE, 'a buffer that is to be read is never written'],
      [CORE, 'of a request each byte is read once, its descriptors as well (%s)'],
    ],
  },
  {
    section: '2.7.5.3.2',
    demands: 'the write flag of a descriptor that names an indirect table means nothing',
    tests: [[CORE, 'the write flag of an indirect descriptor means nothing']],
  },
  {
    section: '2.7.5.3.2',
    demands: 'an indirect descriptor may end a chain of others',
    tests: [
      [
        QUEUE,
        'an indirect table may follow direct descriptors; one inside another is refused, and so is one not negotiated',
      ],
    ],
  },
  {
    section: '2.7.7.2',
    demands: 'without EVENT_IDX: used_event means nothing, and a driver whose flags are 0 is told',
    tests: [
      [CORE, 'without EVENT_IDX the event fields mean nothing'],
      [SLOT, 'used buffers interrupt until acknowledged, unless the driver declined'],
    ],
  },
  {
    section: '2.7.7.2',
    demands: 'with EVENT_IDX: the flags mean nothing, and the entry that the driver names is told',
    tests: [
      [EVENTS, 'the flags of the driver’s ring mean nothing once it is accepted'],
      [
        EVENTS,
        'a driver hears of the entry that it names, at the first and behind a batch, and of nothing else',
      ],
      [EVENTS, 'interrupts are right where indices wrap'],
    ],
  },
  {
    section: '2.7.8.2',
    demands:
      'length and content are written before the used index, and no more is said to be written than was',
    tests: [
      [CORE, 'what is said to be written was written'],
      [DEVICES, 'block: what is said to be written lies at the beginning of the buffers'],
      [QUEUE, 'a chain is taken once, with its parts, and comes back in the used ring'],
    ],
  },
  {
    section: '2.7.10.2',
    demands: 'the flags of the used ring are 0 or 1, and 0 with EVENT_IDX',
    tests: [[CORE, 'the flags of the used ring stay 0']],
  },
  {
    section: '2.7.10.2',
    demands: 'notifications without cause do no harm',
    tests: [[CORE, 'notifications without cause change nothing']],
  },
  // Packed virtqueues
  {
    section: '2.8.12',
    demands:
      'descriptors are processed in the order of the ring, and used ones are written in the order in which they end',
    tests: [
      [
        PACKED,
        'chains come back in the order in which they end, over descriptors of those that the device still has',
      ],
    ],
  },
  {
    section: '2.8.15',
    demands:
      'a descriptor is used once it is seen to be available, and is not changed any more once it is said to be used',
    tests: [
      [PACKED, 'it goes round and round, also where the size is no power of two'],
      [
        CORE,
        'in a packed queue a buffer that is to be read is never written, and a used descriptor never again',
      ],
    ],
  },
  {
    section: '2.8.15',
    demands: 'in a packed queue, too, a readable buffer is never written',
    tests: [
      [
        CORE,
        'in a packed queue a buffer that is to be read is never written, and a used descriptor never again',
      ],
    ],
  },
  {
    section: '2.8.18',
    demands: 'the descriptors of a chain are used in their order',
    tests: [
      [PACKED, 'a chain is taken once, with its parts, and comes back as one used descriptor with its id'],
    ],
  },
  {
    section: '2.8.7',
    demands:
      'of the entries of an indirect table WRITE alone means something, and of what names it nothing does',
    tests: [
      [
        PACKED,
        'an indirect table stands alone; its entries follow each other, and of their flags WRITE alone means something',
      ],
    ],
  },
  {
    section: '2.8.10',
    demands: 'a driver is told as its event suppression says, by entry only with EVENT_IDX',
    tests: [
      [PACKED, 'a driver hears always, never, or of the descriptor that it names'],
      [PACKED, 'without EVENT_IDX the entry that is named means nothing'],
    ],
  },
  // Reserved feature bits
  {
    section: '6.2',
    demands: 'VERSION_1 is offered',
    tests: [[CORE, 'VERSION_1 is offered, and nothing that is not known']],
  },
  {
    section: '6.2',
    demands: 'a device that was given IN_ORDER uses buffers in the order in which they were made available',
    tests: [[ORDER, '$kind, $layout']],
  },
  // virtio over MMIO
  {
    section: '4.2.2.1',
    demands: 'MagicValue and Version are as they must be',
    tests: [[SLOT, 'a slot shows magic, version 2 and its device; an empty one device 0']],
  },
  {
    section: '4.2.2.1',
    demands: 'an event stands in InterruptStatus until it is acknowledged, and nothing else does',
    tests: [
      [SLOT, 'used buffers interrupt until acknowledged, unless the driver declined'],
      [CORE, 'an error that needs a reset is told as a change of the configuration'],
    ],
  },
  {
    section: '4.2.2.1',
    demands: 'a reset clears InterruptStatus and QueueReady of every queue',
    tests: [[CORE, 'a reset clears status and interrupts, and stops all queues']],
  },
  {
    section: '4.2.2.1',
    demands: 'ConfigGeneration changes where a driver might see half a change',
    tests: [
      [CORE, 'the generation changes with the configuration'],
      [
        CARD,
        'another address stands in the configuration before its command is used, and whoever reads it in pieces sees that',
      ],
    ],
  },
  {
    section: '4.2.2.1',
    demands: 'a queue that is not ready is not accessed',
    tests: [
      [CORE, 'a queue that is not ready is not looked at'],
      [STOP, 'property: what is asked of a queue is answered on it, or never once it was stopped'],
    ],
  },
  {
    section: '4.2.2',
    demands: 'a shared memory region that does not exist has the length and the address -1',
    tests: [[CORE, 'there are no shared memory regions']],
  },
  {
    section: '2.10.2',
    demands: 'no shared memory region shows what controls the device, nor a stream of data',
    tests: [[CORE, 'there are no shared memory regions']],
  },
  ...DEVICE_CLAUSES,
];
