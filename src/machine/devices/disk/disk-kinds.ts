/** The table of what the content of disks can lie in. */
import type { DiskKind } from './disk.ts';
import { LAYERED_DISK_KIND } from './layers/layered-disk.ts';
import { MEMORY_DISK_KIND } from './memory-disk.ts';

export const DISK_KINDS: readonly DiskKind[] = [MEMORY_DISK_KIND, LAYERED_DISK_KIND];
