/**
 * Queues, features, header and configuration space of the network card (virtio 1.2, §5.1). Data only.
 */
import type { RegisterRow } from '../../register.ts';
import type { FeatureNeed } from '../virtio-device.ts';

export const DEVICE_ID = 1;

/** Pairs of queues follow each other, and the control queue stands behind those that the driver knows of (§5.1.2). */
export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
/** Where the driver knows of one pair. */
export const CONTROL_QUEUE = 2;
export const CONTROL_QUEUE_SIZE = 64;
export const QUEUE_SIZE = 256;

/** The device completes check sums; the driver takes packets whose check sums are not complete. */
export const F_CSUM: number = 1 << 0;
export const F_GUEST_CSUM: number = 1 << 1;
/** The driver takes large TCP packets, over IPv4 and IPv6. */
export const F_GUEST_TSO4: number = 1 << 7;
export const F_GUEST_TSO6: number = 1 << 8;
/** The device does. */
export const F_HOST_TSO4: number = 1 << 11;
export const F_HOST_TSO6: number = 1 << 12;
/** A packet may lie in several buffers of the driver's. */
export const F_MRG_RXBUF: number = 1 << 15;
/** What of the work with packets a device can take over. */
export const OFFLOADS: number =
  F_CSUM | F_GUEST_CSUM | F_GUEST_TSO4 | F_GUEST_TSO6 | F_HOST_TSO4 | F_HOST_TSO6;

/** The configuration space holds the MAC address. */
export const F_MAC: number = 1 << 5;
/** The configuration space holds the state of the link. */
export const F_STATUS: number = 1 << 16;

/** The configuration space says what a packet holds at most. */
export const F_MTU: number = 1 << 3;
/** There is a queue for commands; which there are. */
export const F_CTRL_VQ: number = 1 << 17;
export const F_CTRL_RX: number = 1 << 18;
export const F_CTRL_VLAN: number = 1 << 19;
export const F_CTRL_RX_EXTRA: number = 1 << 20;
export const F_GUEST_ANNOUNCE: number = 1 << 21;
export const F_MQ: number = 1 << 22;
export const F_CTRL_MAC_ADDR: number = 1 << 23;
/** Of the upper word (bit 63): the configuration space holds the wire's speed and duplex. */
export const F_SPEED_DUPLEX_HIGH: number = 0x8000_0000;
/** What the control queue is for. */
export const CONTROLS: number =
  F_CTRL_VQ | F_CTRL_RX | F_CTRL_VLAN | F_CTRL_RX_EXTRA | F_GUEST_ANNOUNCE | F_CTRL_MAC_ADDR;
/** What needs what (§5.1.3.1). */
export const NEEDS: readonly FeatureNeed[] = [
  { bits: F_GUEST_TSO4 | F_GUEST_TSO6, oneOf: F_GUEST_CSUM },
  { bits: F_HOST_TSO4 | F_HOST_TSO6, oneOf: F_CSUM },
  {
    bits: F_CTRL_RX | F_CTRL_VLAN | F_GUEST_ANNOUNCE | F_MQ | F_CTRL_MAC_ADDR,
    oneOf: F_CTRL_VQ,
  },
];

export const CONFIG_MAC = 0;
export const CONFIG_STATUS = 6;
export const CONFIG_PAIRS = 8;
export const CONFIG_MTU = 10;
export const CONFIG_SPEED = 12;
export const CONFIG_DUPLEX = 16;
export const CONFIG_SIZE = 17;
/** Of these what changes: address and status. */
export const CONFIG_LIVE_SIZE = 8;
export const STATUS_LINK_UP = 1;
/** The driver is to tell the network where it is. */
export const STATUS_ANNOUNCE = 2;
export const DUPLEX_FULL = 1;

/** Classes of commands, and commands (§5.1.6.5). */
export const CONTROL_RX = 0;
export const CONTROL_MAC = 1;
export const CONTROL_VLAN = 2;
export const CONTROL_ANNOUNCE = 3;
export const CONTROL_MQ = 4;
export const MAC_TABLE_SET = 0;
export const MAC_ADDR_SET = 1;
export const VLAN_ADD = 0;
export const VLAN_DELETE = 1;
export const CONTROL_OK = 0;
export const CONTROL_ERROR = 1;

/** `virtio_net_hdr_v1` (§5.1.6). */
export const HEADER_SIZE = 12;
export const HEADER_NUM_BUFFERS = 10;

export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_MAC, bytes: 1, count: 6, name: 'mac', access: 'r', section: 'virtio 1.2 §5.1.4' },
    text: { en: 'hardware address, byte by byte', zh: '硬件地址，逐字节' },
  },
  {
    ...{ offset: CONFIG_STATUS, bytes: 2, name: 'status', access: 'r', section: 'virtio 1.2 §5.1.4' },
    fields: [
      { name: 'LINK_UP', bit: 0 },
      { name: 'ANNOUNCE', bit: 1 },
    ],
    text: { en: 'state of the link', zh: '链路状态' },
  },
  {
    ...{
      offset: CONFIG_PAIRS,
      bytes: 2,
      name: 'max_virtqueue_pairs',
      access: 'r',
      section: 'virtio 1.2 §5.1.4',
    },
    text: { en: 'pairs of queues', zh: '队列对数' },
  },
  {
    ...{ offset: CONFIG_MTU, bytes: 2, name: 'mtu', access: 'r', section: 'virtio 1.2 §5.1.4' },
    text: { en: 'what a packet holds at most', zh: '数据包最大长度' },
  },
  {
    ...{ offset: CONFIG_SPEED, name: 'speed', access: 'r', section: 'virtio 1.2 §5.1.4' },
    text: { en: 'of the wire, in Mbit/s', zh: '链路速率，Mbit/s' },
  },
  {
    ...{ offset: CONFIG_DUPLEX, bytes: 1, name: 'duplex', access: 'r', section: 'virtio 1.2 §5.1.4' },
    text: { en: '1: both ways at once', zh: '1：全双工' },
  },
];

/** Longest packet with its ether header, larger than any frame: of 64 KiB, to be cut into pieces (§5.1.6.2). */
export const LARGEST_PACKET: number = 18 + 0xffff;
