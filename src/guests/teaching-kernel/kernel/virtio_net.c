/*
 * The virtio network card: queue 0 brings ether frames, queue 1 takes them. virtio 1.2, section 5.1.
 * What the frames hold is net.c's business.
 */
#include "virtio.h"
#include "card.h"

enum { QUEUE_RECEIVE = 0, QUEUE_TRANSMIT = 1 };
enum { FEATURE_MAC = 1 << 5 };
enum { HEADER_SIZE = 12 };
/* A buffer begins 4 bytes into its half of a frame, so that the ether frame behind the header is aligned for memcpy. */
enum { GAP = 4, BUFFER_SIZE = PAGE_SIZE / 2 - GAP };

static uint64_t device;
static struct virtqueue receive, transmit;
static uint8_t *received[QUEUE_SIZE], *sent[QUEUE_SIZE]; /* each: header, which stays 0 when we send; ether frame */
static uint32_t free_slots = (1 << QUEUE_SIZE) - 1;      /* of the transmit queue */

static void interrupt(void) {
  uint32_t slot, length;
  virtio_acknowledge(device);
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&transmit, &slot, &length); i++) free_slots |= 1u << slot;
  bool any = false;
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&receive, &slot, &length); i++) {
    if (length > HEADER_SIZE && length <= BUFFER_SIZE) net_receive(received[slot] + HEADER_SIZE, length - HEADER_SIZE);
    virtqueue_put(&receive, slot, received[slot], BUFFER_SIZE, true);
    any = true;
  }
  if (any) virtqueue_notify(&receive);
}

static bool transmit_frame(const uint8_t *frame, size_t length) {
  if (free_slots == 0 || length > LARGEST_FRAME) return false;
  uint32_t slot = 0;
  while (!(free_slots >> slot & 1)) slot++;
  free_slots &= ~(1u << slot);
  memcpy(sent[slot] + HEADER_SIZE, frame, length);
  virtqueue_put(&transmit, slot, sent[slot], HEADER_SIZE + (uint32_t)length, false);
  virtqueue_notify(&transmit);
  return true;
}

/* What no driver should do: for lessons on what a device does then. The card may be of no use afterwards. */
bool virtio_net_break(enum queue_attack attack) {
  if (sent[0] == NULL || free_slots == 0) return false;
  uint32_t slot = 0;
  while (!(free_slots >> slot & 1)) slot++;
  free_slots &= ~(1u << slot);
  virtqueue_put(&transmit, slot, sent[slot], HEADER_SIZE, false);
  if (attack == ATTACK_LOOP) {
    transmit.descriptors[slot].flags = DESCRIPTOR_NEXT;
    transmit.descriptors[slot].next = (uint16_t)slot;
  } else {
    transmit.descriptors[slot].address = 0x7ffffffffffff000;
  }
  virtqueue_notify(&transmit);
  return true;
}

bool virtio_net_start(uint64_t base, uint32_t irq) {
  uint32_t features;
  device = base;
  if (!virtio_negotiate(base, FEATURE_MAC, &features)) return false;
  if (!virtqueue_start(&receive, base, QUEUE_RECEIVE) || !virtqueue_start(&transmit, base, QUEUE_TRANSMIT)) return false;
  for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++) {
    uint8_t *frame = frame_allocate(FRAME_KERNEL); /* half to receive, half to send */
    if (frame == NULL) return false;
    received[slot] = frame + GAP;
    sent[slot] = frame + PAGE_SIZE / 2 + GAP;
    virtqueue_put(&receive, slot, received[slot], BUFFER_SIZE, true);
  }
  uint8_t mac[6] = {0x02, 'v', 'l', 'a', 'b', 0}; /* locally administered, for a card that has none */
  for (uint32_t i = 0; i < 6 && features & FEATURE_MAC; i++)
    mac[i] = *(volatile uint8_t *)at_physical(base + VIRTIO_CONFIG + i);
  plic_enable(irq, interrupt);
  virtio_go(base);
  virtqueue_notify(&receive);
  static const struct card card = {.way = "virtio", .slots = QUEUE_SIZE, .transmit = transmit_frame};
  net_start(&card, mac);
  return true;
}
