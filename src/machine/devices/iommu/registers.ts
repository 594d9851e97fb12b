/**
 * Registers and structures in memory of the IOMMU (RISC-V IOMMU Architecture Specification 1.0): what of them this one has. One level of
 * device directory with base-format contexts, a second stage of Sv39x4, no first stage, no PCIe and no message-signalled interrupts.
 * Data only.
 */
import { bits, type RegisterRow } from '../register.ts';

export * from './faults.ts';
export * from './sizes.ts';

// Registers (chapter 5); those of 8 bytes can be accessed by halves.
export const CAPABILITIES = 0x00;
export const FCTL = 0x08;
export const DDTP = 0x10;
export const CQB = 0x18;
export const CQH = 0x20;
export const CQT = 0x24;
export const FQB = 0x28;
export const FQH = 0x30;
export const FQT = 0x34;
export const CQCSR = 0x48;
export const FQCSR = 0x4c;
export const IPSR = 0x54;

/** Version 1.0 in bits 7:0, Sv39x4 (bit 17), A and D updated (AMO_HWAD, bit 24); the high half: addresses of 56 bits (PAS, 37:32). */
export const CAPABILITIES_LO: number = 0x10 | (1 << 17) | (1 << 24);
export const CAPABILITIES_HI = 56;
/** fctl: interrupts by wire (WSI). */
export const FCTL_WSI = 2;
/** ddtp.iommu_mode: no access at all, or a directory of one level. Others are not taken. */
export const DDTP_OFF = 0;
export const DDTP_1LVL = 2;
/** Of a queue's base: the logarithm of its length, less one. */
export const QUEUE_LOG2_MASK = 0x1f;
/** Entries that a queue may have here: what fits into a page of commands. */
export const MOST_ENTRIES = 256;

/** cqcsr and fqcsr (5.15, 5.16): enable, interrupt enable, memory fault, on; one more each. */
export const QUEUE_ENABLE = 1;
export const QUEUE_INTERRUPT = 2;
export const QUEUE_MEMORY_FAULT: number = 1 << 8;
export const CQ_ILLEGAL: number = 1 << 10;
export const FQ_OVERFLOW: number = 1 << 9;
export const QUEUE_ON: number = 1 << 16;

/** ipsr (5.18): command queue, fault queue. */
export const PENDING_COMMANDS = 1;
export const PENDING_FAULTS = 2;

/** tc (2.1.3.1): valid, no faults reported, A and D of the second stage updated. */
export const TC_VALID = 1;
export const TC_NO_FAULTS: number = 1 << 4;
export const TC_UPDATES: number = 1 << 7;
/** What may be set in tc here; the rest needs what this IOMMU has not (2.1.4). */
export const TC_KNOWN: number = TC_VALID | TC_NO_FAULTS | TC_UPDATES;
/** iohgatp.MODE (2.1.3.2). */
export const MODE_SV39X4 = 8;

// Commands (3.1): opcode in bits 6:0, function in 9:7.
export const COMMAND_SIZE = 16;
export const IOTINVAL_VMA = 1;
export const IOTINVAL_GVMA: number = 1 | (1 << 7);
export const IOFENCE_C = 2;
export const IODIR_INVAL_DDT = 3;
/** Of the low word: the address operand counts. Of the high one: GSCID counts (or, of IODIR, the device). */
export const COMMAND_AV: number = 1 << 10;
export const COMMAND_GV = 2;

// Fault records (3.2).
export const RECORD_SIZE = 32;
/** TTYP: untranslated reads and writes. */
export const UNTRANSLATED_READ = 2;
export const UNTRANSLATED_WRITE = 3;

const QUEUE_FIELDS = [{ name: 'LOG2SZ-1', bit: 0, width: 5 }] as const;

export const IOMMU_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CAPABILITIES, bytes: 8, name: 'capabilities', access: 'r', section: 'IOMMU §5.3' },
    fields: [{ name: 'version', bit: 0, width: 8 }, ...bits(['Sv39x4'], 17), ...bits(['AMO_HWAD'], 24)],
    text: { en: 'what the IOMMU can do', zh: 'IOMMU 的能力' },
  },
  {
    ...{ offset: FCTL, name: 'fctl', access: 'r', section: 'IOMMU §5.4' },
    fields: bits(['BE', 'WSI']),
    text: { en: 'features in use', zh: '启用的特性' },
  },
  {
    ...{ offset: DDTP, bytes: 8, name: 'ddtp', access: 'rw', section: 'IOMMU §5.5' },
    fields: [{ name: 'iommu_mode', bit: 0, width: 4 }],
    text: { en: 'root of the device directory', zh: '设备目录的根' },
  },
  {
    ...{ offset: CQB, bytes: 8, name: 'cqb', access: 'rw', section: 'IOMMU §5.6' },
    fields: QUEUE_FIELDS,
    text: { en: 'where the command queue lies', zh: '命令队列的位置' },
  },
  {
    ...{ offset: CQH, name: 'cqh', access: 'r', section: 'IOMMU §5.7' },
    text: { en: 'the next command to be done', zh: '下一条要执行的命令' },
  },
  {
    ...{ offset: CQT, name: 'cqt', access: 'rw', section: 'IOMMU §5.8' },
    text: { en: 'where the next command will be put', zh: '下一条命令的写入位置' },
  },
  {
    ...{ offset: FQB, bytes: 8, name: 'fqb', access: 'rw', section: 'IOMMU §5.9' },
    fields: QUEUE_FIELDS,
    text: { en: 'where the fault queue lies', zh: '故障队列的位置' },
  },
  {
    ...{ offset: FQH, name: 'fqh', access: 'rw', section: 'IOMMU §5.10' },
    text: { en: 'the next fault to be read', zh: '下一条待读的故障记录' },
  },
  {
    ...{ offset: FQT, name: 'fqt', access: 'r', section: 'IOMMU §5.11' },
    text: { en: 'where the next fault will be put', zh: '下一条故障的写入位置' },
  },
  {
    ...{ offset: CQCSR, name: 'cqcsr', access: 'rw', section: 'IOMMU §5.15' },
    fields: [...bits(['cqen', 'cie']), ...bits(['cqmf', 'cmd_to', 'cmd_ill'], 8), ...bits(['cqon'], 16)],
    text: { en: 'the command queue: on, and what went wrong', zh: '命令队列：启用与出错状态' },
  },
  {
    ...{ offset: FQCSR, name: 'fqcsr', access: 'rw', section: 'IOMMU §5.16' },
    fields: [...bits(['fqen', 'fie']), ...bits(['fqmf', 'fqof'], 8), ...bits(['fqon'], 16)],
    text: { en: 'the fault queue: on, and what went wrong', zh: '故障队列：启用与出错状态' },
  },
  {
    ...{ offset: IPSR, name: 'ipsr', access: 'rw', section: 'IOMMU §5.18' },
    fields: bits(['cip', 'fip']),
    text: { en: 'interrupts that are pending', zh: '待处理的中断' },
  },
];
