/** When what backs the content of a disk is made: each part when it is first written, or all of it with the disk. Data only. */
export const DISK_ALLOCATIONS = ['on-demand', 'fixed'] as const;
export type DiskAllocation = (typeof DISK_ALLOCATIONS)[number];
