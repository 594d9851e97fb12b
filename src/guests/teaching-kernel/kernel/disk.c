/*
 * Work for disks: blocks are written with contents that follow from their numbers, or read and held against these.
 * One process works with a disk at a time, with as many requests in flight as the disk takes, or fewer.
 */
#include "disk.h"
#include "proc.h"

enum { WORDS = PAGE_SIZE / sizeof(uint64_t), PATIENCE_SECONDS = 5 };

static struct disk *disks[DISKS]; /* NULL: no disk has that number */

uint32_t disk_number(const struct disk *disk) {
  uint32_t number = 0;
  while (number < DISKS && disks[number] != disk) number++;
  return number;
}

static void free_buffers(struct disk *disk) {
  for (uint32_t slot = 0; slot < disk->slots; slot++) {
    if (disk->buffer[slot] != NULL) frame_free(disk->buffer[slot], FRAME_KERNEL);
    disk->buffer[slot] = NULL;
  }
}

bool disk_add(struct disk *disk) {
  uint32_t number = disk_number(NULL); /* the first that is free */
  if (number == DISKS) return false;
  for (uint32_t slot = 0; slot < disk->slots; slot++)
    if ((disk->buffer[slot] = frame_allocate(FRAME_KERNEL)) == NULL) return free_buffers(disk), false;
  disks[number] = disk;
  return true;
}

void disk_remove(struct disk *disk) {
  disk->gone = true;
  wake(disk);
  while (disk->works) yield();
  disks[disk_number(disk)] = NULL;
  free_buffers(disk);
}

void disk_done(struct disk *disk, uint32_t slot, bool served) {
  disk->done |= 1u << slot;
  if (!served) disk->failed = true;
  wake(disk);
}

/* What a word of a block holds (of the generator of splitmix64: it is nothing that comes about by itself). */
static uint64_t content(uint64_t block, uint64_t word) { return (block * WORDS + word + 1) * 0x9e3779b97f4a7c15ul; }

static void fill(uint64_t *buffer, uint64_t block) {
  for (uint64_t word = 0; word < WORDS; word++) buffer[word] = content(block, word);
}

static bool is_right(const uint64_t *buffer, uint64_t block) {
  for (uint64_t word = 0; word < WORDS; word++)
    if (buffer[word] != content(block, word)) return false;
  return true;
}

/* Takes what is done; the number of requests. */
static uint32_t take_done(struct disk *disk, struct disk_work *work) {
  uint32_t taken = 0;
  for (uint32_t slot = 0; slot < disk->slots; slot++) {
    if (!(disk->done >> slot & 1)) continue;
    disk->done &= ~(1u << slot);
    disk->busy &= ~(1u << slot);
    if (!work->write && !is_right(disk->buffer[slot], disk->block[slot])) work->wrong++;
    taken++;
  }
  return taken;
}

static void start_some(struct disk *disk, struct disk_work *work, uint64_t *started) {
  uint64_t slots = work->depth != 0 && work->depth < disk->slots ? work->depth : disk->slots;
  for (uint32_t slot = 0; slot < slots && *started < work->blocks; slot++) {
    if (disk->busy >> slot & 1) continue;
    uint64_t block = work->first + *started;
    disk->block[slot] = block;
    if (work->write) fill(disk->buffer[slot], block);
    else memset(disk->buffer[slot], 0, PAGE_SIZE);
    disk->busy |= 1u << slot;
    disk->start(disk, slot, work->write, block);
    (*started)++;
  }
  if (disk->go != NULL) disk->go(disk);
}

/* All of the work, or why it ends before. */
static int work_off(struct disk *disk, struct disk_work *work) {
  uint64_t patience = PATIENCE_SECONDS * platform.timebase;
  for (uint64_t started = 0, served = 0; served < work->blocks;) {
    start_some(disk, work, &started);
    for (uint64_t until = read_time() + patience; disk->done == 0;) {
      if (read_time() >= until) return ERROR_TIMEOUT;
      if (work->poll) disk->poll(disk);
      else if (!sleep_on(disk, until)) return ERROR_INTERRUPTED;
      if (disk->gone) return ERROR_NO_DEVICE;
    }
    served += take_done(disk, work);
  }
  return disk->failed ? ERROR_IO : 0;
}

int disk_work(struct disk_work *work) {
  struct disk *disk = work->disk < DISKS ? disks[work->disk] : NULL;
  if (disk == NULL) return ERROR_NOT_FOUND;
  if (work->first > disk->blocks || work->blocks > disk->blocks - work->first) return ERROR_INVALID;
  if (work->poll && disk->poll == NULL) return ERROR_INVALID;
  if (disk->works || disk->gone) return ERROR_BUSY;
  /* What one that was interrupted left behind and is done by now. */
  disk->busy &= ~disk->done;
  disk->done = 0;
  if (disk->busy != 0) return ERROR_BUSY;
  disk->failed = false;
  work->wrong = 0;
  if (disk->use_interrupts != NULL) disk->use_interrupts(disk, !work->poll);
  uint64_t from = read_time();
  disk->works = true;
  int error = work_off(disk, work);
  disk->works = false;
  work->ticks = read_time() - from;
  return error;
}

int disk_information(uint64_t index, struct disk_info *info) {
  if (index >= DISKS) return ERROR_NOT_FOUND;
  const struct disk *disk = disks[index];
  if (disk == NULL) return ERROR_NO_DEVICE;
  *info = (struct disk_info){.blocks = disk->blocks, .slots = disk->slots, .polls = disk->poll != NULL};
  copy_text(info->way, disk->way, sizeof info->way);
  return 0;
}
