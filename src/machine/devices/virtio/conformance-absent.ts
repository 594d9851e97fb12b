/**
 * What virtio demands only of devices that offer a feature which none here does: the third part of the table of `conformance.ts`. A row
 * stands here for as long as nobody offers its feature, which a test sees to. Some of these came with version 1.3. Data only.
 */

/** A feature by its bit; of devices with this ID only, unless absent. */
export interface AbsentFeature {
  readonly bit: number;
  readonly deviceId?: number;
}

const NET = 1;
const BLOCK = 2;
const BALLOON = 5;
const GPU = 16;

export const ABSENT_FEATURES: Readonly<Record<string, AbsentFeature>> = {
  NOTIFY_ON_EMPTY: { bit: 24 },
  ACCESS_PLATFORM: { bit: 33 },
  ORDER_PLATFORM: { bit: 36 },
  SR_IOV: { bit: 37 },
  NOTIFICATION_DATA: { bit: 38 },
  NOTIF_CONFIG_DATA: { bit: 39 },
  RING_RESET: { bit: 40 },
  GUEST_ECN: { deviceId: NET, bit: 9 },
  GUEST_UFO: { deviceId: NET, bit: 10 },
  HOST_UFO: { deviceId: NET, bit: 14 },
  HASH_TUNNEL: { deviceId: NET, bit: 51 },
  NOTF_COAL: { deviceId: NET, bit: 53 },
  GUEST_USO4: { deviceId: NET, bit: 54 },
  GUEST_USO6: { deviceId: NET, bit: 55 },
  HOST_USO: { deviceId: NET, bit: 56 },
  HASH_REPORT: { deviceId: NET, bit: 57 },
  GUEST_HDRLEN: { deviceId: NET, bit: 59 },
  RSS: { deviceId: NET, bit: 60 },
  RSC_EXT: { deviceId: NET, bit: 61 },
  STANDBY: { deviceId: NET, bit: 62 },
  CONFIG_WCE: { deviceId: BLOCK, bit: 11 },
  LIFETIME: { deviceId: BLOCK, bit: 15 },
  SECURE_ERASE: { deviceId: BLOCK, bit: 16 },
  ZONED: { deviceId: BLOCK, bit: 17 },
  MUST_TELL_HOST: { deviceId: BALLOON, bit: 0 },
  FREE_PAGE_HINT: { deviceId: BALLOON, bit: 3 },
  PAGE_POISON: { deviceId: BALLOON, bit: 4 },
  VIRGL: { deviceId: GPU, bit: 0 },
  RESOURCE_UUID: { deviceId: GPU, bit: 2 },
  RESOURCE_BLOB: { deviceId: GPU, bit: 3 },
  CONTEXT_INIT: { deviceId: GPU, bit: 4 },
};

export interface AbsentClause {
  /** Of the specification. */
  readonly section: string;
  readonly demands: string;
  /** One of {@link ABSENT_FEATURES}. */
  readonly feature: string;
}

export const ABSENT_CLAUSES: readonly AbsentClause[] = [
  {
    section: '2.6.1.1.1',
    demands: 'a queue that was reset alone executes nothing, tells nobody, and is as at its beginning',
    feature: 'RING_RESET',
  },
  {
    section: '2.6.1.2.1',
    demands: 'a queue that is enabled again heeds what its driver set anew',
    feature: 'RING_RESET',
  },
  {
    section: '4.2.2.1',
    demands: 'QueueReset is 1 while a queue is reset, and 0 after that, after a reset and once it is ready',
    feature: 'RING_RESET',
  },
  {
    section: '6.2',
    demands: 'SR_IOV is offered by PCI devices that have its capability, and by nobody else',
    feature: 'SR_IOV',
  },
  {
    section: '5.1.4.1',
    demands: 'a key of hashes may have 40 bytes at least',
    feature: 'HASH_REPORT',
  },
  {
    section: '5.1.4.1',
    demands: 'a table of queues may have 128 entries at least',
    feature: 'RSS',
  },
  {
    section: '5.1.6.4.1',
    demands: 'where packets are put together, their number and that of repeated acknowledgements are told',
    feature: 'RSC_EXT',
  },
  {
    section: '5.1.6.4.1',
    demands: 'packets that are cut and tell of congestion say so',
    feature: 'GUEST_ECN',
  },
  {
    section: '5.1.6.4.3',
    demands: 'there is a command that says of what a hash is made',
    feature: 'HASH_REPORT',
  },
  {
    section: '5.1.6.5.7',
    demands: 'the hash of a packet says which queue it goes into, by the table',
    feature: 'RSS',
  },
  {
    section: '5.1.6.5.9',
    demands:
      'how long news wait is 0 after a reset, and a queue’s own is answered with an error where it has none',
    feature: 'NOTF_COAL',
  },
  {
    section: '5.1.6.5.10',
    demands: 'the hash is of the outer header where its tunnel is not enabled, and of none after a reset',
    feature: 'HASH_TUNNEL',
  },
  {
    section: '5.2.5.2',
    demands: 'who offers to switch the cache offers FLUSH, and without that the cache writes through',
    feature: 'CONFIG_WCE',
  },
  {
    section: '5.2.5.2',
    demands:
      'the configuration says what zones there are, and a driver that knows none is refused where it must',
    feature: 'ZONED',
  },
  {
    section: '5.2.6.2',
    demands: 'requests of zones end as the state of the zone allows',
    feature: 'ZONED',
  },
  {
    section: '5.2.6.2',
    demands: 'a write that is made while the cache writes through is stable when it completes',
    feature: 'CONFIG_WCE',
  },
  {
    section: '5.2.6.2',
    demands: 'flags of an erasure that are not known are not supported',
    feature: 'SECURE_ERASE',
  },
  {
    section: '5.2.6.2',
    demands:
      'how worn the medium is, is offered where it can be known, and never said in values that mean nothing',
    feature: 'LIFETIME',
  },
  {
    section: '5.5.6.5.2',
    demands:
      'hints of another round are passed over, and a page that was hinted is let alone once that is done',
    feature: 'FREE_PAGE_HINT',
  },
  {
    section: '5.5.6.7.2',
    demands: 'a page that is reported holds the poison or what it held',
    feature: 'PAGE_POISON',
  },
  {
    section: '5.7.5',
    demands: 'who has memory that the driver sees maps pictures into it and takes them out',
    feature: 'RESOURCE_BLOB',
  },
  {
    section: '5.7.6.7',
    demands: 'a fence on a line of its own answers all that stand before it on that line',
    feature: 'CONTEXT_INIT',
  },
  {
    section: '5.7.6.8',
    demands: 'a set of abilities is one that the specification names',
    feature: 'VIRGL',
  },
  {
    section: '5.7.6.9',
    demands:
      'a context is made under the number that the request gives, and understands what it was made for',
    feature: 'VIRGL',
  },
];
