/**
 * What virtio 1.2 demands of a device (its "device MUST" statements, in our words), and the tests that hold it. Statements about
 * features that no device here offers (RING_RESET, ZONED, MRG_RXBUF, FREE_PAGE_HINT, …) and about the legacy interface are left out.
 * Data only; `conformance.test.ts` finds each test by its name.
 */

export interface Clause {
  /** Of the specification. */
  readonly section: string;
  readonly demands: string;
  /** File below `virtio/`, and the name of the test in it. */
  readonly tests: readonly (readonly [file: string, test: string])[];
}

const CORE = 'conformance-core.test.ts';
const DEVICES = 'conformance-devices.test.ts';
const SLOT = 'mmio-transport.test.ts';
const QUEUE = 'virtqueue.test.ts';
const EVENTS = 'event-index.test.ts';
const STOP = 'queue-stop.test.ts';
const BLOCK = 'block/device.test.ts';
const NET = 'net/device.test.ts';
const CONTROL = 'net/control.test.ts';
const OFFLOAD = 'net/offload/offload.test.ts';
const RNG = 'rng/device.test.ts';
const BALLOON = 'balloon/device.test.ts';
const INPUT = 'input/device.test.ts';
const GPU = 'gpu/device.test.ts';

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
      [CORE, 'every part of the offered features is accepted'],
    ],
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
    demands: 'a readable buffer is never written',
    tests: [[CORE, 'a buffer that is to be read is never written']],
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
    tests: [[CORE, 'the generation changes with the configuration']],
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
    demands: 'a shared memory region that does not exist has the length -1',
    tests: [[CORE, 'there are no shared memory regions']],
  },
  // Network card
  {
    section: '5.1.6.4.1',
    demands: 'without MRG_RXBUF a frame is in one chain, and num_buffers is 1',
    tests: [
      [NET, 'a frame arrives behind a header that says one buffer'],
      [NET, 'frames without a buffer, a driver or a link are dropped and counted'],
    ],
  },
  {
    section: '5.1.6.4.1',
    demands: 'without GUEST_CSUM and GUEST_TSO the flags are 0 and gso_type says none',
    tests: [[DEVICES, 'net: the header of a frame asks nothing of the driver']],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'with MRG_RXBUF num_buffers says in how many chains a packet lies, all of which but the last are full',
    tests: [[NET, 'frames of a stream arrive as one packet, in as many buffers as it takes']],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'DATA_VALID only of a packet whose check sum was looked at, and only where GUEST_CSUM was agreed on',
    tests: [[NET, 'a driver hears that a check sum is right, and of a wrong one nothing']],
  },
  {
    section: '5.1.6.5.1.1',
    demands: 'modes and addresses of the control queue say which frames are passed on; after a reset all are',
    tests: [
      [
        CONTROL,
        'all frames are taken until the driver says which; then those for it, for its groups and for everybody',
      ],
      [CONTROL, 'the card takes another address, and is another’s no more after a reset of what it takes'],
    ],
  },
  {
    section: '5.1.6.5',
    demands: 'a command that the device does not know, or that was not agreed on, is answered with an error',
    tests: [[CONTROL, 'what was not agreed on is no command']],
  },
  {
    section: '5.1.6.5.4.1',
    demands: 'after the acknowledgement the bit ANNOUNCE is cleared',
    tests: [
      [
        CONTROL,
        'a card whose cable is inserted, or whose VM has moved, asks its driver to tell of it, until that is done',
      ],
    ],
  },
  {
    section: '5.1.6.5.6.1',
    demands: 'a flow is received by the pair that it was sent by; with MTU nothing longer is passed on',
    tests: [
      [CONTROL, 'with several queues a flow is received by the pair that it was sent by'],
      [CONTROL, 'speed, duplex and MTU are read, and nothing longer is passed on'],
    ],
  },
  {
    section: '5.1.6.2.2',
    demands:
      'an incomplete check sum is completed, and a large packet leaves as frames no longer than gso_size says',
    tests: [
      [OFFLOAD, 'a check sum that the driver left open is completed; of UDP it is never 0'],
      [
        OFFLOAD,
        'whatever a guest hands over, frames are as a wire carries them, and their number is bounded',
      ],
    ],
  },
  {
    section: '5.1.6.2.2',
    demands: 'flags of a packet that the device does not know mean nothing',
    tests: [[DEVICES, 'net: flags in the header of a packet mean nothing']],
  },
  // Disk
  {
    section: '5.2.5.2',
    demands: 'a device that can write caches offers FLUSH; a read-only one offers RO',
    tests: [
      [BLOCK, 'flush and identity'],
      [BLOCK, 'a read-only disk refuses to be written'],
    ],
  },
  {
    section: '5.2.6.2',
    demands: 'the status is OK, IOERR or UNSUPP as the request ended',
    tests: [
      [BLOCK, 'ranges off the disk, odd lengths and unknown types are answered with an error'],
      [BLOCK, 'data buffers outside memory are an I/O error; a status outside memory needs a reset'],
    ],
  },
  {
    section: '5.2.6.2',
    demands: 'a write to a read-only disk fails and writes nothing',
    tests: [[BLOCK, 'a read-only disk refuses to be written']],
  },
  {
    section: '5.2.6.2',
    demands:
      'discards and writes of zeros with flags that are not known are not supported, and those off the disk fail',
    tests: [[BLOCK, 'discard and write of zeros take one range each, and change what is read']],
  },
  {
    section: '5.2.6.2',
    demands:
      'what is stable is committed before it completes: all writes of a driver without FLUSH, else those before a flush',
    tests: [[DEVICES, 'block: a write is committed at the flush, or at once for a driver that cannot flush']],
  },
  // Console
  {
    section: '5.3.5.1',
    demands: 'a write to emerg_wr does no harm at any time',
    tests: [[DEVICES, 'console: emerg_wr can be written at any time']],
  },
  {
    section: '5.3.6.2.1',
    demands: 'no port is added that exists or cannot exist',
    tests: [[DEVICES, 'agent: the port is added once']],
  },
  // Entropy
  {
    section: '5.4.6.2',
    demands: 'a buffer gets one random byte at least',
    tests: [
      [DEVICES, 'rng: a buffer gets one byte at least'],
      [RNG, 'one request gets 4096 bytes at most'],
    ],
  },
  // Balloon
  {
    section: '5.5.6',
    demands: 'a page is the device’s only once it was named in an inflate request',
    tests: [
      [BALLOON, 'a target is told to the driver, and pages that it names are lent'],
      [BALLOON, 'numbers are read once: what the guest writes afterwards is not heeded'],
    ],
  },
  {
    section: '5.5.6.3.2',
    demands: 'figures come in any order, and tags that are not known are passed over',
    tests: [[DEVICES, 'balloon: figures come in any order, and unknown tags are passed over']],
  },
  // Graphics adapter and input, as far as they are offered
  {
    section: '5.7.6.7',
    demands: 'a fence comes back with the answer of its request',
    tests: [[GPU, 'a fence of a request comes back with its answer']],
  },
  {
    section: '5.8.5.2',
    demands: 'what is asked for and does not exist has the size 0',
    tests: [[INPUT, 'what it does not have has an answer of no length']],
  },
];
