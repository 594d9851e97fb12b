/*
 * The memory balloon: frames that the host wants are taken out of use and named to it, and come back when it wants fewer.
 * virtio 1.2, section 5.5. What is in the balloon is never touched: the host has taken it away.
 */
#include "virtio.h"

enum { QUEUE_INFLATE = 0, QUEUE_DEFLATE = 1, QUEUE_STATISTICS = 2 };
enum { FEATURE_STATISTICS = 1 << 1 };
enum { CONFIG_WANTED = VIRTIO_CONFIG, CONFIG_GIVEN = VIRTIO_CONFIG + 4 };
enum { BATCH = 256 };     /* frames named to the device at a time */
enum { RESERVE = 64 };    /* frames that the kernel keeps for itself, whatever the host wants */
enum { STATISTIC_FREE = 4, STATISTIC_TOTAL = 5, STATISTIC_AVAILABLE = 6, STATISTICS = 3 };

static uint64_t device;
static struct virtqueue inflate, deflate, statistics;
static bool busy, tells, refuses;
static uint32_t numbers[BATCH], batch; /* what the device is looking at */
static uint64_t given;                 /* frames in the balloon */
static struct __attribute__((packed)) {
  uint16_t tag;
  uint64_t value;
} figures[STATISTICS];

static void name_frames(struct virtqueue *queue, uint32_t count) {
  batch = count;
  busy = true;
  virtqueue_put(queue, 0, numbers, count * sizeof numbers[0], false);
  virtqueue_notify(queue);
}

/* One step nearer to what the host wants; the next follows when the device has done it. */
static void step(void) {
  if (busy || refuses) return;
  uint64_t wanted = virtio_read(device, CONFIG_WANTED);
  uint32_t count = 0;
  if (given < wanted) {
    while (count < BATCH && given + count < wanted && frame_lend(RESERVE, &numbers[count])) count++;
    if (count > 0) name_frames(&inflate, count);
  } else if (given > wanted) {
    while (count < BATCH && given - count > wanted) numbers[count++] = frame_lent();
    name_frames(&deflate, count);
  }
}

static void poll(void) {
  uint32_t slot, length;
  if (busy && virtqueue_take(&inflate, &slot, &length)) {
    busy = false;
    given += batch;
  }
  if (busy && virtqueue_take(&deflate, &slot, &length)) {
    busy = false;
    given -= batch;
    for (uint32_t i = 0; i < batch; i++) frame_returned(numbers[i]);
  }
  virtio_write(device, CONFIG_GIVEN, (uint32_t)given);
  step();
}

static void tell(void) {
  struct memory_info memory;
  frames_info(&memory);
  figures[0].tag = STATISTIC_FREE, figures[0].value = memory.free_kib * 1024;
  figures[1].tag = STATISTIC_TOTAL, figures[1].value = (memory.total_kib - memory.lent_kib) * 1024;
  figures[2].tag = STATISTIC_AVAILABLE, figures[2].value = memory.free_kib * 1024;
  virtqueue_put(&statistics, 0, figures, sizeof figures, false);
  virtqueue_notify(&statistics);
}

/* The host wants another number of frames, has done a batch, or wants to hear figures. */
static void interrupt(void) {
  uint32_t slot, length;
  virtio_acknowledge(device);
  poll();
  if (tells && virtqueue_take(&statistics, &slot, &length)) tell();
}

bool virtio_balloon_start(uint64_t base, uint32_t irq) {
  uint32_t features;
  device = base;
  if (!virtio_negotiate(base, FEATURE_STATISTICS, &features)) return false;
  tells = (features & FEATURE_STATISTICS) != 0;
  if (!virtqueue_start(&inflate, base, QUEUE_INFLATE) || !virtqueue_start(&deflate, base, QUEUE_DEFLATE)) return false;
  if (tells && !virtqueue_start(&statistics, base, QUEUE_STATISTICS)) return false;
  plic_enable(irq, interrupt);
  virtio_go(base);
  if (tells) tell();
  step();
  return true;
}

void virtio_balloon_information(enum balloon_mode mode, struct balloon_info *info) {
  if (mode != BALLOON_LOOK) refuses = mode == BALLOON_REFUSE;
  *info = (struct balloon_info){.present = device != 0, .given = given, .refuses = refuses};
  if (device == 0) return;
  info->wanted = virtio_read(device, CONFIG_WANTED);
  step();
}
