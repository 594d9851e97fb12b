/**
 * Register layout of the ns16550a (PC16550D data sheet, §8), one byte each. Data only.
 */
import { bits, type RegisterRow } from '../register.ts';

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

/** All are one byte. */
const BYTE = { bytes: 1 } as const;

export const UART_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ ...BYTE, offset: DATA, name: 'RBR/THR', access: 'rw', section: 'PC16550D §8.0' },
    text: { en: 'data received / to send; DLL with DLAB', zh: '收到的 / 待发的数据；DLAB 时为 DLL' },
  },
  {
    ...{ ...BYTE, offset: IER, name: 'IER', access: 'rw', section: 'PC16550D §8.7' },
    fields: bits(['ERBFI', 'ETBEI', 'ELSI', 'EDSSI']),
    text: { en: 'interrupt enable; DLM with DLAB', zh: '中断使能；DLAB 时为 DLM' },
  },
  {
    ...{ ...BYTE, offset: IIR_FCR, name: 'IIR/FCR', access: 'rw', section: 'PC16550D §8.5, §8.6' },
    fields: [
      { name: 'NO_INTERRUPT', bit: 0 },
      { name: 'INTERRUPT_ID', bit: 1, width: 3 },
      { name: 'FIFOS', bit: 6, width: 2 },
    ],
    text: { en: 'interrupt identification / FIFO control', zh: '中断识别 / FIFO 控制' },
  },
  {
    ...{ ...BYTE, offset: LCR, name: 'LCR', access: 'rw', section: 'PC16550D §8.1' },
    fields: [{ name: 'WLS', bit: 0, width: 2 }, ...bits(['STB', 'PEN', 'EPS', 'STICK', 'BREAK', 'DLAB'], 2)],
    text: { en: 'line control', zh: '线路控制' },
  },
  {
    ...{ ...BYTE, offset: MCR, name: 'MCR', access: 'rw', section: 'PC16550D §8.8' },
    fields: bits(['DTR', 'RTS', 'OUT1', 'OUT2', 'LOOP']),
    text: { en: 'modem control', zh: '调制解调器控制' },
  },
  {
    ...{ ...BYTE, offset: LSR, name: 'LSR', access: 'r', section: 'PC16550D §8.4' },
    fields: bits(['DR', 'OE', 'PE', 'FE', 'BI', 'THRE', 'TEMT', 'FIFO_ERROR']),
    text: { en: 'line status', zh: '线路状态' },
  },
  {
    ...{ ...BYTE, offset: MSR, name: 'MSR', access: 'r', section: 'PC16550D §8.9' },
    fields: bits(['DCTS', 'DDSR', 'TERI', 'DDCD', 'CTS', 'DSR', 'RI', 'DCD']),
    text: { en: 'modem status', zh: '调制解调器状态' },
  },
  {
    ...{ ...BYTE, offset: SCR, name: 'SCR', access: 'rw', section: 'PC16550D §8.10' },
    text: { en: 'scratch', zh: '暂存' },
  },
];
