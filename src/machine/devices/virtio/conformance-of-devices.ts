/** What virtio 1.2 demands of single kinds of devices: the second part of the table of `conformance.ts`. Data only. */

export interface Clause {
  /** Of the specification. */
  readonly section: string;
  readonly demands: string;
  /** File below `virtio/`, and the name of the test in it. */
  readonly tests: readonly (readonly [file: string, test: string])[];
}

const DEVICES = 'conformance-devices.test.ts';
const BLOCK = 'block/device.test.ts';
const NET = 'net/device.test.ts';
const CONTROL = 'net/control.test.ts';
const OFFLOAD = 'net/offload/offload.test.ts';
const CARD = 'net/demands.test.ts';
const RNG = 'rng/device.test.ts';
const BALLOON = 'balloon/device.test.ts';
const INPUT = 'input/device.test.ts';
const GPU = 'gpu/device.test.ts';

export const DEVICE_CLAUSES: readonly Clause[] = [
  // Network card
  {
    section: '5.1.4.1',
    demands: 'max_virtqueue_pairs is 1 to 0x8000 where MQ is offered, mtu 68 to 65535 where MTU is',
    tests: [
      [
        CARD,
        'the configuration says a number of pairs and an MTU that there may be, and where they are not offered none',
      ],
    ],
  },
  {
    section: '5.1.4.1',
    demands: 'mtu is not changed once it is set',
    tests: [[CARD, 'an MTU is never another, whatever a driver writes or resets']],
  },
  {
    section: '5.1.4.1',
    demands: 'with MTU agreed on, packets of up to that leave as they are, and none that is longer comes in',
    tests: [
      [CARD, 'a packet of the MTU leaves as one frame, as it is'],
      [CONTROL, 'speed, duplex and MTU are read, and nothing longer is passed on'],
    ],
  },
  {
    section: '5.1.4.1',
    demands: 'speed and duplex of the wire are values that there are, in Mbit/s, full or half',
    tests: [[CONTROL, 'speed, duplex and MTU are read, and nothing longer is passed on']],
  },
  {
    section: '5.1.6.3.2',
    demands: 'without MRG_RXBUF a frame is in one chain, and num_buffers says how many it is in: 1',
    tests: [
      [NET, 'a frame arrives behind a header that says one buffer'],
      [NET, 'frames without a buffer, a driver or a link are dropped and counted'],
    ],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'without MRG_RXBUF, GUEST_CSUM and GUEST_TSO num_buffers is 1, the flags are 0 and gso_type says none',
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
    section: '5.1.6.4.1',
    demands: 'the buffers of one packet are used together, or none of them',
    tests: [[NET, 'without room for all of a packet none of its buffers is used']],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'gso_type says TCPV4 or TCPV6 only where that was agreed on, and then NEEDS_CSUM, gso_size and hdr_len stand beside it',
    tests: [
      [CARD, 'frames are put together only for a driver that takes large packets of that sort'],
      [NET, 'frames of a stream arrive as one packet, in as many buffers as it takes'],
    ],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'where a check sum is left open, it and those before it were looked at, it holds the pseudo header’s, and completing it as the header says makes it right',
    tests: [
      [
        CARD,
        'the check sum of frames that were put together is right once it is completed where the header says',
      ],
      [NET, 'a driver hears that a check sum is right, and of a wrong one nothing'],
      [OFFLOAD, 'what does not continue a packet is not put to it'],
    ],
  },
  {
    section: '5.1.6.4.1',
    demands:
      'without their features, none is said to be of UDP that is cut, nor how many it was put together from',
    tests: [
      [CARD, 'no packet is said to be of UDP that is to be cut, nor how many it was put together from'],
    ],
  },
  {
    section: '5.1.6.4.1',
    demands: 'without GUEST_ECN no packet that is to be cut tells of congestion',
    tests: [[CARD, 'segments that tell of congestion are not put together, since no driver agrees to that']],
  },
  {
    section: '5.1.6.5.1.1',
    demands: 'promiscuous mode is all frames, whatever other mode is on',
    tests: [[CARD, 'promiscuous is all frames, whatever else the driver has said']],
  },
  {
    section: '5.1.6.5.1.1',
    demands: 'with CTRL_RX promiscuous and all groups are commands, with CTRL_RX_EXTRA the four others',
    tests: [[CARD, 'each mode of the filter is a command that is done, on and off']],
  },
  {
    section: '5.1.6.5.2.1',
    demands:
      'a table of addresses is in force, and an address in the configuration, before its command is used',
    tests: [
      [
        CONTROL,
        'all frames are taken until the driver says which; then those for it, for its groups and for everybody',
      ],
      [
        CARD,
        'another address stands in the configuration before its command is used, and whoever reads it in pieces sees that',
      ],
    ],
  },
  {
    section: '5.1.6.5.2.1',
    demands:
      'the table of addresses is empty after a reset, and an address is another before the command is used',
    tests: [
      [CARD, 'after a reset no address is in the table of the filter'],
      [CONTROL, 'the card takes another address, and is another’s no more after a reset of what it takes'],
    ],
  },
  {
    section: '5.1.6.5.3',
    demands:
      'without CTRL_VLAN frames of all VLANs are passed on, with it those that the driver has named, and no others',
    tests: [[CONTROL, 'frames of VLANs are taken as the driver says, and untagged ones always']],
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
    section: '5.1.6.5.4.2',
    demands: 'after the acknowledgement the bit ANNOUNCE is cleared',
    tests: [
      [
        CONTROL,
        'a card whose cable is inserted, or whose VM has moved, asks its driver to tell of it, until that is done',
      ],
    ],
  },
  {
    section: '5.1.6.5.6.2',
    demands:
      'until pairs are set, and after a reset, packets go into receiveq1 alone; after that into none above the number that was set',
    tests: [
      [
        CARD,
        'until pairs are set, and after a reset, frames go into the first queue; then into none behind those that are set',
      ],
      [CONTROL, 'with several queues a flow is received by the pair that it was sent by'],
    ],
  },
  {
    section: '5.1.6.2.2',
    demands: 'without NEEDS_CSUM csum_start and csum_offset are not used, and no check sum is trusted',
    tests: [[CARD, 'where no check sum is asked for, nothing is looked at that would say where it lies']],
  },
  {
    section: '5.1.6.2.2',
    demands: 'hdr_len is not relied on',
    tests: [
      [CARD, 'a large packet is cut as its own headers say, however long the driver says they are'],
      [CARD, 'the bit for congestion notification changes nothing of how a packet is cut'],
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
    demands:
      'flags of a packet that the device does not know mean nothing, nor do the fields that they would speak of',
    tests: [[DEVICES, 'net: flags in the header of a packet mean nothing']],
  },
  // Disk
  {
    section: '5.2.3',
    demands: 'a device with a cache that can be flushed offers FLUSH, and one that cannot be written RO',
    tests: [
      [BLOCK, 'flush and identity'],
      [BLOCK, 'a read-only disk refuses to be written'],
    ],
  },
  {
    section: '5.2.5.2',
    demands: 'what pads the configuration is 0',
    tests: [[DEVICES, 'block: what pads the configuration is zero']],
  },
  {
    section: '5.2.4',
    demands: 'num_queues is how many queues there are, where MQ is offered',
    tests: [
      [
        DEVICES,
        'block: the configuration says as many queues as there are, and where it offers none, the driver sees one',
      ],
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
      'discards and writes of zeros with flags that are not known, and discards that say unmap, are not supported; those off the disk fail',
    tests: [
      [BLOCK, 'discard and write of zeros take one range each, and change what is read'],
      [DEVICES, 'block: flags that mean nothing are not supported, on a disk that cannot be written as well'],
    ],
  },
  {
    section: '5.2.6.2',
    demands:
      'without ZONED requests of zones are not supported, nor is how worn it is told or an erasure done',
    tests: [[DEVICES, 'block: requests of features that it has not are not supported']],
  },
  {
    section: '5.2.6.2',
    demands: 'what zeros were written to reads as zeros, whether the request said unmap or not',
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
    tests: [[DEVICES, 'agent: each port is added once, of %i']],
  },
  {
    section: '5.3.6.2.1',
    demands: 'no port is taken away that was not added',
    tests: [[DEVICES, 'agent: each port is added once, of %i']],
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
    section: '5.5.6.2',
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
  {
    section: '5.5.6.7.2',
    demands: 'a page that is reported is the device’s until it answers the report, and no longer',
    tests: [[BALLOON, 'ranges that are reported give their whole pages']],
  },
  // Graphics adapter and input, as far as they are offered
  {
    section: '5.7.6.8',
    demands: 'a screen describes itself only to a driver that accepted EDID',
    tests: [[GPU, 'the screen describes itself to a driver that wants it (§5.7.6.8, GET_EDID)']],
  },
  {
    section: '5.7.4',
    demands: 'there are 1 to 16 screens, and as many sets of abilities as the configuration says',
    tests: [[DEVICES, 'gpu: the number of screens and of sets of abilities is one that there may be']],
  },
  {
    section: '5.7.6.5',
    demands: 'what was asked is done when it is answered',
    tests: [[GPU, 'a request comes back when it is done, and not before']],
  },
  {
    section: '5.7.6.7',
    demands: 'a request with a fence is answered with the flag and its fence, once it is done',
    tests: [
      [GPU, 'a fence of a request comes back with its answer'],
      [GPU, 'a request comes back when it is done, and not before'],
    ],
  },
  {
    section: '5.7.6.7',
    demands: 'what makes no sense is answered with an error',
    tests: [[GPU, 'requests that make no sense are refused as the specification says']],
  },
  {
    section: '5.8.6.2',
    demands: 'of the events of one gesture all are told, or none',
    tests: [[INPUT, 'events wait for buffers, so many and no more; a release has room where its press had']],
  },
  {
    section: '5.8.5.2',
    demands: 'what is asked for and does not exist has the size 0',
    tests: [[INPUT, 'what it does not have has an answer of no length']],
  },
];
