/**
 * Register layout of the emulated disk controller: the task file of ATA/ATAPI-6 (T13/1410D, §7) with one 4-byte place for each of
 * its registers, and a bus master as in "Programming Interface for Bus Master IDE Controller" 1.0. Data only.
 */
import { bits, type RegisterRow } from '../register.ts';

export * from './sizes.ts';

/** The sector's data, a half word or a word at a time. */
export const DATA = 0x00;
/** Read: error; write: features. */
export const ERROR = 0x04;
/** Sectors of the request; 0 means 256. */
export const COUNT = 0x08;
export const LBA_LOW = 0x0c;
export const LBA_MID = 0x10;
export const LBA_HIGH = 0x14;
/** Bits 27 to 24 of the sector's number, and that it is one. */
export const DEVICE = 0x18;
/** Read: status, which lowers the interrupt; write: command. */
export const STATUS = 0x1c;
export const COMMAND = 0x1c;
/** Read: status, and the interrupt stays; write: control. */
export const CONTROL = 0x20;
export const BM_COMMAND = 0x40;
export const BM_STATUS = 0x44;
/** Guest physical address of the table of regions. */
export const BM_TABLE = 0x48;

export const STATUS_BUSY = 0x80;
export const STATUS_READY = 0x40;
export const STATUS_DATA_REQUEST = 0x08;
export const STATUS_ERROR = 0x01;

export const ERROR_ABORTED = 0x04;
export const ERROR_NO_SECTOR = 0x10;
export const ERROR_UNREADABLE = 0x40;

export const DEVICE_LBA = 0x40;
/** What can be written of the register: the number's highest bits, and the mode. */
export const DEVICE_MASK = 0x4f;

export const CONTROL_NO_INTERRUPT = 0x02;
export const CONTROL_RESET = 0x04;

export const BM_START = 0x01;
/** The disk is read: memory is written. */
export const BM_TO_MEMORY = 0x08;
export const BM_ACTIVE = 0x01;
export const BM_ERROR = 0x02;
export const BM_INTERRUPT = 0x04;
export const BM_CAPABLE = 0x20;

/** Commands (ATA/ATAPI-6 §8). */
export const READ_SECTORS = 0x20;
export const WRITE_SECTORS = 0x30;
export const READ_MULTIPLE = 0xc4;
export const WRITE_MULTIPLE = 0xc5;
export const READ_DMA = 0xc8;
export const WRITE_DMA = 0xca;
export const FLUSH_CACHE = 0xe7;
export const IDENTIFY = 0xec;

/** Sectors that the commands "multiple" move between two interrupts. */
export const MULTIPLE_SECTORS = 8;
/** Sectors that 28 bits count. */
export const ADDRESSABLE_SECTORS: number = 1 << 28;

/** An entry of the table of regions: address, length (0: 64 KiB), and a bit that says that it is the last. */
export const REGION_SIZE = 8;
export const REGION_LAST = 0x8000_0000;

/** Words of the answer to IDENTIFY (ATA/ATAPI-6 §8.15). */
export const ID_SERIAL = 10;
export const ID_SERIAL_LENGTH = 20;
export const ID_MODEL = 27;
export const ID_MODEL_LENGTH = 40;
export const ID_MULTIPLE = 47;
export const ID_CAPABILITIES = 49;
export const ID_SECTORS = 60;
export const CAPABILITY_DMA: number = 1 << 8;
export const CAPABILITY_LBA: number = 1 << 9;

const STATUS_FIELDS = [
  ...bits(['ERR']),
  ...bits(['DRQ'], 3),
  ...bits(['DRDY'], 6),
  ...bits(['BSY'], 7),
] as const;

export const IDE_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: DATA, name: 'DATA', access: 'rw', section: 'ATA-6 §7.5' },
    text: { en: 'data of the sector, 2 or 4 bytes at a time', zh: '扇区数据，每次 2 或 4 字节' },
  },
  {
    ...{ offset: ERROR, name: 'ERROR/FEATURES', access: 'rw', section: 'ATA-6 §7.9' },
    fields: [...bits(['ABRT'], 2), ...bits(['IDNF'], 4), ...bits(['UNC'], 6)],
    text: { en: 'why the last command failed', zh: '上一条命令失败的原因' },
  },
  {
    ...{ offset: COUNT, name: 'COUNT', access: 'rw', section: 'ATA-6 §7.14' },
    fields: [{ name: 'SECTORS', bit: 0, width: 8 }],
    text: { en: 'sectors of the request; 0 means 256', zh: '请求的扇区数；0 表示 256' },
  },
  {
    ...{ offset: LBA_LOW, name: 'LBA_LOW', access: 'rw', section: 'ATA-6 §7.12' },
    text: { en: 'number of the first sector, bits 7 to 0', zh: '首扇区号，位 7–0' },
  },
  {
    ...{ offset: LBA_MID, name: 'LBA_MID', access: 'rw', section: 'ATA-6 §7.13' },
    text: { en: 'bits 15 to 8', zh: '位 15–8' },
  },
  {
    ...{ offset: LBA_HIGH, name: 'LBA_HIGH', access: 'rw', section: 'ATA-6 §7.11' },
    text: { en: 'bits 23 to 16', zh: '位 23–16' },
  },
  {
    ...{ offset: DEVICE, name: 'DEVICE', access: 'rw', section: 'ATA-6 §7.7' },
    fields: [{ name: 'LBA', bit: 0, width: 4 }, ...bits(['LBA_MODE'], 6)],
    text: { en: 'bits 27 to 24 of the sector’s number', zh: '扇区号的位 27–24' },
  },
  {
    ...{ offset: STATUS, name: 'STATUS/COMMAND', access: 'rw', section: 'ATA-6 §7.4, §7.15' },
    fields: STATUS_FIELDS,
    text: {
      en: 'status, whose reading lowers the interrupt; starts a command',
      zh: '状态（读它会撤销中断）；写入则启动命令',
    },
  },
  {
    ...{ offset: CONTROL, name: 'ALT_STATUS/CONTROL', access: 'rw', section: 'ATA-6 §7.3, §7.8' },
    fields: STATUS_FIELDS,
    text: {
      en: 'status, and the interrupt stays; interrupt off, reset',
      zh: '状态（不影响中断）；写入可关中断、复位',
    },
  },
  {
    ...{ offset: BM_COMMAND, name: 'BM_COMMAND', access: 'rw', section: 'BM-IDE §2.1' },
    fields: [...bits(['START']), ...bits(['TO_MEMORY'], 3)],
    text: { en: 'starts and stops the bus master; direction', zh: '启停总线主控；方向' },
  },
  {
    ...{ offset: BM_STATUS, name: 'BM_STATUS', access: 'rw', section: 'BM-IDE §2.2' },
    fields: [...bits(['ACTIVE', 'ERROR', 'INTERRUPT']), ...bits(['CAPABLE'], 5)],
    text: {
      en: 'the bus master; ones written clear error and interrupt',
      zh: '总线主控状态；写 1 清除错误与中断',
    },
  },
  {
    ...{ offset: BM_TABLE, name: 'BM_TABLE', access: 'rw', section: 'BM-IDE §2.3' },
    text: { en: 'address of the table of memory regions', zh: '内存区域表的地址' },
  },
];
