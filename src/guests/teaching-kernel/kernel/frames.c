/*
 * Physical memory, a frame of 4 KiB at a time.
 *
 * Frames that have never been used lie in one run, [next_untouched, end); freed ones form a list, linked through their
 * first words, and are handed out first. So a machine touches no more memory than it needs, and a hypervisor
 * that gives memory on demand has to give no more.
 */
#include "defs.h"

static uint64_t first_frame, next_untouched, memory_end;
static uint64_t free_list; /* physical address of the first, 0 at the end */
static uint64_t listed;    /* frames in the list */
static uint64_t used[FRAME_USES];

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
  } else {
    frame = frame_allocate_untouched(use);
  }
  /* After a warm restart even a frame that is new to us holds what was there before. */
  if (frame != NULL) memset(frame, 0, PAGE_SIZE);
  return frame;
}

void frame_free(void *frame, enum frame_use use) {
  uint64_t physical = physical_of(frame);
  if (physical < first_frame || physical >= next_untouched || (physical & (PAGE_SIZE - 1)) != 0)
    panic("frame 0x%lx is freed, but was never given", physical);
  *(uint64_t *)frame = free_list;
  free_list = physical;
  listed++;
  used[use]--;
}

void frames_info(struct memory_info *info) {
  uint64_t untouched = (memory_end - next_untouched) / PAGE_SIZE;
  info->first = physical_of(kernel_start);
  info->total_kib = (memory_end - info->first) / 1024;
  info->image_kib = (first_frame - info->first) / 1024;
  info->kernel_kib = used[FRAME_KERNEL] * (PAGE_SIZE / 1024);
  info->tables_kib = used[FRAME_TABLE] * (PAGE_SIZE / 1024);
  info->user_kib = used[FRAME_USER] * (PAGE_SIZE / 1024);
  info->free_kib = (listed + untouched) * (PAGE_SIZE / 1024);
  info->untouched_kib = untouched * (PAGE_SIZE / 1024);
}
