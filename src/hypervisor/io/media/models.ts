/** The table of disk models: what a host's physical disks can be. */
import { FLASH } from './flash.ts';
import { FLAT } from './flat.ts';
import { HARD_DISK } from './hard-disk.ts';
import type { DiskModelKind } from './model.ts';

export const DISK_MODELS: readonly DiskModelKind[] = [FLAT, HARD_DISK, FLASH];
