/**
 * What becomes of a request that its disk cannot serve, as QEMU's `rerror` and `werror` say it: the guest is told, or its VM stops and the
 * request is tried again when that goes on. Names are `diskErrors.<id>`.
 */
export const READ_ERROR_POLICIES = ['report', 'stop'] as const;
export type ReadErrorPolicy = (typeof READ_ERROR_POLICIES)[number];

/** `enospc`: the VM stops where there is no more room, and the guest is told of everything else. */
export const WRITE_ERROR_POLICIES = ['report', 'stop', 'enospc'] as const;
export type WriteErrorPolicy = (typeof WRITE_ERROR_POLICIES)[number];

export const USUAL_READ_ERRORS: ReadErrorPolicy = 'report';
export const USUAL_WRITE_ERRORS: WriteErrorPolicy = 'enospc';

/** What of a part of a disk fails. */
export const DISK_FAULTS = ['reads', 'writes', 'both'] as const;
export type DiskFault = (typeof DISK_FAULTS)[number];

/** Why what was written could not be kept: no more room, or no place any more. */
export const FLUSH_REFUSALS = ['full', 'unavailable'] as const;
export type FlushRefusal = (typeof FLUSH_REFUSALS)[number];
