/*
 * The virtio console: queue 0 brings what was typed, queue 1 takes what is to be shown. virtio 1.2, section 5.3.
 * What the characters mean is console.c's business.
 */
#include "virtio.h"

enum { QUEUE_RECEIVE = 0, QUEUE_TRANSMIT = 1, RECEIVE_SIZE = 64 };

static uint64_t device;
static struct virtqueue receive, transmit;
static char typed[QUEUE_SIZE][RECEIVE_SIZE];
static bool busy; /* the device has something to show; slot 0 of the transmit queue */

/* Looks at both queues, with or without an interrupt. */
void virtio_console_poll(void) {
  uint32_t slot, length;
  if (busy && virtqueue_take(&transmit, &slot, &length)) {
    busy = false;
    console_sent();
  }
  bool received = false;
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&receive, &slot, &length); i++) {
    for (uint32_t at = 0; at < length && at < RECEIVE_SIZE; at++) console_input(typed[slot][at]);
    virtqueue_put(&receive, slot, typed[slot], RECEIVE_SIZE, true);
    received = true;
  }
  if (received) virtqueue_notify(&receive);
}

static void interrupt(void) {
  virtio_acknowledge(device);
  virtio_console_poll();
}

bool virtio_console_send(const char *text, size_t length) {
  if (busy) return false;
  busy = true;
  virtqueue_put(&transmit, 0, text, (uint32_t)length, false);
  virtqueue_notify(&transmit);
  return true;
}

bool virtio_console_start(uint64_t base, uint32_t irq) {
  uint32_t features;
  device = base;
  if (!virtio_negotiate(base, 0, &features)) return false; /* not MULTIPORT: one console, two queues */
  if (!virtqueue_start(&receive, base, QUEUE_RECEIVE) || !virtqueue_start(&transmit, base, QUEUE_TRANSMIT)) return false;
  for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++) virtqueue_put(&receive, slot, typed[slot], RECEIVE_SIZE, true);
  plic_enable(irq, interrupt);
  virtio_go(base);
  virtqueue_notify(&receive);
  console_use_virtio();
  return true;
}
