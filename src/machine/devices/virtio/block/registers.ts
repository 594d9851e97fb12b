/**
 * Queues, features, requests and configuration space of the disk (virtio 1.2, §5.2). Data only.
 */
import type { RegisterRow } from '../../register.ts';

export const DEVICE_ID = 2;

/** Entries of each queue. */
export const QUEUE_SIZE = 128;

/** Largest segment, and number of segments, are in the configuration space. */
export const F_SIZE_MAX: number = 1 << 1;
export const F_SEG_MAX: number = 1 << 2;
export const F_READ_ONLY: number = 1 << 5;
export const F_BLK_SIZE: number = 1 << 6;
export const F_FLUSH: number = 1 << 9;
export const F_TOPOLOGY: number = 1 << 10;
/** Several queues: how many is in the configuration space. */
export const F_MQ: number = 1 << 12;
export const F_DISCARD: number = 1 << 13;
export const F_WRITE_ZEROES: number = 1 << 14;

/** Configuration space (§5.2.4). */
export const CONFIG_CAPACITY = 0;
export const CONFIG_SIZE_MAX = 8;
export const CONFIG_SEG_MAX = 12;
export const CONFIG_BLK_SIZE = 20;
/** Topology: logical blocks in a physical one, as a power of two; the best size of a request, in blocks. */
export const CONFIG_PHYSICAL_BLOCK_EXPONENT = 24;
export const CONFIG_OPTIMAL_IO_SIZE = 28;
export const CONFIG_NUM_QUEUES = 34;
export const CONFIG_MAX_DISCARD_SECTORS = 36;
export const CONFIG_MAX_DISCARD_SEG = 40;
export const CONFIG_DISCARD_ALIGNMENT = 44;
export const CONFIG_MAX_WRITE_ZEROES_SECTORS = 48;
export const CONFIG_MAX_WRITE_ZEROES_SEG = 52;
export const CONFIG_WRITE_ZEROES_MAY_UNMAP = 56;
export const CONFIG_SIZE = 60;

/** Request header: type, reserved word, sector; then data; the last writable byte is the status. */
export const HEADER_SIZE = 16;
export const SECTOR_SIZE = 512;

/** Types of request. */
export const T_IN = 0;
export const T_OUT = 1;
export const T_FLUSH = 4;
export const T_GET_ID = 8;
export const T_DISCARD = 11;
export const T_WRITE_ZEROES = 13;

/** Data of a discard or a write of zeros: sector, number of sectors, flags. */
export const RANGE_SIZE = 16;
/** A write of zeros may give the range's backing up; all other flags are reserved. */
export const RANGE_UNMAP = 1;

export const S_OK = 0;
export const S_IOERR = 1;
export const S_UNSUPPORTED = 2;

/** Bytes that GET_ID returns. */
export const ID_SIZE = 20;

/** The configuration space, field by field. */
export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_CAPACITY, bytes: 8, name: 'capacity', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'size in sectors of 512 bytes', zh: '以 512 字节扇区计的大小' },
  },
  {
    ...{ offset: CONFIG_SIZE_MAX, name: 'size_max', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'longest segment of a request', zh: '请求中最长的段' },
  },
  {
    ...{ offset: CONFIG_SEG_MAX, name: 'seg_max', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'most segments of a request', zh: '请求的最多段数' },
  },
  {
    ...{ offset: CONFIG_BLK_SIZE, name: 'blk_size', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'size of a logical block', zh: '逻辑块大小' },
  },
  {
    ...{
      offset: CONFIG_PHYSICAL_BLOCK_EXPONENT,
      bytes: 1,
      name: 'physical_block_exp',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'logical blocks in a physical one, as a power of two', zh: '物理块含逻辑块数，2 的幂' },
  },
  {
    ...{ offset: CONFIG_OPTIMAL_IO_SIZE, name: 'opt_io_size', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'best size of a request, in blocks', zh: '请求的最佳大小，以块计' },
  },
  {
    ...{ offset: CONFIG_NUM_QUEUES, bytes: 2, name: 'num_queues', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'queues for requests', zh: '请求队列数' },
  },
  {
    ...{
      offset: CONFIG_MAX_DISCARD_SECTORS,
      name: 'max_discard_sectors',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'most sectors of a discard', zh: '一次丢弃的最多扇区数' },
  },
  {
    ...{ offset: CONFIG_MAX_DISCARD_SEG, name: 'max_discard_seg', access: 'r', section: 'virtio 1.2 §5.2.4' },
    text: { en: 'most ranges of a discard', zh: '一次丢弃的最多区段数' },
  },
  {
    ...{
      offset: CONFIG_DISCARD_ALIGNMENT,
      name: 'discard_sector_alignment',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'alignment of discards, in sectors', zh: '丢弃的对齐，以扇区计' },
  },
  {
    ...{
      offset: CONFIG_MAX_WRITE_ZEROES_SECTORS,
      name: 'max_write_zeroes_sectors',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'most sectors of a write of zeros', zh: '一次写零的最多扇区数' },
  },
  {
    ...{
      offset: CONFIG_MAX_WRITE_ZEROES_SEG,
      name: 'max_write_zeroes_seg',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'most ranges of a write of zeros', zh: '一次写零的最多区段数' },
  },
  {
    ...{
      offset: CONFIG_WRITE_ZEROES_MAY_UNMAP,
      bytes: 1,
      name: 'write_zeroes_may_unmap',
      access: 'r',
      section: 'virtio 1.2 §5.2.4',
    },
    text: { en: 'a write of zeros may give the backing up', zh: '写零时可释放底层存储' },
  },
];
