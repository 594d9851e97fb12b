/*
 * The virtio disk: a request is a table of three descriptors (header, data, status) that one descriptor of the queue names, so
 * that as many are in flight as the queue has. There may be several. virtio 1.2, section 5.2.
 */
#include "virtio.h"
#include "disk.h"

enum { QUEUE_REQUESTS = 0 };
enum { FEATURE_INDIRECT = 1 << 28 };
enum { CONFIG_CAPACITY = VIRTIO_CONFIG };
enum { REQUEST_IN = 0, REQUEST_OUT = 1, SERVED = 0, UNSERVED = 0xff };
enum { SECTORS = PAGE_SIZE / 512 };

struct block {
  struct disk disk; /* first: a disk of ours is one of these */
  struct virtqueue queue;
  uint64_t device;  /* 0: no disk */
  struct request {
    struct descriptor table[3];
    struct {
      uint32_t type, reserved;
      uint64_t sector;
    } header;
    volatile uint8_t status;
  } requests[DISK_SLOTS];
};
static struct block blocks[DISKS];

static void start(struct disk *self, uint32_t slot, bool write, uint64_t block) {
  struct block *of = (struct block *)self;
  struct request *request = &of->requests[slot];
  request->header.type = write ? REQUEST_OUT : REQUEST_IN;
  request->header.sector = block * SECTORS;
  request->status = UNSERVED;
  uint16_t data = write ? DESCRIPTOR_NEXT : DESCRIPTOR_NEXT | DESCRIPTOR_DEVICE_WRITES;
  request->table[0] = (struct descriptor){physical_of(&request->header), sizeof request->header, DESCRIPTOR_NEXT, 1};
  request->table[1] = (struct descriptor){physical_of(self->buffer[slot]), PAGE_SIZE, data, 2};
  request->table[2] =
      (struct descriptor){physical_of((const void *)&request->status), 1, DESCRIPTOR_DEVICE_WRITES, 0};
  virtqueue_put_table(&of->queue, slot, request->table, sizeof request->table);
}

static void go(struct disk *self) { virtqueue_notify(&((struct block *)self)->queue); }

/* One of them: it costs little to ask all. */
static void interrupt(void) {
  uint32_t slot, length;
  for (struct block *of = blocks; of < blocks + DISKS; of++) {
    if (of->device == 0) continue;
    virtio_acknowledge(of->device);
    for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&of->queue, &slot, &length); i++)
      disk_done(&of->disk, slot, of->requests[slot].status == SERVED);
  }
}

/* The one whose registers lie there; with 0 one that is free. */
static struct block *block_at(uint64_t device) {
  for (struct block *of = blocks; of < blocks + DISKS; of++)
    if (of->device == device) return of;
  return NULL;
}

bool virtio_block_start(uint64_t base, uint32_t irq, uint32_t *number) {
  uint32_t features;
  struct block *of = block_at(0);
  if (of == NULL || block_at(base) != NULL) return false;
  if (!virtio_negotiate(base, FEATURE_INDIRECT, &features)) return false;
  if (!(features & FEATURE_INDIRECT) || !virtqueue_start(&of->queue, base, QUEUE_REQUESTS)) return false;
  uint64_t sectors = virtio_read(base, CONFIG_CAPACITY) | (uint64_t)virtio_read(base, CONFIG_CAPACITY + 4) << 32;
  of->disk = (struct disk){.way = "virtio", .blocks = sectors / SECTORS, .slots = DISK_SLOTS, .start = start, .go = go};
  if (!disk_add(&of->disk)) return virtio_reset(base), false;
  of->device = base;
  *number = disk_number(&of->disk);
  plic_enable(irq, interrupt);
  virtio_go(base);
  return true;
}

/* Lets go of a disk, whose slot may be emptied then. */
int virtio_block_stop(uint64_t base, bool force, uint32_t *number) {
  struct block *of = block_at(base);
  if (of == NULL) return ERROR_NOT_FOUND;
  if (of->disk.works && !force) return ERROR_BUSY;
  *number = disk_number(&of->disk);
  virtio_reset(base);
  disk_remove(&of->disk);
  of->device = 0;
  return 0;
}
