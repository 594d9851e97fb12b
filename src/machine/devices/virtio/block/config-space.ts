/** The configuration space of a disk, as bytes (virtio 1.2, §5.2.4). */
import * as reg from './registers.ts';
import { RANGE_LIMIT, SEG_MAX, SIZE_MAX } from './request.ts';

/** Physical blocks are pages. */
const PHYSICAL_BLOCK_EXPONENT = 3;
/** The best size of a request: 128 KiB. */
const OPTIMAL_BLOCKS = 256;

export function configSpace(sizeBytes: number, queues: number): Uint8Array {
  const config = new Uint8Array(reg.CONFIG_SIZE);
  const view = new DataView(config.buffer);
  const word = (at: number, value: number): void => view.setUint32(at, value, true);
  const sectors = Math.floor(sizeBytes / reg.SECTOR_SIZE);
  word(reg.CONFIG_CAPACITY, sectors % 0x1_0000_0000);
  word(reg.CONFIG_CAPACITY + 4, Math.floor(sectors / 0x1_0000_0000));
  word(reg.CONFIG_SIZE_MAX, SIZE_MAX);
  word(reg.CONFIG_SEG_MAX, SEG_MAX);
  word(reg.CONFIG_BLK_SIZE, reg.SECTOR_SIZE);
  view.setUint8(reg.CONFIG_PHYSICAL_BLOCK_EXPONENT, PHYSICAL_BLOCK_EXPONENT);
  word(reg.CONFIG_OPTIMAL_IO_SIZE, OPTIMAL_BLOCKS);
  view.setUint16(reg.CONFIG_NUM_QUEUES, queues, true);
  word(reg.CONFIG_MAX_DISCARD_SECTORS, RANGE_LIMIT / reg.SECTOR_SIZE);
  word(reg.CONFIG_MAX_DISCARD_SEG, 1);
  word(reg.CONFIG_DISCARD_ALIGNMENT, 2 ** PHYSICAL_BLOCK_EXPONENT);
  word(reg.CONFIG_MAX_WRITE_ZEROES_SECTORS, RANGE_LIMIT / reg.SECTOR_SIZE);
  word(reg.CONFIG_MAX_WRITE_ZEROES_SEG, 1);
  view.setUint8(reg.CONFIG_WRITE_ZEROES_MAY_UNMAP, 1);
  return config;
}
