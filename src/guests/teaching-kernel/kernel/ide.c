/*
 * A disk behind registers, as those of personal computers were. Data moves by the data register (PIO: every word is an access
 * to the device), or the controller moves it to and from memory itself (DMA). One request at a time.
 * ATA/ATAPI-6, chapters 7 and 8, with 4 bytes for each register; bus master IDE 1.0.
 */
#include "disk.h"

enum {
  IDE_DATA = 0x00,
  IDE_COUNT = 0x08,
  IDE_LBA_LOW = 0x0c,
  IDE_LBA_MID = 0x10,
  IDE_LBA_HIGH = 0x14,
  IDE_DEVICE = 0x18,
  IDE_STATUS = 0x1c,  /* reading it lowers the interrupt; writing starts a command */
  IDE_CONTROL = 0x20, /* reads as the status too, and the interrupt stays */
  BM_COMMAND = 0x40,
  BM_STATUS = 0x44,
  BM_TABLE = 0x48,
};
enum { STATUS_BUSY = 0x80, STATUS_DATA_REQUEST = 0x08, STATUS_ERROR = 0x01 };
enum { DEVICE_LBA = 0x40, CONTROL_NO_INTERRUPT = 0x02, CONTROL_RESET = 0x04 };
enum { BM_START = 0x01, BM_TO_MEMORY = 0x08, BM_ERROR = 0x02, BM_INTERRUPT = 0x04 };
enum { READ_MULTIPLE = 0xc4, WRITE_MULTIPLE = 0xc5, READ_DMA = 0xc8, WRITE_DMA = 0xca, IDENTIFY = 0xec };
enum { SECTOR = 512, SECTORS = PAGE_SIZE / SECTOR, WORD_CAPABILITIES = 49, CAPABILITY_DMA = 1 << 8, WORD_SECTORS = 60 };
enum { REGION_LAST = 1u << 31 };

/* A region of memory for the bus master. */
struct region {
  uint32_t address, length;
};

static struct ide {
  struct disk disk; /* first: the one is found from the other */
  uint64_t base;
  bool write;
  struct region region __attribute__((aligned(8)));
} drives[MAX_IDE_DEVICES];

static uint32_t get(struct ide *ide, uint32_t offset) {
  return *(volatile uint32_t *)at_physical(ide->base + offset);
}
static void put(struct ide *ide, uint32_t offset, uint32_t value) {
  *(volatile uint32_t *)at_physical(ide->base + offset) = value;
}

/* A page by the data register, word by word. */
static void move_in(struct ide *ide, uint32_t *to, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes / 4; i++) to[i] = get(ide, IDE_DATA);
}
static void move_out(struct ide *ide, const uint32_t *from, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes / 4; i++) put(ide, IDE_DATA, from[i]);
}

static void set_sector(struct ide *ide, uint64_t block) {
  uint64_t sector = block * SECTORS;
  put(ide, IDE_COUNT, SECTORS);
  put(ide, IDE_LBA_LOW, sector & 0xff);
  put(ide, IDE_LBA_MID, sector >> 8 & 0xff);
  put(ide, IDE_LBA_HIGH, sector >> 16 & 0xff);
  put(ide, IDE_DEVICE, DEVICE_LBA | (sector >> 24 & 0xf));
}

static void start_pio(struct disk *disk, uint32_t slot, bool write, uint64_t block) {
  struct ide *ide = (struct ide *)disk;
  ide->write = write;
  set_sector(ide, block);
  put(ide, IDE_STATUS, write ? WRITE_MULTIPLE : READ_MULTIPLE);
  if (!write) return;
  if (get(ide, IDE_CONTROL) & STATUS_DATA_REQUEST) move_out(ide, disk->buffer[slot], PAGE_SIZE);
}

static void start_dma(struct disk *disk, uint32_t slot, bool write, uint64_t block) {
  struct ide *ide = (struct ide *)disk;
  uint32_t direction = write ? 0 : BM_TO_MEMORY;
  ide->write = write;
  ide->region.address = (uint32_t)physical_of(disk->buffer[slot]);
  ide->region.length = REGION_LAST | PAGE_SIZE;
  fence_all(); /* the device sees memory as it is now */
  put(ide, BM_TABLE, (uint32_t)physical_of(&ide->region));
  put(ide, BM_COMMAND, direction);
  set_sector(ide, block);
  put(ide, IDE_STATUS, write ? WRITE_DMA : READ_DMA);
  put(ide, BM_COMMAND, direction | BM_START);
}

/* The disk wants something: it has data, or has done the request. */
static void serve_pio(struct ide *ide) {
  uint32_t status = get(ide, IDE_STATUS);
  if (status & STATUS_BUSY) return;
  if (status & STATUS_DATA_REQUEST && !ide->write) move_in(ide, ide->disk.buffer[0], PAGE_SIZE);
  disk_done(&ide->disk, 0, !(status & STATUS_ERROR));
}

static void serve_dma(struct ide *ide) {
  uint32_t master = get(ide, BM_STATUS);
  if (!(master & BM_INTERRUPT)) return;
  put(ide, BM_COMMAND, 0);
  put(ide, BM_STATUS, BM_INTERRUPT | BM_ERROR);
  uint32_t status = get(ide, IDE_STATUS);
  fence_all(); /* what the device has written is seen from here on */
  disk_done(&ide->disk, 0, !(status & STATUS_ERROR) && !(master & BM_ERROR));
}

static void serve(struct ide *ide) {
  if (!(ide->disk.busy & 1) || ide->disk.done & 1) return;
  if (ide->disk.start == start_dma) serve_dma(ide);
  else serve_pio(ide);
}

static void interrupt(void) {
  for (uint32_t i = 0; i < MAX_IDE_DEVICES; i++) serve(&drives[i]);
}

static void poll(struct disk *disk) {
  struct ide *ide = (struct ide *)disk;
  if (!(get(ide, IDE_CONTROL) & STATUS_BUSY)) serve(ide);
}

static void use_interrupts(struct disk *disk, bool use) {
  put((struct ide *)disk, IDE_CONTROL, use ? 0 : CONTROL_NO_INTERRUPT);
}

/* Who it is: it answers at once, so there is no need of an interrupt. */
static bool identify(struct ide *ide) {
  uint32_t pairs[SECTOR / 4]; /* of words */
  put(ide, IDE_CONTROL, CONTROL_RESET | CONTROL_NO_INTERRUPT);
  put(ide, IDE_CONTROL, CONTROL_NO_INTERRUPT);
  put(ide, IDE_STATUS, IDENTIFY);
  if (!(get(ide, IDE_STATUS) & STATUS_DATA_REQUEST)) return false;
  move_in(ide, pairs, SECTOR);
  bool dma = pairs[WORD_CAPABILITIES / 2] >> 16 & CAPABILITY_DMA; /* the second of its pair */
  uint64_t sectors = pairs[WORD_SECTORS / 2];
  ide->disk.way = dma ? "IDE DMA" : "IDE PIO";
  ide->disk.start = dma ? start_dma : start_pio;
  ide->disk.blocks = sectors / SECTORS;
  return true;
}

void ide_start(void) {
  for (uint32_t i = 0; i < platform.ide_disks; i++) {
    struct ide *ide = &drives[i];
    ide->base = platform.ide[i].base;
    if (ide->base >= GIGAPAGE_SIZE || !identify(ide)) continue;
    ide->disk.slots = 1;
    ide->disk.poll = poll;
    ide->disk.use_interrupts = use_interrupts;
    if (!disk_add(&ide->disk)) return;
    plic_enable(platform.ide[i].irq, interrupt);
    put(ide, IDE_CONTROL, 0);
  }
}
