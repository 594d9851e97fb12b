/*
 * The screen: pixels in memory that a process draws into, and says when they are to be seen. Where the machine has a graphics adapter,
 * the memory is the process's own, and the adapter copies from it (virtio_gpu.c). Where the screen is memory, that is mapped.
 */
#include "defs.h"
#include "proc.h"

static const struct process *owner;

static int map_frame_buffer(struct screen_info *info) {
  uint64_t bytes = (uint64_t)platform.frame_buffer.stride * platform.frame_buffer.height;
  if (platform.frame_buffer.width == 0) return ERROR_NO_DEVICE;
  if (platform.frame_buffer.stride != platform.frame_buffer.width * 4) return ERROR_NO_DEVICE; /* no gaps: see abi.h */
  for (uint64_t at = 0; at < bytes; at += PAGE_SIZE) {
    int error = vm_map_physical(&this_process()->space, info->at + at, platform.frame_buffer.base + at);
    if (error != 0) return error;
  }
  info->width = platform.frame_buffer.width;
  info->height = platform.frame_buffer.height;
  return 0;
}

int screen_open(struct screen_info *info) {
  if (owner != NULL) return ERROR_BUSY;
  *info = (struct screen_info){.at = USER_SCREEN};
  bool adapter = virtio_gpu_is_there();
  copy_text(info->way, adapter ? "virtio-gpu" : "memory", sizeof info->way);
  owner = this_process();
  int error = adapter ? virtio_gpu_open(info->at, &info->width, &info->height) : map_frame_buffer(info);
  if (error != 0) return screen_leave(owner), error;
  virtio_input_open();
  return 0;
}

int screen_show(uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  if (owner != this_process()) return ERROR_INVALID;
  return virtio_gpu_is_there() ? virtio_gpu_show(x, y, width, height) : 0;
}

/* Its memory goes: nothing may be read from there any more. */
void screen_leave(const struct process *process) {
  if (owner != process) return;
  owner = NULL;
  virtio_gpu_close();
  virtio_input_close();
}
