/*
 * A network card behind registers: the Ethernet MAC of OpenCores. Its descriptors lie in its window, and every look at one is an
 * access to the device. Frames lie in memory, to which the card has access itself (DMA), or in memory of the card's, into which they
 * are copied word by word, each word an access as well (PIO). "Ethernet IP Core Specification" 1.19, chapters 3 and 4.
 *
 *   descriptors   0 .. SLOTS - 1 send | SLOTS .. 2 * SLOTS - 1 receive
 *   card's memory 2 KiB for each of them, in the same order
 */
#include "card.h"

enum {
  MODER = 0x00,
  INT_SOURCE = 0x04, /* ones written clear */
  INT_MASK = 0x08,
  TX_BD_NUM = 0x20,
  MAC_ADDR0 = 0x40,
  MAC_ADDR1 = 0x44,
  DESCRIPTORS = 0x400, /* 8 bytes each: status, pointer */
};
enum { MODER_RECEIVE = 1 << 0, MODER_TRANSMIT = 1 << 1, MODER_FULL_DUPLEX = 1 << 10, MODER_CRC = 1 << 13, MODER_PAD = 1 << 15 };
enum { INT_RECEIVED = 1 << 2, INT_RECEIVE_ERROR = 1 << 3, INT_BUSY = 1 << 4 };
enum { INTERRUPTS = INT_RECEIVED | INT_RECEIVE_ERROR | INT_BUSY };
/* Whose turn it is (the card's: a frame is ready to be sent, a buffer empty), and more of a descriptor's status */
enum { DESCRIPTOR_CARD = 1 << 15, DESCRIPTOR_INTERRUPT = 1 << 14, DESCRIPTOR_LAST = 1 << 13 };
enum { RECEIVE_ERRORS = 0x7f, CHECK_SUM = 4 };
enum { SLOTS = 8, BUFFER_SIZE = 2048 };

static uint64_t device, own_memory; /* 0: frames lie in ours */
static uint8_t *buffers[2 * SLOTS];
static uint32_t send_next, receive_next;
static uint8_t copy[BUFFER_SIZE] __attribute__((aligned(8)));

static uint32_t get(uint32_t offset) { return *(volatile uint32_t *)at_physical(device + offset); }
static void put(uint32_t offset, uint32_t value) { *(volatile uint32_t *)at_physical(device + offset) = value; }

static uint32_t status_of(uint32_t slot) { return DESCRIPTORS + slot * 8; }
static volatile uint32_t *words_of(uint32_t slot) { return at_physical(own_memory + slot * BUFFER_SIZE); }

static struct card card;

static bool transmit(struct card *self, const uint8_t *frame, size_t length) {
  (void)self;
  uint32_t slot = send_next;
  if (length > LARGEST_FRAME || get(status_of(slot)) & DESCRIPTOR_CARD) return false;
  if (own_memory == 0) {
    memcpy(buffers[slot], frame, length);
    fence_all(); /* the card sees the frame before it sees that it is ready */
  } else {
    memcpy(copy, frame, length);
    volatile uint32_t *to = words_of(slot);
    for (uint32_t i = 0; i < (length + 3) / 4; i++) to[i] = ((uint32_t *)copy)[i];
  }
  send_next = (slot + 1) % SLOTS;
  put(status_of(slot), (uint32_t)length << 16 | DESCRIPTOR_CARD | (send_next == 0 ? DESCRIPTOR_LAST : 0));
  return true;
}

/* A frame of the card's, where it can be read. */
static uint8_t *frame_of(uint32_t slot, uint32_t length) {
  if (own_memory == 0) {
    fence_all(); /* what the card has written is seen from here on */
    return buffers[slot];
  }
  volatile uint32_t *from = words_of(slot);
  for (uint32_t i = 0; i < (length + 3) / 4; i++) ((uint32_t *)copy)[i] = from[i];
  return copy;
}

/* Gives a descriptor to the card, to receive a frame. */
static void offer(uint32_t slot) {
  put(status_of(slot), DESCRIPTOR_CARD | DESCRIPTOR_INTERRUPT | (slot == 2 * SLOTS - 1 ? DESCRIPTOR_LAST : 0));
}

static void poll(struct card *self) {
  for (int i = 0; i < SLOTS; i++) {
    uint32_t slot = SLOTS + receive_next, status = get(status_of(slot)), length = status >> 16;
    if (status & DESCRIPTOR_CARD) return;
    if (!(status & RECEIVE_ERRORS) && length > CHECK_SUM && length <= BUFFER_SIZE)
      net_receive(self, frame_of(slot, length - CHECK_SUM), length - CHECK_SUM);
    offer(slot);
    receive_next = (receive_next + 1) % SLOTS;
  }
}

static void interrupt(void) {
  put(INT_SOURCE, get(INT_SOURCE));
  poll(&card);
}

static void use_interrupts(struct card *self, bool use) {
  (void)self;
  put(INT_MASK, use ? INTERRUPTS : 0);
}

static bool give_buffers(void) {
  for (uint32_t slot = 0; slot < 2 * SLOTS; slot++) {
    uint64_t address = own_memory + slot * BUFFER_SIZE;
    if (own_memory == 0) {
      /* Half a frame each: two of them in turn. */
      buffers[slot] = slot % 2 == 1 ? buffers[slot - 1] + BUFFER_SIZE : frame_allocate(FRAME_KERNEL);
      if (buffers[slot] == NULL) return false;
      address = physical_of(buffers[slot]);
    }
    put(status_of(slot) + 4, (uint32_t)address);
    if (slot >= SLOTS) offer(slot);
  }
  return true;
}

void ethoc_start(void) {
  card = (struct card){.slots = SLOTS, .transmit = transmit, .poll = poll, .use_interrupts = use_interrupts};
  if (platform.ethoc_cards == 0) return;
  device = platform.ethoc[0].base;
  own_memory = platform.ethoc[0].memory;
  if (device >= GIGAPAGE_SIZE || own_memory >= GIGAPAGE_SIZE) return;
  card.way = own_memory == 0 ? "ethoc DMA" : "ethoc PIO";
  put(MODER, 0);
  put(TX_BD_NUM, SLOTS);
  if (!give_buffers()) return;
  uint32_t high = get(MAC_ADDR1), low = get(MAC_ADDR0);
  uint8_t mac[6] = {(uint8_t)(high >> 8), (uint8_t)high,        (uint8_t)(low >> 24),
                    (uint8_t)(low >> 16), (uint8_t)(low >> 8), (uint8_t)low};
  plic_enable(platform.ethoc[0].irq, interrupt);
  use_interrupts(&card, true);
  put(MODER, MODER_RECEIVE | MODER_TRANSMIT | MODER_FULL_DUPLEX | MODER_CRC | MODER_PAD);
  net_start(&card, mac, true);
}
