/**
 * Queue, features, requests and configuration space of the disk (virtio 1.2, §5.2). Data only.
 */
export const DEVICE_ID = 2;

export const REQUEST_QUEUE = 0;
export const QUEUE_SIZE = 128;

/** Largest segment, and number of segments, are in the configuration space. */
export const F_SIZE_MAX: number = 1 << 1;
export const F_SEG_MAX: number = 1 << 2;
export const F_READ_ONLY: number = 1 << 5;
export const F_FLUSH: number = 1 << 9;

/** Configuration space. */
export const CONFIG_CAPACITY = 0;
export const CONFIG_SIZE_MAX = 8;
export const CONFIG_SEG_MAX = 12;
export const CONFIG_SIZE = 24;

/** Request header: type, reserved word, sector; then data; the last writable byte is the status. */
export const HEADER_SIZE = 16;
export const SECTOR_SIZE = 512;

/** Types of request. */
export const T_IN = 0;
export const T_OUT = 1;
export const T_FLUSH = 4;
export const T_GET_ID = 8;

export const S_OK = 0;
export const S_IOERR = 1;
export const S_UNSUPPORTED = 2;

/** Bytes that GET_ID returns. */
export const ID_SIZE = 20;
