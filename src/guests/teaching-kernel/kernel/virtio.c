/*
 * virtio over MMIO: finding devices, agreeing with them, and moving buffers through virtqueues. See virtio.h.
 */
#include "virtio.h"

static const uint32_t MAGIC = 0x74726976;

/* What is in a slot: its device ID, 0 for nothing that could be used. */
static uint32_t device_in(struct device_slot slot) {
  if (slot.base >= GIGAPAGE_SIZE) return 0; /* not mapped: memlayout.h */
  if (virtio_read(slot.base, VIRTIO_MAGIC) != MAGIC || virtio_read(slot.base, VIRTIO_VERSION) != 2) return 0;
  return virtio_read(slot.base, VIRTIO_DEVICE_ID);
}

void virtio_start(void) {
  bool console = false, balloon = false;
  for (uint32_t i = 0; i < platform.virtio_slots; i++) {
    struct device_slot slot = platform.virtio[i];
    uint32_t id = device_in(slot), number;
    /* The first is the console; another may be the agent's port. */
    if (id == DEVICE_CONSOLE && console) virtio_agent_start(slot.base, slot.irq);
    if (id == DEVICE_CONSOLE && !console) console = virtio_console_start(slot.base, slot.irq);
    if (id == DEVICE_NETWORK) virtio_net_start(slot.base, slot.irq, true, &number);
    if (id == DEVICE_BALLOON && !balloon) balloon = virtio_balloon_start(slot.base, slot.irq);
    if (id == DEVICE_BLOCK) virtio_block_start(slot.base, slot.irq, &number);
    if (id == DEVICE_GPU) virtio_gpu_found(slot.base, slot.irq);
    if (id == DEVICE_INPUT) virtio_input_found(slot.base, slot.irq);
  }
}

static void set_name(char name[NAME_LENGTH], const char *sort, uint32_t number) {
  copy_text(name, sort, NAME_LENGTH);
  size_t end = strlen(name);
  name[end] = (char)('0' + number % 10), name[end + 1] = 0;
}

/* MMIO has no way to tell of a device that comes or goes: whoever knows says which slot is meant. Disks and cards do. */
int virtio_slot_changed(uint64_t base, enum slot_change change, char name[NAME_LENGTH]) {
  name[0] = 0;
  for (uint32_t i = 0; i < platform.virtio_slots; i++) {
    struct device_slot slot = platform.virtio[i];
    uint32_t number = 0;
    if (slot.base != base) continue;
    uint32_t id = device_in(slot);
    bool is_disk = id == DEVICE_BLOCK, force = change == SLOT_TO_EMPTY_BY_FORCE;
    /* What no driver has may go. */
    if (!is_disk && id != DEVICE_NETWORK) return change == SLOT_FILLED ? ERROR_NO_DEVICE : 0;
    if (change == SLOT_FILLED) {
      bool started = is_disk ? virtio_block_start(slot.base, slot.irq, &number)
                             : virtio_net_start(slot.base, slot.irq, false, &number);
      if (!started) return ERROR_NO_MEMORY;
    } else {
      int error = is_disk ? virtio_block_stop(slot.base, force, &number) : virtio_net_stop(slot.base, force, &number);
      if (error != 0) return error;
    }
    set_name(name, is_disk ? "disk " : "eth", number);
    return 0;
  }
  return ERROR_NOT_FOUND;
}

static void add_status(uint64_t base, uint32_t bit) {
  virtio_write(base, VIRTIO_STATUS, virtio_read(base, VIRTIO_STATUS) | bit);
}

bool virtio_negotiate(uint64_t base, uint32_t wanted, uint32_t *agreed) {
  virtio_write(base, VIRTIO_STATUS, 0);
  add_status(base, STATUS_ACKNOWLEDGE);
  add_status(base, STATUS_DRIVER);
  virtio_write(base, VIRTIO_DEVICE_FEATURES_SELECT, 0);
  *agreed = virtio_read(base, VIRTIO_DEVICE_FEATURES) & wanted;
  virtio_write(base, VIRTIO_DRIVER_FEATURES_SELECT, 0);
  virtio_write(base, VIRTIO_DRIVER_FEATURES, *agreed);
  virtio_write(base, VIRTIO_DRIVER_FEATURES_SELECT, 1);
  virtio_write(base, VIRTIO_DRIVER_FEATURES, 1); /* bit 32: VIRTIO_F_VERSION_1 */
  add_status(base, STATUS_FEATURES_OK);
  if (virtio_read(base, VIRTIO_STATUS) & STATUS_FEATURES_OK) return true;
  add_status(base, STATUS_FAILED);
  print("virtio device at 0x%lx refuses VERSION_1\n", base);
  return false;
}

static void write_address(uint64_t base, uint32_t offset, const void *pointer) {
  uint64_t physical = physical_of(pointer);
  virtio_write(base, offset, (uint32_t)physical);
  virtio_write(base, offset + 4, (uint32_t)(physical >> 32));
}

bool virtqueue_start(struct virtqueue *queue, uint64_t base, uint32_t number) {
  *queue = (struct virtqueue){.base = base, .number = number};
  virtio_write(base, VIRTIO_QUEUE_SELECT, number);
  if (virtio_read(base, VIRTIO_QUEUE_SIZE_MAX) < QUEUE_SIZE) {
    add_status(base, STATUS_FAILED);
    print("virtio device at 0x%lx has no room in queue %u\n", base, number);
    return false;
  }
  virtio_write(base, VIRTIO_QUEUE_SIZE, QUEUE_SIZE);
  write_address(base, VIRTIO_QUEUE_DESCRIPTORS, queue->descriptors);
  write_address(base, VIRTIO_QUEUE_AVAILABLE, &queue->available);
  write_address(base, VIRTIO_QUEUE_USED, &queue->used);
  virtio_write(base, VIRTIO_QUEUE_READY, 1);
  return true;
}

void virtio_go(uint64_t base) { add_status(base, STATUS_DRIVER_OK); }

void virtio_reset(uint64_t base) { virtio_write(base, VIRTIO_STATUS, 0); }

void virtio_acknowledge(uint64_t base) {
  virtio_write(base, VIRTIO_INTERRUPT_ACK, virtio_read(base, VIRTIO_INTERRUPT_STATUS));
}

/* Makes what begins with a descriptor available. */
static void offer(struct virtqueue *queue, uint32_t slot) {
  queue->available.ring[queue->available.index % QUEUE_SIZE] = (uint16_t)slot;
  fence_all(); /* the device sees the entry before it sees the counter */
  *(volatile uint16_t *)&queue->available.index = (uint16_t)(queue->available.index + 1);
}

static void put(struct virtqueue *queue, uint32_t slot, const void *buffer, uint32_t length, uint16_t flags) {
  queue->descriptors[slot] = (struct descriptor){physical_of(buffer), length, flags, 0};
  offer(queue, slot);
}

void virtqueue_put(struct virtqueue *queue, uint32_t slot, const void *buffer, uint32_t length, bool device_writes) {
  put(queue, slot, buffer, length, device_writes ? DESCRIPTOR_DEVICE_WRITES : 0);
}

void virtqueue_put_table(struct virtqueue *queue, uint32_t slot, const struct descriptor *table, uint32_t length) {
  put(queue, slot, table, length, DESCRIPTOR_INDIRECT);
}

void virtqueue_put_chain(struct virtqueue *queue, const struct descriptor *chain, uint32_t count) {
  for (uint32_t slot = 0; slot < count; slot++) {
    queue->descriptors[slot] = chain[slot];
    if (slot + 1 == count) continue;
    queue->descriptors[slot].flags |= DESCRIPTOR_NEXT;
    queue->descriptors[slot].next = (uint16_t)(slot + 1);
  }
  offer(queue, 0);
}

void virtqueue_notify(struct virtqueue *queue) {
  fence_all();
  virtio_write(queue->base, VIRTIO_QUEUE_NOTIFY, queue->number);
}

bool virtqueue_take(struct virtqueue *queue, uint32_t *slot, uint32_t *length) {
  if (*(volatile uint16_t *)&queue->used.index == queue->seen) return false;
  fence_all(); /* the counter is read before the entry */
  *slot = queue->used.ring[queue->seen % QUEUE_SIZE].slot % QUEUE_SIZE;
  *length = queue->used.ring[queue->seen % QUEUE_SIZE].length;
  queue->seen++;
  return true;
}
