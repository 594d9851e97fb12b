/*
 * virtio over MMIO, version 2, with split virtqueues: what all drivers share.
 *
 * A virtqueue is three arrays in memory that driver and device both see:
 *
 *   descriptors   [address, length, flags] of a buffer
 *   available     ring of descriptor numbers that the driver offers, with a counter    driver -> device
 *   used          ring of descriptor numbers that the device is done with, and lengths device -> driver
 *
 * Here each buffer is one descriptor and keeps its number, its slot, for ever; or one chain is all that a queue holds.
 */
#pragma once

#include "defs.h"

/* Registers, virtio 1.2, section 4.2.2 */
enum {
  VIRTIO_MAGIC = 0x000,      /* "virt" */
  VIRTIO_VERSION = 0x004,    /* 2 */
  VIRTIO_DEVICE_ID = 0x008,  /* 0: the slot is empty */
  VIRTIO_DEVICE_FEATURES = 0x010,
  VIRTIO_DEVICE_FEATURES_SELECT = 0x014,
  VIRTIO_DRIVER_FEATURES = 0x020,
  VIRTIO_DRIVER_FEATURES_SELECT = 0x024,
  VIRTIO_QUEUE_SELECT = 0x030,
  VIRTIO_QUEUE_SIZE_MAX = 0x034,
  VIRTIO_QUEUE_SIZE = 0x038,
  VIRTIO_QUEUE_READY = 0x044,
  VIRTIO_QUEUE_NOTIFY = 0x050,
  VIRTIO_INTERRUPT_STATUS = 0x060,
  VIRTIO_INTERRUPT_ACK = 0x064,
  VIRTIO_STATUS = 0x070,
  VIRTIO_QUEUE_DESCRIPTORS = 0x080,
  VIRTIO_QUEUE_AVAILABLE = 0x090,
  VIRTIO_QUEUE_USED = 0x0a0,
  VIRTIO_CONFIG = 0x100,
};

/* Bits of VIRTIO_STATUS, in the order in which a driver sets them */
enum { STATUS_ACKNOWLEDGE = 1, STATUS_DRIVER = 2, STATUS_FEATURES_OK = 8, STATUS_DRIVER_OK = 4, STATUS_FAILED = 128 };

enum { DEVICE_NETWORK = 1, DEVICE_BLOCK = 2, DEVICE_CONSOLE = 3, DEVICE_BALLOON = 5, DEVICE_GPU = 16, DEVICE_INPUT = 18 };
enum { QUEUE_SIZE = 8 };
enum { DESCRIPTOR_NEXT = 1, DESCRIPTOR_DEVICE_WRITES = 2, DESCRIPTOR_INDIRECT = 4 };

struct descriptor {
  uint64_t address;
  uint32_t length;
  uint16_t flags, next;
};

struct virtqueue {
  struct descriptor descriptors[QUEUE_SIZE] __attribute__((aligned(16)));
  struct {
    uint16_t flags, index, ring[QUEUE_SIZE];
  } available;
  struct {
    uint16_t flags, index;
    struct {
      uint32_t slot, length;
    } ring[QUEUE_SIZE];
  } used __attribute__((aligned(4)));
  /* The driver's own: */
  uint64_t base;
  uint32_t number;
  uint16_t seen; /* used entries taken so far */
};

static inline uint32_t virtio_read(uint64_t base, uint32_t offset) {
  return *(volatile uint32_t *)at_physical(base + offset);
}
static inline void virtio_write(uint64_t base, uint32_t offset, uint32_t value) {
  *(volatile uint32_t *)at_physical(base + offset) = value;
}

/* Resets the device and agrees on VERSION_1 and those of `wanted` (low 32 bits) that it has; false if it refuses. */
bool virtio_negotiate(uint64_t base, uint32_t wanted, uint32_t *agreed);
bool virtqueue_start(struct virtqueue *queue, uint64_t base, uint32_t number);
void virtio_go(uint64_t base);
/* The device forgets everything, and touches no memory from then on. */
void virtio_reset(uint64_t base);
/* Acknowledges an interrupt of the device. */
void virtio_acknowledge(uint64_t base);

/* Offers a buffer to the device; virtqueue_notify tells it. */
void virtqueue_put(struct virtqueue *queue, uint32_t slot, const void *buffer, uint32_t length, bool device_writes);
/* Offers what a table of descriptors names, as one buffer. */
void virtqueue_put_table(struct virtqueue *queue, uint32_t slot, const struct descriptor *table, uint32_t length);
/* Offers a chain of descriptors as one buffer, of slot 0; the queue holds nothing else. */
void virtqueue_put_chain(struct virtqueue *queue, const struct descriptor *chain, uint32_t count);
void virtqueue_notify(struct virtqueue *queue);
/* The next buffer that the device is done with; false if there is none. */
bool virtqueue_take(struct virtqueue *queue, uint32_t *slot, uint32_t *length);
