/**
 * The entropy device's one queue (virtio 1.2, §5.4). Data only.
 */
export const DEVICE_ID = 4;
export const REQUEST_QUEUE = 0;
export const QUEUE_SIZE = 8;
