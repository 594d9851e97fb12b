/*
 * The virtio disk: a request is a table of three descriptors (header, data, status) that one descriptor of the queue names, so
 * that as many are in flight as the queue has. virtio 1.2, section 5.2.
 */
#include "virtio.h"
#include "disk.h"

enum { QUEUE_REQUESTS = 0 };
enum { FEATURE_INDIRECT = 1 << 28 };
enum { CONFIG_CAPACITY = VIRTIO_CONFIG };
enum { REQUEST_IN = 0, REQUEST_OUT = 1, SERVED = 0, UNSERVED = 0xff };
enum { SECTORS = PAGE_SIZE / 512 };

static struct request {
  struct descriptor table[3];
  struct {
    uint32_t type, reserved;
    uint64_t sector;
  } header;
  volatile uint8_t status;
} requests[DISK_SLOTS];
static struct virtqueue queue;
static struct disk disk;
static uint64_t device;

static void start(struct disk *self, uint32_t slot, bool write, uint64_t block) {
  struct request *request = &requests[slot];
  request->header.type = write ? REQUEST_OUT : REQUEST_IN;
  request->header.sector = block * SECTORS;
  request->status = UNSERVED;
  uint16_t data = write ? DESCRIPTOR_NEXT : DESCRIPTOR_NEXT | DESCRIPTOR_DEVICE_WRITES;
  request->table[0] = (struct descriptor){physical_of(&request->header), sizeof request->header, DESCRIPTOR_NEXT, 1};
  request->table[1] = (struct descriptor){physical_of(self->buffer[slot]), PAGE_SIZE, data, 2};
  request->table[2] =
      (struct descriptor){physical_of((const void *)&request->status), 1, DESCRIPTOR_DEVICE_WRITES, 0};
  virtqueue_put_table(&queue, slot, request->table, sizeof request->table);
}

static void go(struct disk *self) {
  (void)self;
  virtqueue_notify(&queue);
}

static void interrupt(void) {
  uint32_t slot, length;
  virtio_acknowledge(device);
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&queue, &slot, &length); i++)
    disk_done(&disk, slot, requests[slot].status == SERVED);
}

bool virtio_block_start(uint64_t base, uint32_t irq) {
  uint32_t features;
  device = base;
  if (!virtio_negotiate(base, FEATURE_INDIRECT, &features)) return false;
  if (!(features & FEATURE_INDIRECT) || !virtqueue_start(&queue, base, QUEUE_REQUESTS)) return false;
  uint64_t sectors = virtio_read(base, CONFIG_CAPACITY) | (uint64_t)virtio_read(base, CONFIG_CAPACITY + 4) << 32;
  disk = (struct disk){.way = "virtio", .blocks = sectors / SECTORS, .slots = DISK_SLOTS, .start = start, .go = go};
  if (!disk_add(&disk)) return false;
  plic_enable(irq, interrupt);
  virtio_go(base);
  return true;
}
