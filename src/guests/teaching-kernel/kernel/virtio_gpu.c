/*
 * The virtio graphics adapter, in two dimensions: one picture, which the adapter fills from a process's memory and shows. It is made
 * ready when a process opens the screen, and forgets everything when that ends. virtio 1.2, section 5.7.
 */
#include "virtio.h"
#include "proc.h"

enum { QUEUE_CONTROL = 0, PICTURE = 1, FORMAT_B8G8R8X8 = 2, PATIENCE_SECONDS = 5 };
enum {
  GET_DISPLAY_INFO = 0x100,
  CREATE_2D,
  UNREF,
  SET_SCANOUT,
  FLUSH,
  TRANSFER_TO_HOST_2D,
  ATTACH_BACKING,
  DISPLAY_INFO_ANSWER = 0x1101,
  FIRST_ERROR = 0x1200,
};
enum { MOST_WIDTH = 1920, MOST_HEIGHT = 1200 };
enum { MOST_LISTS = QUEUE_SIZE - 2 }; /* frames of ranges: 6 MiB of pixels, or more where pages lie in a row */

struct rectangle {
  uint32_t x, y, width, height;
};
struct range {
  uint64_t address;
  uint32_t length, padding;
};
enum { RANGES = PAGE_SIZE / sizeof(struct range) };

/* Every request: a header, and then what its type has. Only the longest answer has more than a header. */
static struct {
  uint32_t type, flags;
  uint64_t fence;
  uint32_t context, ring;
  union {
    struct {
      uint32_t picture, format, width, height;
    } create;
    struct {
      uint32_t picture, ranges;
    } attach;
    struct {
      struct rectangle rectangle;
      uint32_t screen, picture;
    } scanout;
    struct {
      struct rectangle rectangle;
      uint32_t picture, padding;
    } flush;
    struct {
      struct rectangle rectangle;
      uint64_t offset;
      uint32_t picture, padding;
    } transfer;
  };
} request;
enum { REQUEST_HEADER = 24 };
static struct {
  uint32_t type, flags;
  uint64_t fence;
  uint32_t context, ring;
  struct {
    struct rectangle rectangle;
    uint32_t enabled, flags;
  } screens[16];
} answer;

static uint64_t device;
static uint32_t device_irq, screen_width, screen_height;
static struct virtqueue control;
static struct range *lists[MOST_LISTS];
static bool done;

void virtio_gpu_found(uint64_t base, uint32_t irq) {
  if (device != 0) return;
  device = base;
  device_irq = irq;
}

bool virtio_gpu_is_there(void) { return device != 0; }

static void poll(void) {
  uint32_t slot, length;
  if (!virtqueue_take(&control, &slot, &length)) return;
  done = true;
  wake(&control);
}

static void interrupt(void) {
  virtio_acknowledge(device);
  poll();
}

/* Sends the request, of so many bytes behind its header and so many lists of ranges, and waits for the answer. */
static int carry_out(uint32_t type, uint32_t bytes, uint32_t lists_behind) {
  request.type = type;
  struct descriptor chain[QUEUE_SIZE];
  uint32_t at = 0;
  chain[at++] = (struct descriptor){physical_of(&request), REQUEST_HEADER + bytes, 0, 0};
  for (uint32_t list = 0; list < lists_behind; list++)
    chain[at++] = (struct descriptor){physical_of(lists[list]), PAGE_SIZE, 0, 0};
  chain[at++] = (struct descriptor){physical_of(&answer), sizeof answer, DESCRIPTOR_DEVICE_WRITES, 0};
  done = false;
  virtqueue_put_chain(&control, chain, at);
  virtqueue_notify(&control);
  uint64_t until = read_time() + PATIENCE_SECONDS * platform.timebase;
  for (poll(); !done;) {
    if (read_time() >= until) return ERROR_TIMEOUT;
    if (!sleep_on(&control, until)) return ERROR_INTERRUPTED;
  }
  return answer.type >= FIRST_ERROR ? ERROR_IO : 0;
}

static void free_lists(void) {
  for (uint32_t list = 0; list < MOST_LISTS; list++) {
    if (lists[list] != NULL) frame_free(lists[list], FRAME_KERNEL);
    lists[list] = NULL;
  }
}

/* Gives the process memory for the pixels, and the adapter their addresses: a range of each page, but one for those in a row. */
static int attach(uint64_t va, uint64_t bytes) {
  uint32_t ranges = 0;
  for (uint64_t at = 0; at < bytes; at += PAGE_SIZE) {
    struct page page;
    int error = vm_map(&this_process()->space, va + at, MAP_ZEROED, &page);
    if (error != 0) return error;
    uint64_t address = page.new_entry >> PTE_FRAME_SHIFT << 12;
    struct range *last = ranges == 0 ? NULL : &lists[(ranges - 1) / RANGES][(ranges - 1) % RANGES];
    if (last != NULL && last->address + last->length == address) {
      last->length += PAGE_SIZE;
      continue;
    }
    if (ranges == MOST_LISTS * RANGES) return ERROR_NO_MEMORY;
    struct range **list = &lists[ranges / RANGES];
    if (*list == NULL && (*list = frame_allocate(FRAME_KERNEL)) == NULL) return ERROR_NO_MEMORY;
    (*list)[ranges++ % RANGES] = (struct range){address, PAGE_SIZE, 0};
  }
  request.attach.picture = PICTURE;
  request.attach.ranges = ranges;
  return carry_out(ATTACH_BACKING, sizeof request.attach, (ranges + RANGES - 1) / RANGES);
}

static int set_up(uint64_t va) {
  int error = carry_out(GET_DISPLAY_INFO, 0, 0);
  if (error != 0) return error;
  screen_width = answer.screens[0].rectangle.width;
  screen_height = answer.screens[0].rectangle.height;
  if (answer.type != DISPLAY_INFO_ANSWER || screen_width == 0 || screen_height == 0) return ERROR_NO_DEVICE;
  if (screen_width > MOST_WIDTH || screen_height > MOST_HEIGHT) return ERROR_NO_DEVICE;
  request.create.picture = PICTURE;
  request.create.format = FORMAT_B8G8R8X8;
  request.create.width = screen_width;
  request.create.height = screen_height;
  error = carry_out(CREATE_2D, sizeof request.create, 0);
  if (error == 0) error = attach(va, 4ul * screen_width * screen_height);
  free_lists();
  if (error != 0) return error;
  request.scanout.rectangle = (struct rectangle){0, 0, screen_width, screen_height};
  request.scanout.screen = 0;
  request.scanout.picture = PICTURE;
  return carry_out(SET_SCANOUT, sizeof request.scanout, 0);
}

int virtio_gpu_open(uint64_t va, uint32_t *width, uint32_t *height) {
  uint32_t features;
  if (!virtio_negotiate(device, 0, &features) || !virtqueue_start(&control, device, QUEUE_CONTROL)) return ERROR_NO_DEVICE;
  plic_enable(device_irq, interrupt);
  virtio_go(device);
  int error = set_up(va);
  *width = screen_width;
  *height = screen_height;
  return error;
}

int virtio_gpu_show(uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  struct rectangle rectangle = {x, y, width, height};
  if (x > screen_width || width > screen_width - x || y > screen_height || height > screen_height - y) return ERROR_INVALID;
  if (width == 0 || height == 0) return 0;
  request.transfer.rectangle = rectangle;
  request.transfer.offset = 4ul * ((uint64_t)y * screen_width + x);
  request.transfer.picture = PICTURE;
  int error = carry_out(TRANSFER_TO_HOST_2D, sizeof request.transfer, 0);
  if (error != 0) return error;
  request.flush.rectangle = rectangle;
  request.flush.picture = PICTURE;
  return carry_out(FLUSH, sizeof request.flush, 0);
}

void virtio_gpu_close(void) {
  if (device == 0) return;
  virtio_reset(device);
  free_lists();
}
