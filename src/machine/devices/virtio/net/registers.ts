/**
 * Queues, features, header and configuration space of the network card (virtio 1.2, §5.1). Data only.
 */
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 1;

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
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

export const CONFIG_MAC = 0;
export const CONFIG_STATUS = 6;
export const CONFIG_SIZE = 8;
export const STATUS_LINK_UP = 1;

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
    fields: [{ name: 'LINK_UP', bit: 0 }],
    text: { en: 'state of the link', zh: '链路状态' },
  },
];

/** Longest packet with its ether header, larger than any frame: of 64 KiB, to be cut into pieces (§5.1.6.2). */
export const LARGEST_PACKET: number = 18 + 0xffff;
