/*
 * Physical memory, a frame of 4 KiB at a time.
 *
 * Frames that have never been used lie in one run, [next_untouched, end); freed ones form a list, linked through their
 * first words, and are handed out first. So a machine touches no more memory than it needs, and a hypervisor
 * that gives memory on demand has to give no more.
 *
 * Frames may be lent to the host (virtio_balloon.c). Nothing may be written to those, so their numbers lie in lists of their
 * own, of blocks: frames that are lent, and frames that came back and nobody has touched since.
 */
#include "defs.h"

static uint64_t first_frame, next_untouched, memory_end;
static uint64_t free_list; /* physical address of the first, 0 at the end */
static uint64_t listed;    /* frames in the list */
static uint64_t used[FRAME_USES];

enum { NUMBERS = PAGE_SIZE / sizeof(uint32_t) - 4 };
struct block {
  struct block *next;
  uint64_t count;
  uint32_t numbers[NUMBERS];
};
struct list {
  struct block *first;
  uint64_t count;
};
static struct list lent, returned;

/* Room for one more number; false when there is no frame for a block. */
static bool list_grow(struct list *list) {
  if (list->first != NULL && list->first->count < NUMBERS) return true;
  struct block *block = frame_allocate(FRAME_KERNEL);
  if (block == NULL) return false;
  block->next = list->first;
  list->first = block;
  return true;
}

static void list_put(struct list *list, uint32_t number) {
  list->first->numbers[list->first->count++] = number;
  list->count++;
}

static uint32_t list_take(struct list *list) {
  struct block *block = list->first;
  uint32_t number = block->numbers[--block->count];
  list->count--;
  if (block->count == 0) {
    list->first = block->next;
    frame_free(block, FRAME_KERNEL);
  }
  return number;
}

static uint64_t untouched(void) { return (memory_end - next_untouched) / PAGE_SIZE; }

void frames_start(uint64_t first, uint64_t end) {
  first_frame = next_untouched = first;
  memory_end = end & ~(uint64_t)(PAGE_SIZE - 1);
}

void *frame_allocate_untouched(enum frame_use use) {
  if (next_untouched >= memory_end) return NULL;
  void *frame = at_physical(next_untouched);
  next_untouched += PAGE_SIZE;
  used[use]++;
  return frame;
}

void *frame_allocate(enum frame_use use) {
  void *frame;
  if (free_list != 0) {
    frame = at_physical(free_list);
    free_list = *(uint64_t *)frame;
    listed--;
    used[use]++;
  } else if (returned.count > 0) {
    frame = at_physical((uint64_t)list_take(&returned) * PAGE_SIZE);
    used[use]++;
  } else {
    frame = frame_allocate_untouched(use);
  }
  /* After a warm restart even a frame that is new to us holds what was there before. */
  if (frame != NULL) memset(frame, 0, PAGE_SIZE);
  return frame;
}

static void frame_put_back(uint64_t physical) {
  *(uint64_t *)at_physical(physical) = free_list;
  free_list = physical;
  listed++;
}

void frame_free(void *frame, enum frame_use use) {
  uint64_t physical = physical_of(frame);
  if (physical < first_frame || physical >= next_untouched || (physical & (PAGE_SIZE - 1)) != 0)
    panic("frame 0x%lx is freed, but was never given", physical);
  frame_put_back(physical);
  used[use]--;
}

/* First those that were used: the host gets their memory back. */
bool frame_lend(uint64_t reserve, uint32_t *number) {
  if (listed + returned.count + untouched() <= reserve || !list_grow(&lent)) return false;
  uint64_t physical;
  if (free_list != 0) {
    physical = free_list;
    free_list = *(uint64_t *)at_physical(physical);
    listed--;
  } else if (returned.count > 0) {
    physical = (uint64_t)list_take(&returned) * PAGE_SIZE;
  } else {
    physical = next_untouched;
    next_untouched += PAGE_SIZE;
  }
  *number = (uint32_t)(physical / PAGE_SIZE);
  list_put(&lent, *number);
  return true;
}

uint32_t frame_lent(void) { return list_take(&lent); }

void frame_returned(uint32_t number) {
  if (list_grow(&returned)) list_put(&returned, number);
  else frame_put_back((uint64_t)number * PAGE_SIZE);
}

void frames_info(struct memory_info *info) {
  info->first = physical_of(kernel_start);
  info->total_kib = (memory_end - info->first) / 1024;
  info->image_kib = (first_frame - info->first) / 1024;
  info->kernel_kib = used[FRAME_KERNEL] * (PAGE_SIZE / 1024);
  info->tables_kib = used[FRAME_TABLE] * (PAGE_SIZE / 1024);
  info->user_kib = used[FRAME_USER] * (PAGE_SIZE / 1024);
  info->free_kib = (listed + returned.count + untouched()) * (PAGE_SIZE / 1024);
  info->untouched_kib = untouched() * (PAGE_SIZE / 1024);
  info->lent_kib = lent.count * (PAGE_SIZE / 1024);
}
