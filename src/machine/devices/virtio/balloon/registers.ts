/**
 * Queues, features and configuration space of the memory balloon (virtio 1.2, §5.5). Data only.
 */
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 5;

/**
 * Queues by position (§5.5.2). Those of features that the driver did not accept have no position: the ones behind them move up, as
 * drivers count them.
 */
export const INFLATE_QUEUE = 0;
export const DEFLATE_QUEUE = 1;
/** Of the first queue that belongs to a feature. */
export const FIRST_OPTIONAL_QUEUE = 2;
export const QUEUES = 4;
/** Linux reports 32 ranges at a time, and wants room for them. */
export const QUEUE_SIZE = 32;

/** The driver gives figures of its memory (§5.5.3). */
export const F_STATS_VQ: number = 1 << 1;
/** The driver may take pages back before it lets something die for want of them. */
export const F_DEFLATE_ON_OOM: number = 1 << 2;
/** The driver reports ranges that it does not use at the moment. */
export const F_REPORTING: number = 1 << 5;

/** Pages that the device wants (§5.5.4). */
export const CONFIG_NUM_PAGES = 0;
/** Pages that the driver has given; the driver writes it. */
export const CONFIG_ACTUAL = 4;
export const CONFIG_SIZE = 8;

/** A page frame number (§5.5.6): pages of the balloon are of 4 KiB whatever the guest's are. */
export const PFN_SIZE = 4;
/** Frame numbers that one buffer may hold: four times as many as Linux puts into one. */
export const MOST_PFNS = 1024;

export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_NUM_PAGES, name: 'num_pages', access: 'r', section: 'virtio 1.2 §5.5.4' },
    text: { en: 'pages that the device wants', zh: '设备想要的页数' },
  },
  {
    ...{ offset: CONFIG_ACTUAL, name: 'actual', access: 'rw', section: 'virtio 1.2 §5.5.4' },
    text: { en: 'pages that the driver has given', zh: '驱动已给出的页数' },
  },
];
