/**
 * Register layout of the ns16550a (PC16550D data sheet, §8), one byte each. Data only.
 */
import type { RegisterRow } from '../register.ts';

/** Receive and transmit data; low divisor byte while LCR.DLAB is set. */
export const DATA = 0;
/** Interrupt enable; high divisor byte while LCR.DLAB is set. */
export const IER = 1;
/** Read: interrupt identification; write: FIFO control. */
export const IIR_FCR = 2;
export const LCR = 3;
export const MCR = 4;
export const LSR = 5;
export const MSR = 6;
export const SCR = 7;

export const IER_RECEIVE = 0x01;
export const IER_TRANSMIT = 0x02;
export const IER_MASK = 0x0f;

export const IIR_NONE = 0x01;
export const IIR_TRANSMIT = 0x02;
export const IIR_RECEIVE = 0x04;
export const IIR_FIFOS = 0xc0;

export const FCR_ENABLE = 0x01;
export const FCR_CLEAR_RECEIVE = 0x02;

export const LCR_DLAB = 0x80;
export const MCR_LOOP = 0x10;
export const MCR_MASK = 0x1f;

export const LSR_DATA_READY = 0x01;
/** Transmit holding register and transmitter empty: always, a byte leaves at once. */
export const LSR_TRANSMIT_EMPTY = 0x60;

/** Carrier detect, data set ready, clear to send: a terminal is there. */
export const MSR_CONNECTED = 0xb0;

export const UART_REGISTERS: readonly RegisterRow[] = [
  {
    offset: DATA,
    name: 'RBR/THR',
    access: 'rw',
    text: {
      en: 'data received / to send; DLL with DLAB (§8.0)',
      zh: '收到的 / 待发的数据；DLAB 时为 DLL（§8.0）',
    },
  },
  {
    offset: IER,
    name: 'IER',
    access: 'rw',
    text: { en: 'interrupt enable; DLM with DLAB (§8.7)', zh: '中断使能；DLAB 时为 DLM（§8.7）' },
  },
  {
    offset: IIR_FCR,
    name: 'IIR/FCR',
    access: 'rw',
    text: {
      en: 'interrupt identification / FIFO control (§8.5, §8.6)',
      zh: '中断识别 / FIFO 控制（§8.5、§8.6）',
    },
  },
  { offset: LCR, name: 'LCR', access: 'rw', text: { en: 'line control (§8.1)', zh: '线路控制（§8.1）' } },
  {
    offset: MCR,
    name: 'MCR',
    access: 'rw',
    text: { en: 'modem control (§8.8)', zh: '调制解调器控制（§8.8）' },
  },
  { offset: LSR, name: 'LSR', access: 'r', text: { en: 'line status (§8.4)', zh: '线路状态（§8.4）' } },
  {
    offset: MSR,
    name: 'MSR',
    access: 'r',
    text: { en: 'modem status (§8.9)', zh: '调制解调器状态（§8.9）' },
  },
  { offset: SCR, name: 'SCR', access: 'rw', text: { en: 'scratch (§8.10)', zh: '暂存（§8.10）' } },
];
