/*
 * The device tree: how a machine describes itself. Reads the flattened form (Devicetree specification 0.4, chapter 5)
 * once, at start, into `platform`. The tree is another's data: every offset is checked, and nothing keeps a pointer
 * into it, so that its memory can be used afterwards.
 *
 *   header | reserved ranges | structure: BEGIN_NODE name, PROP length nameoffset value, ..., END_NODE, END | strings
 */
#include "defs.h"

enum { FDT_MAGIC = 0xd00dfeed, BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4, END = 9 };
enum { LARGEST_TREE = 1 << 20, DEEPEST_NODE = 8, MOST_CONTEXTS = 2 * MAX_HARTS };
enum { SUPERVISOR_EXTERNAL = 9 };

struct platform platform;

struct value {
  const uint8_t *bytes;
  uint32_t length;
};

/* What we keep of a node until it ends: children of `cpu` and of `soc` need their parents. */
struct node {
  const char *name;
  uint32_t address_cells, size_cells;  /* for its children */
  struct value compatible, device_type, reg, interrupts, contexts, status;
  uint32_t phandle, width, height, stride;
};

/* Which interrupt controller belongs to which hart: the PLIC names its contexts by these handles. */
static uint32_t interrupt_controller_of[MAX_HARTS];
static struct value plic_contexts;

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t cell(struct value value, uint32_t index) {
  return (uint64_t)index * 4 + 4 <= value.length ? big_endian(value.bytes + index * 4) : 0;
}

/* A number of one or two cells. */
static uint64_t cells(struct value value, uint32_t index, uint32_t count) {
  return count == 1 ? cell(value, index) : (uint64_t)cell(value, index) << 32 | cell(value, index + 1);
}

/* Is `wanted` one of the texts of a list of texts, each ended by a 0? */
static bool lists(struct value list, const char *wanted) {
  uint32_t length = (uint32_t)strlen(wanted) + 1;
  for (uint32_t at = 0; at + length <= list.length;) {
    if (memcmp(list.bytes + at, wanted, length) == 0) return true;
    while (at < list.length && list.bytes[at] != 0) at++;
    at++;
  }
  return false;
}

/* Does an ISA string such as rv64imac_zicsr_sstc hold `extension`? */
static bool isa_string_holds(struct value isa, const char *extension) {
  uint32_t length = (uint32_t)strlen(extension);
  for (uint32_t at = 0; at + length < isa.length; at++)
    if (isa.bytes[at] == '_' && memcmp(isa.bytes + at + 1, extension, length) == 0) {
      uint8_t after = at + 1 + length < isa.length ? isa.bytes[at + 1 + length] : 0;
      if (after == '_' || after == 0) return true;
    }
  return false;
}

static void copy_value(char *to, struct value from, size_t size) {
  size_t length = from.length < size - 1 ? from.length : size - 1;
  memcpy(to, from.bytes, length);
  to[length] = 0;
}

static void property(struct node *node, const char *name, struct value value) {
  if (same_text(name, "compatible")) node->compatible = value;
  else if (same_text(name, "device_type")) node->device_type = value;
  else if (same_text(name, "status")) node->status = value;
  else if (same_text(name, "reg")) node->reg = value;
  else if (same_text(name, "interrupts")) node->interrupts = value;
  else if (same_text(name, "interrupts-extended")) node->contexts = value;
  else if (same_text(name, "phandle")) node->phandle = cell(value, 0);
  else if (same_text(name, "#address-cells")) node->address_cells = cell(value, 0);
  else if (same_text(name, "#size-cells")) node->size_cells = cell(value, 0);
  else if (same_text(name, "width")) node->width = cell(value, 0);
  else if (same_text(name, "height")) node->height = cell(value, 0);
  else if (same_text(name, "stride")) node->stride = cell(value, 0);
  else if (same_text(name, "timebase-frequency")) platform.timebase = cells(value, 0, value.length / 4);
  else if (same_text(name, "bootargs") && same_text(node->name, "chosen"))
    copy_value(platform.boot_arguments, value, sizeof platform.boot_arguments);
  else if (same_text(name, "riscv,isa")) platform.sstc |= isa_string_holds(value, "sstc");
  else if (same_text(name, "riscv,isa-extensions")) platform.sstc |= lists(value, "sstc");
}

/* A node ends: all its properties and children have been seen. */
static void node_ends(struct node *node, const struct node *parent) {
  uint64_t base = cells(node->reg, 0, parent->address_cells);
  if (lists(node->device_type, "memory") && platform.memory_end == 0 && node->reg.length > 0) {
    platform.memory_start = base;
    platform.memory_end = base + cells(node->reg, parent->address_cells, parent->size_cells);
  } else if (lists(node->device_type, "cpu")) {
    bool usable = node->status.length == 0 || lists(node->status, "okay");
    if (usable && platform.harts < MAX_HARTS) platform.hart_id[platform.harts++] = base;
  } else if (lists(node->compatible, "riscv,cpu-intc")) {
    /* Its parent, the cpu, has not ended yet and will get this number. */
    if (platform.harts < MAX_HARTS) interrupt_controller_of[platform.harts] = node->phandle;
  } else if (lists(node->compatible, "sifive,plic-1.0.0") || lists(node->compatible, "riscv,plic0")) {
    platform.plic_base = base;
    plic_contexts = node->contexts;
  } else if (lists(node->compatible, "virtio,mmio") && platform.virtio_slots < MAX_VIRTIO_DEVICES) {
    platform.virtio[platform.virtio_slots++] = (struct device_slot){base, cell(node->interrupts, 0), 0};
  } else if (lists(node->compatible, "simple-framebuffer")) {
    platform.frame_buffer.base = base;
    platform.frame_buffer.width = node->width;
    platform.frame_buffer.height = node->height;
    platform.frame_buffer.stride = node->stride;
  } else if (lists(node->compatible, "virtlab,ide") && platform.ide_disks < MAX_IDE_DEVICES) {
    platform.ide[platform.ide_disks++] = (struct device_slot){base, cell(node->interrupts, 0), 0};
  } else if (lists(node->compatible, "opencores,ethoc") && platform.ethoc_cards < MAX_ETHOC_DEVICES) {
    /* Registers, and memory for frames if the card has some. */
    uint32_t second = parent->address_cells + parent->size_cells;
    uint64_t memory = cells(node->reg, second, parent->address_cells);
    platform.ethoc[platform.ethoc_cards++] = (struct device_slot){base, cell(node->interrupts, 0), memory};
  }
}

/* The PLIC's contexts are numbered in the order of its list of (controller, interrupt); find each hart's S-mode. */
static void find_plic_contexts(void) {
  for (uint32_t hart = 0; hart < MAX_HARTS; hart++) platform.plic_context[hart] = UINT32_MAX;
  for (uint32_t context = 0; context < MOST_CONTEXTS && (context + 1) * 8 <= plic_contexts.length; context++)
    for (uint32_t hart = 0; hart < platform.harts; hart++)
      if (cell(plic_contexts, context * 2) == interrupt_controller_of[hart] &&
          cell(plic_contexts, context * 2 + 1) == SUPERVISOR_EXTERNAL)
        platform.plic_context[hart] = context;
}

/* The 0-ended text at `offset` of a block, or NULL if it runs out of the block. */
static const char *text_in(const uint8_t *block, uint32_t size, uint32_t offset) {
  for (uint32_t at = offset; at < size; at++)
    if (block[at] == 0) return (const char *)block + offset;
  return NULL;
}

static bool read_structure(const uint8_t *structure, uint32_t size, const uint8_t *strings, uint32_t strings_size) {
  static const struct node no_node = {.name = "", .address_cells = 2, .size_cells = 1};
  static struct node path[DEEPEST_NODE];
  uint32_t depth = 0; /* nodes that have begun; path[depth - 1] is the current one if it fits */
  for (uint32_t at = 0; at + 4 <= size;) {
    uint32_t token = big_endian(structure + at);
    at += 4;
    if (token == BEGIN_NODE) {
      const char *name = text_in(structure, size, at);
      if (name == NULL) return false;
      if (depth < DEEPEST_NODE) {
        path[depth] = no_node;
        path[depth].name = name;
      }
      depth++;
      at = (at + (uint32_t)strlen(name) + 1 + 3) & ~3u;
    } else if (token == END_NODE) {
      if (depth == 0) return false;
      depth--;
      if (depth < DEEPEST_NODE) node_ends(&path[depth], depth > 0 ? &path[depth - 1] : &no_node);
    } else if (token == PROPERTY) {
      if (at + 8 > size || depth == 0) return false;
      uint32_t length = big_endian(structure + at);
      const char *name = text_in(strings, strings_size, big_endian(structure + at + 4));
      at += 8;
      if (name == NULL || length > size - at) return false;
      if (depth <= DEEPEST_NODE) property(&path[depth - 1], name, (struct value){structure + at, length});
      at = (at + length + 3) & ~3u;
    } else if (token == END) {
      return depth == 0;
    } else if (token != NOP) {
      return false;
    }
  }
  return false;
}

void fdt_read(uint64_t physical) {
  platform.timebase = 10000000;
  if (physical < RAM_START || physical >= RAM_LIMIT || (physical & 3) != 0)
    panic("there is no device tree at 0x%lx", physical);
  const uint8_t *tree = at_physical(physical);
  uint32_t total = big_endian(tree + 4);
  if (big_endian(tree) != FDT_MAGIC || total < 40 || total > LARGEST_TREE || total > RAM_LIMIT - physical)
    panic("what lies at 0x%lx is no device tree", physical);
  uint32_t structure = big_endian(tree + 8), strings = big_endian(tree + 12);
  uint32_t strings_size = big_endian(tree + 32), structure_size = big_endian(tree + 36);
  if (structure > total || structure_size > total - structure || strings > total || strings_size > total - strings ||
      (structure & 3) != 0)
    panic("the device tree's blocks lie outside it");
  if (!read_structure(tree + structure, structure_size, tree + strings, strings_size))
    panic("the device tree is damaged");
  if (platform.timebase == 0) panic("the device tree gives no frequency of the clock");
  find_plic_contexts();
}

static bool starts_with(const char *text, const char *start) {
  while (*start != 0 && *text == *start) text++, start++;
  return *start == 0;
}

bool boot_argument(const char *name, char *value, size_t size) {
  static const char ours[] = "virtlab.";
  size_t length = strlen(name);
  for (const char *at = platform.boot_arguments; *at != 0;) {
    while (*at == ' ') at++;
    if (starts_with(at, ours)) at += sizeof ours - 1;
    bool found = starts_with(at, name) && at[length] == '=';
    if (found) at += length + 1;
    bool quoted = false;
    for (; *at != 0 && (*at != ' ' || quoted); at++) {
      if (*at == '"') quoted = !quoted;
      else if (found && size > 1) *value++ = *at, size--;
    }
    if (found) {
      *value = 0;
      return true;
    }
  }
  return false;
}
