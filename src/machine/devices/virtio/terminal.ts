/** What is the same of a terminal, whether it is a device of its own or a port of one that has several (virtio 1.2, §5.3). Data only. */
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { RegisterRow } from '../register.ts';

/** Bytes that may wait for the guest. */
export const CONSOLE_INPUT_LIMIT: number = 64 * 1024;
/** Output taken in one service, and from one chain: what a guest sends beyond the latter is cut off. */
export const SERVICE_LIMIT: number = 64 * 1024;
/** Pause after a service that reached the limit: 64 MB/s at most. */
export const PAUSE_NS: VirtualNs = NS_PER_MS;

/** Also the size of every terminal that cannot say its size: those of old. */
export const DEFAULT_COLUMNS = 80;
export const DEFAULT_ROWS = 25;

/** The configuration space begins with the size, as two half words, and has two words more. */
export const CONFIG_COLUMNS = 0;
export const CONFIG_ROWS = 2;
export const CONFIG_SIZE = 12;

export const SIZE_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_COLUMNS, bytes: 2, name: 'cols', access: 'r', section: 'virtio 1.2 §5.3.4' },
    text: { en: 'columns of the terminal', zh: '终端的列数' },
  },
  {
    ...{ offset: CONFIG_ROWS, bytes: 2, name: 'rows', access: 'r', section: 'virtio 1.2 §5.3.4' },
    text: { en: 'rows of the terminal', zh: '终端的行数' },
  },
];

export const TERMINAL_COUNTERS = [
  { id: 'bytesIn', unit: 'bytes', text: { en: 'typed', zh: '输入' } },
  { id: 'bytesOut', unit: 'bytes', text: { en: 'written', zh: '输出' } },
  { id: 'truncatedBytes', unit: 'bytes', text: { en: 'cut off', zh: '截去' } },
  { id: 'pauses', unit: 'count', text: { en: 'waited for room', zh: '等待空位' } },
] as const;
export type TerminalCounter = (typeof TERMINAL_COUNTERS)[number]['id'];
