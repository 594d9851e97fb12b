/**
 * Register layout of the emulated card: "Ethernet IP Core Specification" 1.19 (OpenCores), a MAC for 10 and 100 Mbit/s with 128 buffer
 * descriptors in its window. Data only.
 */
import { bits, type RegisterRow } from '../register.ts';
import { DESCRIPTOR_COUNT, PACKET_MEMORY, PACKET_MEMORY_SIZE } from './sizes.ts';

export * from './sizes.ts';

export const MODER = 0x00;
export const INT_SOURCE = 0x04;
export const INT_MASK = 0x08;
export const IPGT = 0x0c;
export const IPGR1 = 0x10;
export const IPGR2 = 0x14;
export const PACKETLEN = 0x18;
export const COLLCONF = 0x1c;
export const TX_BD_NUM = 0x20;
export const CTRLMODER = 0x24;
export const MIIMODER = 0x28;
export const MIICOMMAND = 0x2c;
export const MIIADDRESS = 0x30;
export const MIITX_DATA = 0x34;
export const MIIRX_DATA = 0x38;
export const MIISTATUS = 0x3c;
export const MAC_ADDR0 = 0x40;
export const MAC_ADDR1 = 0x44;
export const HASH0 = 0x48;
export const HASH1 = 0x4c;
export const TXCTRL = 0x50;

/** Descriptors: of frames to send first, behind them of frames to receive. Each: status, then where its buffer lies. */
export const DESCRIPTORS = 0x400;
export const DESCRIPTOR_SIZE = 8;

export const MODER_RECEIVE = 0x0001;
export const MODER_TRANSMIT = 0x0002;
/** Broadcasts are left out. */
export const MODER_NO_BROADCAST = 0x0008;
/** Frames for others are taken, too. */
export const MODER_PROMISCUOUS = 0x0020;
/** The card puts a check sum behind what it sends. */
export const MODER_CRC = 0x2000;
/** Frames longer than PACKETLEN says. */
export const MODER_HUGE = 0x4000;
export const MODER_PAD = 0x8000;

/** Bits of INT_SOURCE and INT_MASK. */
export const INT_SENT = 0x01;
export const INT_SEND_ERROR = 0x02;
export const INT_RECEIVED = 0x04;
export const INT_RECEIVE_ERROR = 0x08;
/** A frame came, and no descriptor was free. */
export const INT_BUSY = 0x10;

/** Status of a descriptor of a frame to send. */
export const TX_READY = 0x8000;
export const TX_INTERRUPT = 0x4000;
export const TX_WRAP = 0x2000;
export const TX_PAD = 0x1000;
export const TX_CRC = 0x0800;
/** Its bytes could not be read. */
export const TX_UNDERRUN = 0x0100;
/** There was no link. */
export const TX_NO_CARRIER = 0x0001;
/** What the card says of how it went: cleared with READY. */
export const TX_OUTCOME = 0x01ff;

/** Status of a descriptor of a frame to receive. */
export const RX_EMPTY = 0x8000;
export const RX_INTERRUPT = 0x4000;
export const RX_WRAP = 0x2000;
/** It was for others. */
export const RX_MISSED = 0x0080;
/** Its buffer could not be written. */
export const RX_OVERRUN = 0x0040;
/** It was longer than PACKETLEN says, and is cut off. */
export const RX_TOO_LONG = 0x0008;
export const RX_OUTCOME = 0x01ff;

export const MIICOMMAND_READ = 0x02;
export const MIICOMMAND_WRITE = 0x04;
export const MIISTATUS_LINK_FAIL = 0x01;

/** A frame on a wire is no shorter; what is, is filled up with zeros. */
export const SHORTEST_FRAME = 60;
/** The check sum behind a frame. */
export const FCS_SIZE = 4;

/** Bits of each register that can be written. */
export const WRITABLE: ReadonlyMap<number, number> = new Map([
  [MODER, 0x0001_f7ff],
  [INT_MASK, 0x7f],
  [IPGT, 0x7f],
  [IPGR1, 0x7f],
  [IPGR2, 0x7f],
  [PACKETLEN, 0xffff_ffff],
  [COLLCONF, 0x000f_003f],
  [TX_BD_NUM, 0xff],
  [CTRLMODER, 0x07],
  [MIIMODER, 0x1ff],
  [MIIADDRESS, 0x1f1f],
  [MIITX_DATA, 0xffff],
  [MAC_ADDR0, 0xffff_ffff],
  [MAC_ADDR1, 0xffff],
  [HASH0, 0xffff_ffff],
  [HASH1, 0xffff_ffff],
  [TXCTRL, 0x1_ffff],
]);

/** What registers hold after a reset, where it is not 0. */
export const AFTER_RESET: ReadonlyMap<number, number> = new Map([
  [MODER, 0xa000],
  [IPGT, 0x12],
  [IPGR1, 0x0c],
  [IPGR2, 0x12],
  [PACKETLEN, 0x0040_0600],
  [COLLCONF, 0x000f_003f],
  [TX_BD_NUM, 0x40],
  [MIIMODER, 0x64],
]);

const INTERRUPTS = bits(['TXB', 'TXE', 'RXB', 'RXE', 'BUSY', 'TXC', 'RXC']);

/** Registers of every card. */
const REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: MODER, name: 'MODER', access: 'rw', section: 'ETH 1.19 §3.1' },
    fields: [
      ...bits(['RXEN', 'TXEN']),
      ...bits(['BRO'], 3),
      ...bits(['PRO'], 5),
      ...bits(['LOOPBCK'], 7),
      ...bits(['FULLD'], 10),
      ...bits(['CRCEN', 'HUGEN', 'PAD', 'RECSMALL'], 13),
    ],
    text: { en: 'mode: receive, send, which frames', zh: '模式：收、发、接收哪些帧' },
  },
  {
    ...{ offset: INT_SOURCE, name: 'INT_SOURCE', access: 'rw', section: 'ETH 1.19 §3.2' },
    fields: INTERRUPTS,
    text: { en: 'what has happened; ones written clear', zh: '已发生的事件；写 1 清除' },
  },
  {
    ...{ offset: INT_MASK, name: 'INT_MASK', access: 'rw', section: 'ETH 1.19 §3.3' },
    fields: INTERRUPTS,
    text: { en: 'what interrupts', zh: '哪些事件触发中断' },
  },
  {
    ...{ offset: IPGT, name: 'IPGT', access: 'rw', section: 'ETH 1.19 §3.4' },
    text: { en: 'gap between frames; has no effect here', zh: '帧间隔；此处无作用' },
  },
  {
    ...{ offset: IPGR1, name: 'IPGR1', access: 'rw', section: 'ETH 1.19 §3.5' },
    text: { en: 'the same, half duplex', zh: '同上，半双工' },
  },
  {
    ...{ offset: IPGR2, name: 'IPGR2', access: 'rw', section: 'ETH 1.19 §3.6' },
    text: { en: 'the same, half duplex', zh: '同上，半双工' },
  },
  {
    ...{ offset: PACKETLEN, name: 'PACKETLEN', access: 'rw', section: 'ETH 1.19 §3.7' },
    fields: [
      { name: 'MAXFL', bit: 0, width: 16 },
      { name: 'MINFL', bit: 16, width: 16 },
    ],
    text: { en: 'longest and shortest frame', zh: '最长与最短帧' },
  },
  {
    ...{ offset: COLLCONF, name: 'COLLCONF', access: 'rw', section: 'ETH 1.19 §3.8' },
    text: { en: 'collisions; has no effect here', zh: '冲突；此处无作用' },
  },
  {
    ...{ offset: TX_BD_NUM, name: 'TX_BD_NUM', access: 'rw', section: 'ETH 1.19 §3.9' },
    text: { en: 'descriptors of frames to send; the others receive', zh: '发送描述符数；其余用于接收' },
  },
  {
    ...{ offset: CTRLMODER, name: 'CTRLMODER', access: 'rw', section: 'ETH 1.19 §3.10' },
    text: { en: 'flow control; has no effect here', zh: '流量控制；此处无作用' },
  },
  {
    ...{ offset: MIIMODER, name: 'MIIMODER', access: 'rw', section: 'ETH 1.19 §3.11' },
    text: { en: 'clock of the wire to the PHY', zh: '到 PHY 的时钟' },
  },
  {
    ...{ offset: MIICOMMAND, name: 'MIICOMMAND', access: 'rw', section: 'ETH 1.19 §3.12' },
    fields: bits(['SCANSTAT', 'RSTAT', 'WCTRLDATA']),
    text: { en: 'reads or writes a register of the PHY', zh: '读写 PHY 寄存器' },
  },
  {
    ...{ offset: MIIADDRESS, name: 'MIIADDRESS', access: 'rw', section: 'ETH 1.19 §3.13' },
    fields: [
      { name: 'FIAD', bit: 0, width: 5 },
      { name: 'RGAD', bit: 8, width: 5 },
    ],
    text: { en: 'which PHY, which of its registers', zh: '哪个 PHY 的哪个寄存器' },
  },
  {
    ...{ offset: MIITX_DATA, name: 'MIITX_DATA', access: 'rw', section: 'ETH 1.19 §3.14' },
    text: { en: 'what is written to it', zh: '写入 PHY 的数据' },
  },
  {
    ...{ offset: MIIRX_DATA, name: 'MIIRX_DATA', access: 'r', section: 'ETH 1.19 §3.15' },
    text: { en: 'what was read of it', zh: '从 PHY 读到的数据' },
  },
  {
    ...{ offset: MIISTATUS, name: 'MIISTATUS', access: 'r', section: 'ETH 1.19 §3.16' },
    fields: bits(['LINKFAIL', 'BUSY', 'NVALID']),
    text: { en: 'the link, and the wire to the PHY', zh: '链路与 PHY 连线状态' },
  },
  {
    ...{ offset: MAC_ADDR0, name: 'MAC_ADDR0', access: 'rw', section: 'ETH 1.19 §3.17' },
    text: { en: 'bytes 2 to 5 of the hardware address', zh: '硬件地址第 2–5 字节' },
  },
  {
    ...{ offset: MAC_ADDR1, name: 'MAC_ADDR1', access: 'rw', section: 'ETH 1.19 §3.18' },
    text: { en: 'bytes 0 and 1', zh: '第 0、1 字节' },
  },
  {
    ...{ offset: HASH0, name: 'ETH_HASH0_ADR', access: 'rw', section: 'ETH 1.19 §3.19' },
    text: { en: 'groups whose frames are taken, by hash', zh: '接收哪些组播（散列表）' },
  },
  {
    ...{ offset: HASH1, name: 'ETH_HASH1_ADR', access: 'rw', section: 'ETH 1.19 §3.20' },
    text: { en: 'the other half', zh: '另一半' },
  },
  {
    ...{ offset: TXCTRL, name: 'ETH_TXCTRL', access: 'rw', section: 'ETH 1.19 §3.21' },
    text: { en: 'sends a PAUSE frame; has no effect here', zh: '发送 PAUSE 帧；此处无作用' },
  },
  {
    ...{ offset: DESCRIPTORS, name: 'BD', access: 'rw', section: 'ETH 1.19 §4.2' },
    ...{ stride: DESCRIPTOR_SIZE, count: DESCRIPTOR_COUNT },
    fields: [...bits(['WR', 'IRQ', 'RD/E'], 13), { name: 'LEN', bit: 16, width: 16 }],
    text: { en: 'descriptor: whose turn it is, length, outcome', zh: '描述符：归属、长度、结果' },
  },
  {
    ...{ offset: DESCRIPTORS + 4, name: 'BD_POINTER', access: 'rw', section: 'ETH 1.19 §4.2' },
    ...{ stride: DESCRIPTOR_SIZE, count: DESCRIPTOR_COUNT },
    text: { en: 'where its buffer lies', zh: '其缓冲区的位置' },
  },
];

/** Those of a card that moves frames to and from memory itself. */
export const ETHOC_REGISTERS: readonly RegisterRow[] = REGISTERS;
/** Those of one with memory of its own, which the driver fills and empties. */
export const ETHOC_PIO_REGISTERS: readonly RegisterRow[] = [
  ...REGISTERS,
  {
    ...{ offset: PACKET_MEMORY, name: 'PACKET_MEMORY', access: 'rw', section: 'Linux opencores,ethoc' },
    bytes: PACKET_MEMORY_SIZE,
    text: { en: 'the card’s memory for frames', zh: '网卡自带的帧内存' },
  },
];
