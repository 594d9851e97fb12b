/*
 * virtio input devices: a keyboard, a pointer, fingers. Each event fills a buffer of the queue; a process takes them out. They are made
 * ready with the screen, and so long nothing waits in them. virtio 1.2, section 5.8.
 */
#include "virtio.h"
#include "proc.h"

enum { QUEUE_EVENTS = 0, MOST_INPUTS = 4 };

static struct input {
  uint64_t device;
  uint32_t irq;
  bool works;
  struct virtqueue queue;
  struct input_event events[QUEUE_SIZE];
} inputs[MOST_INPUTS];
static uint32_t found;

void virtio_input_found(uint64_t base, uint32_t irq) {
  if (found == MOST_INPUTS) return;
  inputs[found].device = base;
  inputs[found++].irq = irq;
}

static void interrupt(void) {
  for (uint32_t i = 0; i < found; i++)
    if (inputs[i].works) virtio_acknowledge(inputs[i].device);
  wake(inputs);
}

void virtio_input_open(void) {
  for (struct input *input = inputs; input < inputs + found; input++) {
    uint32_t features;
    if (!virtio_negotiate(input->device, 0, &features)) continue;
    if (!virtqueue_start(&input->queue, input->device, QUEUE_EVENTS)) continue;
    for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++)
      virtqueue_put(&input->queue, slot, &input->events[slot], sizeof input->events[slot], true);
    plic_enable(input->irq, interrupt);
    virtio_go(input->device);
    virtqueue_notify(&input->queue);
    input->works = true;
  }
}

/* Takes what has come from one of them; the number of events, or an error. */
static int64_t take(struct input *input, uint64_t va, uint64_t count) {
  uint32_t slot, length;
  uint64_t taken = 0;
  while (taken < count && virtqueue_take(&input->queue, &slot, &length)) {
    struct input_event event = input->events[slot];
    virtqueue_put(&input->queue, slot, &input->events[slot], sizeof input->events[slot], true);
    if (length < sizeof event) continue;
    if (!vm_copy_out(&this_process()->space, va + taken * sizeof event, &event, sizeof event)) return ERROR_BAD_ADDRESS;
    taken++;
  }
  if (taken > 0) virtqueue_notify(&input->queue);
  return (int64_t)taken;
}

int64_t virtio_input_read(uint64_t va, uint64_t count, uint64_t until) {
  for (;;) {
    uint64_t taken = 0;
    for (struct input *input = inputs; input < inputs + found && taken < count; input++) {
      int64_t more = input->works ? take(input, va + taken * sizeof(struct input_event), count - taken) : 0;
      if (more < 0) return more;
      taken += (uint64_t)more;
    }
    if (taken > 0 || read_time() >= until) return (int64_t)taken;
    if (!sleep_on(inputs, until)) return ERROR_INTERRUPTED;
  }
}

void virtio_input_close(void) {
  for (struct input *input = inputs; input < inputs + found; input++) {
    if (input->works) virtio_reset(input->device);
    input->works = false;
  }
}
