/*
 * Virtual memory: the kernel's page table, one page table for each process, and what to do at a page fault.
 * Pages of a process appear when they are touched (vm_fault); memlayout.h draws where they may.
 */
#include "defs.h"

#define KERNEL_BITS (PTE_VALID | PTE_GLOBAL | PTE_ACCESSED | PTE_DIRTY)
/* A and D are set from the start: the kernel does not use them, and hardware may fault where they are clear. */
#define USER_BITS (PTE_VALID | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

/* The first words of the image of the user programs (user/user.ld): virtual addresses of ends and entry. */
struct image_header {
  uint64_t text_end, data_end, bss_end, entry;
};

uint32_t asid_bits;
pte_t *kernel_root;

static const struct image_header *image(void) { return (const struct image_header *)programs_start; }

static pte_t *table_of(pte_t entry) { return at_physical(pte_to_physical(entry)); }

/*
 * The entry of `va` at `level` of a table. Sv39 splits an address into
 *
 *     38      30 29      21 20      12 11         0
 *    | index 2  | index 1  | index 0  | offset     |
 *
 * and each index picks an entry in the table that the entry before it named. Missing tables are made if `space` is
 * given (it counts the frames); otherwise, or without memory, the answer is NULL. A leaf above `level` gives NULL too.
 */
static pte_t *find_entry(pte_t *table, uint64_t va, int level, struct address_space *space) {
  for (int at = 2; at > level; at--) {
    pte_t *entry = &table[VA_INDEX(va, at)];
    if (!(*entry & PTE_VALID)) {
      void *next = space != NULL ? frame_allocate(FRAME_TABLE) : NULL;
      if (next == NULL) return NULL;
      space->frames++;
      *entry = physical_to_pte(physical_of(next)) | PTE_VALID;
    } else if (*entry & PTE_LEAF) {
      return NULL;
    }
    table = table_of(*entry);
  }
  return &table[VA_INDEX(va, level)];
}

/* Maps physical memory at KERNEL_OFFSET, with pages as large as its alignment allows. */
static void map_kernel_range(uint64_t from, uint64_t to, pte_t bits) {
  struct address_space kernel = {.root = kernel_root};
  while (from < to) {
    bool mega = from % MEGAPAGE_SIZE == 0 && to - from >= MEGAPAGE_SIZE;
    pte_t *entry = find_entry(kernel_root, from + KERNEL_OFFSET, mega ? 1 : 0, &kernel);
    if (entry == NULL) panic("no memory for the kernel's page table");
    *entry = physical_to_pte(from) | KERNEL_BITS | bits;
    from += mega ? MEGAPAGE_SIZE : PAGE_SIZE;
  }
}

void vm_start(void) {
  uint64_t start = physical_of(kernel_start), end = platform.memory_end;
  kernel_root = frame_allocate(FRAME_TABLE);
  if (kernel_root == NULL) panic("no memory for the kernel's page table");
  /* Devices: one gigapage, never executed. */
  kernel_root[VA_INDEX(KERNEL_OFFSET, 2)] = KERNEL_BITS | PTE_READ | PTE_WRITE;
  map_kernel_range(start, physical_of(rodata_start), PTE_READ | PTE_EXECUTE);
  map_kernel_range(physical_of(rodata_start), physical_of(data_start), PTE_READ);
  map_kernel_range(physical_of(data_start), end, PTE_READ | PTE_WRITE);

  /* How wide are address space ids here? Bits that do not exist read as 0. */
  uint64_t satp = SATP_SV39 | physical_of(kernel_root) >> 12;
  write_csr(satp, satp | 0xfffful << SATP_ASID_SHIFT);
  uint64_t kept = read_csr(satp) >> SATP_ASID_SHIFT & 0xffff;
  for (asid_bits = 0; kept >> asid_bits & 1; asid_bits++);
  if (1u << asid_bits <= MAX_PROCESSES) asid_bits = 0; /* too few for everybody: do without */
  write_csr(satp, satp);
  fence_translations();
}

uint64_t vm_satp(const struct address_space *space, uint32_t asid) {
  return SATP_SV39 | (uint64_t)asid << SATP_ASID_SHIFT | physical_of(space->root) >> 12;
}

void vm_use_kernel_space(void) {
  write_csr(satp, SATP_SV39 | physical_of(kernel_root) >> 12);
  if (asid_bits == 0) fence_translations();
}

bool vm_create(struct address_space *space) {
  space->root = frame_allocate(FRAME_TABLE);
  space->heap_end = USER_HEAP;
  space->frames = 1;
  if (space->root == NULL) return false;
  /* The kernel's half: the same tables in every space. */
  memcpy(space->root + 256, kernel_root + 256, 256 * sizeof(pte_t));
  return true;
}

/* Frees what the first `entries` of a table lead to, then the table. */
static void free_table(pte_t *table, int level, int entries) {
  for (int i = 0; i < entries; i++) {
    pte_t entry = table[i];
    if (!(entry & PTE_VALID)) continue;
    if (!(entry & PTE_LEAF)) free_table(table_of(entry), level - 1, 512);
    else if (!(entry & PTE_SHARED)) frame_free(table_of(entry), FRAME_USER);
  }
  frame_free(table, FRAME_TABLE);
}

void vm_destroy(struct address_space *space) {
  if (space->root != NULL) free_table(space->root, 2, 256);
  space->root = NULL;
}

/* What may appear at a page that a process has not touched yet. */
struct region {
  pte_t bits;        /* 0: nothing */
  const char *from;  /* what it holds at first, or NULL for zeroes */
  bool shared;       /* map the frame of `from` itself */
};

static struct region region_at(const struct address_space *space, uint64_t page) {
  const char *content = programs_start + (page - USER_IMAGE);
  if (page >= USER_IMAGE && page < image()->text_end) return (struct region){PTE_READ | PTE_EXECUTE, content, true};
  if (page >= USER_IMAGE && page < image()->data_end) return (struct region){PTE_READ | PTE_WRITE, content, false};
  bool writable = (page >= USER_IMAGE && page < image()->bss_end) || (page >= USER_STACK && page < USER_STACK_TOP) ||
                  (page >= USER_HEAP && page < space->heap_end);
  return (struct region){writable ? PTE_READ | PTE_WRITE : 0, NULL, false};
}

/* A process touched a page without a translation: gives it one. 0, or an error if it may not or cannot be had. */
int vm_fault(struct address_space *space, uint64_t va, int access) {
  if (va >= USER_LIMIT) return ERROR_BAD_ADDRESS;
  uint64_t page = va & ~(uint64_t)(PAGE_SIZE - 1);
  pte_t *entry = find_entry(space->root, va, 0, NULL);
  if (entry != NULL && *entry & PTE_VALID) return *entry & (pte_t)access ? 0 : ERROR_BAD_ADDRESS;

  struct region region = region_at(space, page);
  if (!(region.bits & (pte_t)access)) return ERROR_BAD_ADDRESS;
  entry = find_entry(space->root, va, 0, space);
  if (entry == NULL) return ERROR_NO_MEMORY;
  if (region.shared) {
    *entry = physical_to_pte(physical_of(region.from)) | region.bits | USER_BITS | PTE_SHARED;
    return 0;
  }
  void *frame = frame_allocate(FRAME_USER);
  if (frame == NULL) return ERROR_NO_MEMORY;
  space->frames++;
  if (region.from != NULL) {
    uint64_t left = image()->data_end - page;
    memcpy(frame, region.from, left < PAGE_SIZE ? left : PAGE_SIZE);
  }
  *entry = physical_to_pte(physical_of(frame)) | region.bits | USER_BITS;
  return 0;
}

/* Where the kernel finds the byte of a process at `va`, touching the page for it if need be. NULL: not allowed. */
static char *user_byte(struct address_space *space, uint64_t va, int access) {
  if (vm_fault(space, va, access) != 0) return NULL;
  uint64_t physical = pte_to_physical(*find_entry(space->root, va, 0, NULL));
  /* vm_map_physical may have put anything there: the kernel itself touches memory only. */
  if (physical < physical_of(kernel_start) || physical >= platform.memory_end) return NULL;
  return (char *)at_physical(physical) + va % PAGE_SIZE;
}

bool vm_copy_in(struct address_space *space, void *to, uint64_t va, size_t size) {
  for (char *at = to; size > 0;) {
    const char *from = user_byte(space, va, PTE_READ);
    if (from == NULL) return false;
    size_t part = PAGE_SIZE - va % PAGE_SIZE;
    if (part > size) part = size;
    memcpy(at, from, part);
    at += part, va += part, size -= part;
  }
  return true;
}

bool vm_copy_out(struct address_space *space, uint64_t va, const void *from, size_t size) {
  for (const char *at = from; size > 0;) {
    char *to = user_byte(space, va, PTE_WRITE);
    if (to == NULL) return false;
    size_t part = PAGE_SIZE - va % PAGE_SIZE;
    if (part > size) part = size;
    memcpy(to, at, part);
    at += part, va += part, size -= part;
  }
  return true;
}

int vm_map(struct address_space *space, uint64_t va, enum map_mode mode, struct page *page) {
  if (va >= USER_LIMIT || va < PAGE_SIZE) return ERROR_BAD_ADDRESS;
  pte_t *entry = find_entry(space->root, va, 0, space);
  void *frame = entry == NULL                ? NULL
                : mode == MAP_UNTOUCHED ? frame_allocate_untouched(FRAME_USER)
                                        : frame_allocate(FRAME_USER);
  if (frame == NULL) return ERROR_NO_MEMORY;
  *page = (struct page){.entry_address = physical_of(entry), .old_entry = *entry};
  if (*entry & PTE_VALID && !(*entry & PTE_SHARED)) frame_free(table_of(*entry), FRAME_USER);
  else space->frames++;
  page->new_entry = *entry = physical_to_pte(physical_of(frame)) | PTE_READ | PTE_WRITE | USER_BITS;
  return 0;
}

/*
 * Maps any page of physical memory, also where there is none, into a process. Our own kernel lets it: what then
 * stands between the process and the rest of the world is what runs below the kernel.
 */
int vm_map_physical(struct address_space *space, uint64_t va, uint64_t physical) {
  if (va >= USER_LIMIT || va < PAGE_SIZE || physical >> 56 != 0) return ERROR_BAD_ADDRESS;
  pte_t *entry = find_entry(space->root, va, 0, space);
  if (entry == NULL) return ERROR_NO_MEMORY;
  if (*entry & PTE_VALID) return ERROR_INVALID;
  *entry = physical_to_pte(physical) | PTE_READ | PTE_WRITE | USER_BITS | PTE_SHARED;
  return 0;
}

void vm_walk(const struct address_space *space, uint64_t va, struct walk *walk) {
  walk->steps = walk->mapped = 0;
  uint64_t top = va >> 38;
  if (top != 0 && top != (1ul << 26) - 1) return; /* bits 63..39 must equal bit 38 */
  const pte_t *table = space->root;
  for (int level = 2; level >= 0; level--) {
    const pte_t *entry = &table[VA_INDEX(va, level)];
    walk->entry_address[walk->steps] = physical_of(entry);
    walk->entry[walk->steps++] = *entry;
    if (!(*entry & PTE_VALID)) return;
    if (*entry & PTE_LEAF) {
      uint64_t offset_mask = (1ul << (12 + 9 * level)) - 1;
      walk->physical = (pte_to_physical(*entry) & ~offset_mask) | (va & offset_mask);
      walk->mapped = 1;
      return;
    }
    table = table_of(*entry);
  }
}
