/** What the commands of an IDE disk are, as far as they go to its medium. */
import type { DriveOp } from '../disk/drive.ts';
import * as reg from './registers.ts';

export const OPS: Readonly<Record<number, DriveOp>> = {
  [reg.READ_SECTORS]: 'read',
  [reg.READ_MULTIPLE]: 'read',
  [reg.READ_DMA]: 'read',
  [reg.WRITE_SECTORS]: 'write',
  [reg.WRITE_MULTIPLE]: 'write',
  [reg.WRITE_DMA]: 'write',
  [reg.FLUSH_CACHE]: 'flush',
};
