/**
 * Queues, configuration space and events of input devices (virtio 1.2, §5.8); codes are those of Linux's `input-event-codes.h`, as
 * the specification says. Data only.
 */
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 18;

export const EVENT_QUEUE = 0;
export const STATUS_QUEUE = 1;
export const QUEUE_SIZE = 64;

/** An event: type and code, half words; value, a word. */
export const EVENT_SIZE = 8;

/** Configuration space (§5.8.4): what is asked, and the answer of up to 128 bytes. */
export const CONFIG_SELECT = 0;
export const CONFIG_SUBSELECT = 1;
export const CONFIG_ANSWER_SIZE = 2;
export const CONFIG_ANSWER = 8;
export const LONGEST_ANSWER = 128;
export const CONFIG_SIZE: number = CONFIG_ANSWER + LONGEST_ANSWER;

/** What can be asked. */
export const ID_NAME = 0x01;
export const ID_SERIAL = 0x02;
export const ID_DEVIDS = 0x03;
export const PROP_BITS = 0x10;
export const EV_BITS = 0x11;
export const ABS_INFO = 0x12;

/** Types of events. */
export const EV_SYN = 0;
export const EV_KEY = 1;
export const EV_REL = 2;
export const EV_ABS = 3;
export const EV_LED = 0x11;
export const EV_REP = 0x14;

export const SYN_REPORT = 0;

export const BTN_LEFT = 0x110;
export const BTN_RIGHT = 0x111;
export const BTN_MIDDLE = 0x112;
export const BTN_TOUCH = 0x14a;
export const REL_WHEEL = 8;
export const ABS_X = 0;
export const ABS_Y = 1;
export const ABS_MT_SLOT = 0x2f;
export const ABS_MT_POSITION_X = 0x35;
export const ABS_MT_POSITION_Y = 0x36;
export const ABS_MT_TRACKING_ID = 0x39;
/** The picture lies under the fingers. */
export const INPUT_PROP_DIRECT = 1;

export const BUS_VIRTUAL = 6;

/** Places are told in so many steps from one edge of the screen to the other, whatever its size. */
export const MOST_POSITION = 0x7fff;
/** Fingers at a time. */
export const CONTACTS = 10;
/** Keys of a keyboard: from escape to the last that keyboards have. */
export const FIRST_KEY = 1;
export const LAST_KEY = 0xf8;
/** LEDs: number, capitals, scroll. */
export const LEDS = 3;

/** The configuration space, field by field. */
export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_SELECT, bytes: 1, name: 'select', access: 'rw', section: 'virtio 1.2 §5.8.4' },
    text: { en: 'what is asked', zh: '所询问的内容' },
  },
  {
    ...{ offset: CONFIG_SUBSELECT, bytes: 1, name: 'subsel', access: 'rw', section: 'virtio 1.2 §5.8.4' },
    text: { en: 'of what it is asked', zh: '询问的对象' },
  },
  {
    ...{ offset: CONFIG_ANSWER_SIZE, bytes: 1, name: 'size', access: 'r', section: 'virtio 1.2 §5.8.4' },
    text: { en: 'bytes of the answer; 0: there is none', zh: '回答的字节数；0 表示没有' },
  },
  {
    ...{ offset: CONFIG_ANSWER, bytes: LONGEST_ANSWER, name: 'u', access: 'r', section: 'virtio 1.2 §5.8.4' },
    text: { en: 'the answer', zh: '回答' },
  },
];
