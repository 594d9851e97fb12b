/**
 * Queues, configuration space, requests and answers of the graphics adapter (virtio 1.2, §5.7), as far as it draws in two
 * dimensions. Data only.
 */

import type { PixelFormat } from '../../display/pixels.ts';
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 16;

/** Feature bit 1: the screen describes itself (§5.7.3). */
export const F_EDID: number = 1 << 1;

export const CONTROL_QUEUE = 0;
export const CURSOR_QUEUE = 1;
export const CONTROL_QUEUE_SIZE = 64;
export const CURSOR_QUEUE_SIZE = 16;

/** Configuration space (§5.7.4): four words. */
export const CONFIG_EVENTS_READ = 0;
export const CONFIG_EVENTS_CLEAR = 4;
export const CONFIG_SCANOUTS = 8;
export const CONFIG_SIZE = 16;

/** Requests on the control queue (§5.7.6.7). */
export const GET_DISPLAY_INFO = 0x0100;
export const RESOURCE_CREATE_2D = 0x0101;
export const RESOURCE_UNREF = 0x0102;
export const SET_SCANOUT = 0x0103;
export const RESOURCE_FLUSH = 0x0104;
export const TRANSFER_TO_HOST_2D = 0x0105;
export const RESOURCE_ATTACH_BACKING = 0x0106;
export const RESOURCE_DETACH_BACKING = 0x0107;
export const GET_EDID = 0x010a;
/** Requests on the cursor queue. */
export const UPDATE_CURSOR = 0x0300;
export const MOVE_CURSOR = 0x0301;

/** Answers. */
export const OK_NODATA = 0x1100;
export const OK_DISPLAY_INFO = 0x1101;
export const OK_EDID = 0x1104;
export const ERR_UNSPEC = 0x1200;
export const ERR_OUT_OF_MEMORY = 0x1201;
export const ERR_INVALID_SCANOUT_ID = 0x1202;
export const ERR_INVALID_RESOURCE_ID = 0x1203;
export const ERR_INVALID_PARAMETER = 0x1205;

/** Of every request and answer: type, flags, fence, context, ring and padding. */
export const HEADER_SIZE = 24;
export const FLAG_FENCE: number = 1 << 0;
/** The longest request without what follows it: that of the cursor, and of a transfer. */
export const REQUEST_SIZE = 56;
/** Of a request for backing memory; its entries follow. */
export const BACKING_SIZE = 32;
export const BACKING_ENTRY_SIZE = 16;

/** A display's row in the answer: rectangle, enabled, flags. There is always room for 16. */
export const DISPLAY_SIZE = 24;
export const MOST_SCANOUTS = 16;
/** Of the answer to GET_EDID, behind the header: how many bytes there are, and room for them. */
export const EDID_BYTES = 8;
export const EDID_ROOM = 1024;

/** Width and height of the pointer's picture (§5.7.6.10). */
export const CURSOR_PIXELS = 64;

/** Formats by number (§5.7.6.7): the order of the letters is that of the bytes. */
export const FORMATS: ReadonlyMap<number, PixelFormat> = new Map([
  [1, { blue: 0, green: 1, red: 2, alpha: 3 }],
  [2, { blue: 0, green: 1, red: 2, alpha: undefined }],
  [3, { alpha: 0, red: 1, green: 2, blue: 3 }],
  [4, { alpha: undefined, red: 1, green: 2, blue: 3 }],
  [67, { red: 0, green: 1, blue: 2, alpha: 3 }],
  [68, { alpha: undefined, blue: 1, green: 2, red: 3 }],
  [121, { alpha: 0, blue: 1, green: 2, red: 3 }],
  [134, { red: 0, green: 1, blue: 2, alpha: undefined }],
]);

/** The configuration space, field by field. */
export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_EVENTS_READ, name: 'events_read', access: 'r', section: 'virtio 1.2 §5.7.4' },
    text: { en: 'events that the driver has not seen', zh: '驱动尚未看到的事件' },
  },
  {
    ...{ offset: CONFIG_EVENTS_CLEAR, name: 'events_clear', access: 'w', section: 'virtio 1.2 §5.7.4' },
    text: { en: 'clears bits of events_read', zh: '清除 events_read 的位' },
  },
  {
    ...{ offset: CONFIG_SCANOUTS, name: 'num_scanouts', access: 'r', section: 'virtio 1.2 §5.7.4' },
    text: { en: 'screens that there can be', zh: '最多的屏幕数' },
  },
];
