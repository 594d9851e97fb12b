/**
 * Queues, features and configuration space of the console (virtio 1.2, §5.3). Data only.
 */
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 3;

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
export const QUEUE_SIZE = 64;

/** The configuration space holds the size of the terminal. */
export const F_SIZE: number = 1 << 0;

/** Configuration space: two half words, then two words that other features use. */
export const CONFIG_COLUMNS = 0;
export const CONFIG_ROWS = 2;
export const CONFIG_SIZE = 12;

export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_COLUMNS, bytes: 2, name: 'cols', access: 'r', section: 'virtio 1.2 §5.3.4' },
    text: { en: 'columns of the terminal', zh: '终端的列数' },
  },
  {
    ...{ offset: CONFIG_ROWS, bytes: 2, name: 'rows', access: 'r', section: 'virtio 1.2 §5.3.4' },
    text: { en: 'rows of the terminal', zh: '终端的行数' },
  },
];
