/**
 * Queues, features and configuration space of the console (virtio 1.2, §5.3). Data only.
 */
export const DEVICE_ID = 3;

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
export const QUEUE_SIZE = 64;

/** The configuration space holds the size of the terminal. */
export const F_SIZE: number = 1 << 0;
