/**
 * What an input device can be, a row for each: what it is called, which events it makes, and over which range its axes go. The
 * configuration space answers from these rows (virtio 1.2, §5.8.2).
 */
import * as reg from './registers.ts';

export const INPUT_ROLES = ['keyboard', 'tablet', 'touch'] as const;
export type InputRole = (typeof INPUT_ROLES)[number];

interface Role {
  readonly name: string;
  /** Product number: tells the roles apart. */
  readonly product: number;
  readonly properties: readonly number[];
  /** Codes by type of event. */
  readonly codes: ReadonlyMap<number, readonly number[]>;
  /** The largest value of each axis; the least is 0. */
  readonly axes: ReadonlyMap<number, number>;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

export const ROLES: Readonly<Record<InputRole, Role>> = {
  keyboard: {
    name: 'virtlab keyboard',
    product: 1,
    properties: [],
    codes: new Map([
      [reg.EV_KEY, range(reg.FIRST_KEY, reg.LAST_KEY)],
      // Repeats while a key is held: the driver's own affair, which wants to know that it may.
      [reg.EV_REP, [0, 1]],
      [reg.EV_LED, range(0, reg.LEDS - 1)],
    ]),
    axes: new Map(),
  },
  tablet: {
    name: 'virtlab tablet',
    product: 2,
    properties: [],
    codes: new Map([
      [reg.EV_KEY, [reg.BTN_LEFT, reg.BTN_RIGHT, reg.BTN_MIDDLE]],
      [reg.EV_REL, [reg.REL_WHEEL]],
      [reg.EV_ABS, [reg.ABS_X, reg.ABS_Y]],
    ]),
    axes: new Map([
      [reg.ABS_X, reg.MOST_POSITION],
      [reg.ABS_Y, reg.MOST_POSITION],
    ]),
  },
  touch: {
    name: 'virtlab touch screen',
    product: 3,
    properties: [reg.INPUT_PROP_DIRECT],
    codes: new Map([
      [reg.EV_KEY, [reg.BTN_TOUCH]],
      [
        reg.EV_ABS,
        [
          ...[reg.ABS_X, reg.ABS_Y, reg.ABS_MT_SLOT],
          ...[reg.ABS_MT_POSITION_X, reg.ABS_MT_POSITION_Y, reg.ABS_MT_TRACKING_ID],
        ],
      ],
    ]),
    axes: new Map([
      [reg.ABS_X, reg.MOST_POSITION],
      [reg.ABS_Y, reg.MOST_POSITION],
      [reg.ABS_MT_SLOT, reg.CONTACTS - 1],
      [reg.ABS_MT_POSITION_X, reg.MOST_POSITION],
      [reg.ABS_MT_POSITION_Y, reg.MOST_POSITION],
      [reg.ABS_MT_TRACKING_ID, 0xffff],
    ]),
  },
};

const ascii = new TextEncoder();

/** What the configuration space answers; empty for what the device does not have. */
export function configAnswer(role: InputRole, serial: string, select: number, subselect: number): Uint8Array {
  const { name, product, properties, codes, axes } = ROLES[role];
  switch (select) {
    case reg.ID_NAME:
      return ascii.encode(name);
    case reg.ID_SERIAL:
      return ascii.encode(serial).subarray(0, reg.LONGEST_ANSWER);
    case reg.ID_DEVIDS:
      return new Uint8Array(Uint16Array.of(reg.BUS_VIRTUAL, 0x7662, product, 1).buffer);
    case reg.PROP_BITS:
      return bitmap(properties);
    case reg.EV_BITS:
      return bitmap(codes.get(subselect) ?? []);
    case reg.ABS_INFO: {
      const most = axes.get(subselect);
      // Least, most, fuzz, flat, resolution.
      return most === undefined ? new Uint8Array(0) : new Uint8Array(Uint32Array.of(0, most, 0, 0, 0).buffer);
    }
    default:
      return new Uint8Array(0);
  }
}

function bitmap(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(bits.length === 0 ? 0 : (Math.max(...bits) >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3]! |= 1 << (bit & 7);
  return bytes;
}
