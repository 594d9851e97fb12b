/*
 * Files that the kernel keeps in memory, a frame for each 4 KiB: enough for what somebody gives a machine and takes from it. They last
 * as long as the machine runs. A name is a name: there are no folders.
 */
#include "defs.h"
#include "proc.h"

enum { FRAMES_LISTED = PAGE_SIZE / sizeof(void *), LISTS = 2 }; /* 4 MiB in a file */
enum { RESERVE_KIB = 256 };                                       /* of memory that files leave to everybody else */

static struct file {
  char name[FILE_NAME_LENGTH]; /* "": none */
  uint64_t size;
  void **lists[LISTS];         /* a frame each, with the addresses of frames */
} files[FILES];

static struct file *find(const char *name) {
  for (struct file *file = files; file < files + FILES; file++)
    if (same_text(file->name, name)) return file;
  return NULL;
}

static void empty(struct file *file) {
  for (int list = 0; list < LISTS; list++) {
    if (file->lists[list] == NULL) continue;
    for (int i = 0; i < FRAMES_LISTED; i++)
      if (file->lists[list][i] != NULL) frame_free(file->lists[list][i], FRAME_KERNEL);
    frame_free(file->lists[list], FRAME_KERNEL);
    file->lists[list] = NULL;
  }
  file->size = 0;
}

static void *new_frame(void) {
  struct memory_info memory;
  frames_info(&memory);
  return memory.free_kib > RESERVE_KIB ? frame_allocate(FRAME_KERNEL) : NULL;
}

/* Where the byte lies; makes room for it if that is wanted. NULL: there is none. */
static char *byte_at(struct file *file, uint64_t offset, bool make) {
  uint64_t frame = offset / PAGE_SIZE;
  if (frame >= LISTS * FRAMES_LISTED) return NULL;
  void ***list = &file->lists[frame / FRAMES_LISTED];
  if (*list == NULL && make) *list = new_frame();
  if (*list == NULL) return NULL;
  void **place = &(*list)[frame % FRAMES_LISTED];
  if (*place == NULL && make) *place = new_frame();
  return *place == NULL ? NULL : (char *)*place + offset % PAGE_SIZE;
}

static uint64_t part_of(uint64_t offset, uint64_t length) {
  uint64_t left = PAGE_SIZE - offset % PAGE_SIZE;
  return length < left ? length : left;
}

int64_t file_read(const char *name, uint64_t offset, uint64_t va, uint64_t size) {
  struct file *file = name[0] == 0 ? NULL : find(name);
  if (file == NULL) return ERROR_NOT_FOUND;
  uint64_t end = offset > file->size ? 0 : file->size - offset;
  if (size > end) size = end;
  for (uint64_t done = 0; done < size;) {
    uint64_t part = part_of(offset + done, size - done);
    const char *from = byte_at(file, offset + done, false);
    if (from == NULL || !vm_copy_out(&this_process()->space, va + done, from, part)) return ERROR_BAD_ADDRESS;
    done += part;
  }
  return (int64_t)size;
}

/* Behind what it has, or into it. */
int64_t file_write(const char *name, uint64_t offset, uint64_t va, uint64_t length) {
  if (name[0] == 0) return ERROR_INVALID;
  struct file *file = find(name);
  if (file == NULL && (file = find("")) == NULL) return ERROR_NO_MEMORY;
  if (offset == 0) {
    empty(file);
    copy_text(file->name, name, sizeof file->name);
  }
  if (offset > file->size) return ERROR_INVALID;
  for (uint64_t done = 0; done < length;) {
    uint64_t part = part_of(offset + done, length - done);
    char *to = byte_at(file, offset + done, true);
    if (to == NULL) return ERROR_NO_MEMORY;
    if (!vm_copy_in(&this_process()->space, to, va + done, part)) return ERROR_BAD_ADDRESS;
    done += part;
    if (offset + done > file->size) file->size = offset + done;
  }
  return (int64_t)length;
}

int file_move(const char *name, const char *new_name) {
  struct file *file = name[0] == 0 ? NULL : find(name);
  if (file == NULL) return ERROR_NOT_FOUND;
  struct file *other = new_name[0] == 0 ? NULL : find(new_name);
  if (other != NULL && other != file) {
    empty(other);
    other->name[0] = 0;
  }
  if (new_name[0] == 0) empty(file);
  copy_text(file->name, new_name, sizeof file->name);
  return 0;
}

int file_information(uint64_t index, struct file_info *info) {
  for (struct file *file = files; file < files + FILES; file++) {
    if (file->name[0] == 0 || index-- > 0) continue;
    info->bytes = file->size;
    copy_text(info->name, file->name, sizeof info->name);
    return 0;
  }
  return ERROR_NOT_FOUND;
}
