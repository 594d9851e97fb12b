/*
 * The virtio network card: queue 0 brings ether frames, queue 1 takes them. virtio 1.2, section 5.1.
 * There may be several. What the
 * frames hold is net.c's business.
 */
#include "virtio.h"
#include "card.h"

enum { QUEUE_RECEIVE = 0, QUEUE_TRANSMIT = 1 };
enum { FEATURE_MAC = 1 << 5 };
enum { HEADER_SIZE = 12 };
/* A buffer begins 4 bytes into its half of a frame, so that the ether frame behind the header is aligned for memcpy. */
enum { GAP = 4, BUFFER_SIZE = PAGE_SIZE / 2 - GAP };

struct net_card {
  struct card card; /* first: a card of ours is one of these */
  uint64_t device;  /* 0: no card */
  struct virtqueue receive, transmit;
  uint8_t *received[QUEUE_SIZE], *sent[QUEUE_SIZE]; /* each: header, which stays 0 when we send; ether frame */
  uint32_t free_slots;                              /* of the transmit queue */
};
static struct net_card cards[CARDS];

static void take_frames(struct net_card *of) {
  uint32_t slot, length;
  virtio_acknowledge(of->device);
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&of->transmit, &slot, &length); i++) of->free_slots |= 1u << slot;
  bool any = false;
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&of->receive, &slot, &length); i++) {
    if (length > HEADER_SIZE && length <= BUFFER_SIZE)
      net_receive(&of->card, of->received[slot] + HEADER_SIZE, length - HEADER_SIZE);
    virtqueue_put(&of->receive, slot, of->received[slot], BUFFER_SIZE, true);
    any = true;
  }
  if (any) virtqueue_notify(&of->receive);
}

/* The one whose registers lie there; with 0 one that is free. */
static struct net_card *card_at(uint64_t device) {
  for (struct net_card *of = cards; of < cards + CARDS; of++)
    if (of->device == device) return of;
  return NULL;
}

/* One of them: each has a wire of its own, but a handler is not told by which it was called. */
static void interrupt(void) {
  for (struct net_card *of = cards; of < cards + CARDS; of++)
    if (of->device != 0) take_frames(of);
}

/* A slot to send with, taken; QUEUE_SIZE where none is free. */
static uint32_t take_slot(struct net_card *of) {
  uint32_t slot = 0;
  while (slot < QUEUE_SIZE && !(of->free_slots >> slot & 1)) slot++;
  if (slot < QUEUE_SIZE) of->free_slots &= ~(1u << slot);
  return slot;
}

static bool transmit_frame(struct card *self, const uint8_t *frame, size_t length) {
  struct net_card *of = (struct net_card *)self;
  uint32_t slot = length > LARGEST_FRAME ? QUEUE_SIZE : take_slot(of);
  if (slot == QUEUE_SIZE) return false;
  memcpy(of->sent[slot] + HEADER_SIZE, frame, length);
  virtqueue_put(&of->transmit, slot, of->sent[slot], HEADER_SIZE + (uint32_t)length, false);
  virtqueue_notify(&of->transmit);
  return true;
}

/* What no driver should do: for lessons on what a device does then. The card may be of no use afterwards. */
bool virtio_net_break(enum queue_attack attack) {
  struct net_card *of = &cards[0];
  uint32_t slot = of->device == 0 ? QUEUE_SIZE : take_slot(of);
  if (slot == QUEUE_SIZE) return false;
  virtqueue_put(&of->transmit, slot, of->sent[slot], HEADER_SIZE, false);
  if (attack == ATTACK_LOOP) {
    of->transmit.descriptors[slot].flags = DESCRIPTOR_NEXT;
    of->transmit.descriptors[slot].next = (uint16_t)slot;
  } else {
    of->transmit.descriptors[slot].address = 0x7ffffffffffff000;
  }
  virtqueue_notify(&of->transmit);
  return true;
}

static void free_buffers(struct net_card *of) {
  for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++) {
    if (of->received[slot] != NULL) frame_free(of->received[slot] - GAP, FRAME_KERNEL);
    of->received[slot] = of->sent[slot] = NULL;
  }
}

static bool give_buffers(struct net_card *of) {
  for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++) {
    uint8_t *frame = frame_allocate(FRAME_KERNEL); /* half to receive, half to send */
    if (frame == NULL) return false;
    of->received[slot] = frame + GAP;
    of->sent[slot] = frame + PAGE_SIZE / 2 + GAP;
    virtqueue_put(&of->receive, slot, of->received[slot], BUFFER_SIZE, true);
  }
  return true;
}

bool virtio_net_start(uint64_t base, uint32_t irq, bool at_boot, uint32_t *number) {
  uint32_t features;
  struct net_card *of = card_at(0);
  if (of == NULL || card_at(base) != NULL) return false;
  if (!virtio_negotiate(base, FEATURE_MAC, &features)) return false;
  if (!virtqueue_start(&of->receive, base, QUEUE_RECEIVE) || !virtqueue_start(&of->transmit, base, QUEUE_TRANSMIT))
    return false;
  if (!give_buffers(of)) return virtio_reset(base), free_buffers(of), false;
  uint8_t mac[6] = {0x02, 'v', 'l', 'a', 'b', 0}; /* locally administered, for a card that has none */
  for (uint32_t i = 0; i < 6 && features & FEATURE_MAC; i++)
    mac[i] = *(volatile uint8_t *)at_physical(base + VIRTIO_CONFIG + i);
  of->device = base;
  of->free_slots = (1 << QUEUE_SIZE) - 1;
  of->card = (struct card){.way = "virtio", .slots = QUEUE_SIZE, .transmit = transmit_frame};
  plic_enable(irq, interrupt);
  virtio_go(base);
  virtqueue_notify(&of->receive);
  if (!net_start(&of->card, mac, at_boot)) {
    virtio_reset(base);
    free_buffers(of);
    of->device = 0;
    return false;
  }
  *number = net_number(&of->card);
  return true;
}

/* Lets go of a card, whose slot may be emptied then. */
int virtio_net_stop(uint64_t base, bool force, uint32_t *number) {
  struct net_card *of = card_at(base);
  if (of == NULL) return ERROR_NOT_FOUND;
  if (net_is_used(&of->card) && !force) return ERROR_BUSY;
  *number = net_number(&of->card);
  net_stop(&of->card);
  virtio_reset(base);
  free_buffers(of);
  of->device = 0;
  return 0;
}
