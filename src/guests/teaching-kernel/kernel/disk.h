/*
 * Disks, whatever they are driven by: a driver starts requests of one block each, and says when they are done.
 */
#pragma once

#include "defs.h"

enum { DISK_SLOTS = 8 }; /* requests of a disk at a time, at most */

struct disk {
  const char *way;         /* what it is driven by */
  uint64_t blocks;         /* of PAGE_SIZE */
  uint32_t slots;          /* requests that it takes at a time */
  /* Begins to move a block between the disk and the buffer of a slot. */
  void (*start)(struct disk *disk, uint32_t slot, bool write, uint64_t block);
  /* All that was started is to be served; NULL if it is already. */
  void (*go)(struct disk *disk);
  /* Looks whether requests are done, instead of waiting for an interrupt; NULL if it cannot. */
  void (*poll)(struct disk *disk);
  void (*use_interrupts)(struct disk *disk, bool use);
  void *buffer[DISK_SLOTS]; /* a frame each */
  uint64_t block[DISK_SLOTS];
  uint32_t busy, done;      /* by slot: started; done and not yet looked at */
  bool failed;              /* one of them was not served */
  bool works, gone;         /* a process works with it; it is to let go */
};

/* A driver has found a disk: gives it buffers and a number. */
bool disk_add(struct disk *disk);
/* A disk goes, its device at rest; who works with it learns that. */
void disk_remove(struct disk *disk);
/* Its number. */
uint32_t disk_number(const struct disk *disk);
/* A request is done. */
void disk_done(struct disk *disk, uint32_t slot, bool served);
