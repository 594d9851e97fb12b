/*
 * The port of the hypervisor's agent: a virtio console with several ports, of which one has a name. Bytes pass through it; what they
 * mean is the business of user/agent.c. virtio 1.2, section 5.3.6.
 */
#include "virtio.h"
#include "proc.h"

enum { QUEUE_RECEIVE = 0, QUEUE_TRANSMIT = 1, QUEUE_HEAR = 2, QUEUE_TELL = 3 };
enum { FEATURE_MULTIPORT = 1 << 1 };
enum { DEVICE_READY = 0, PORT_ADD = 1, PORT_READY = 3, PORT_OPEN = 6, PORT_NAME = 7 };
enum { OUR_PORT = 0, MOST_SENT = 2048 };

/* A message about a port; a name follows where there is one. */
struct control {
  uint32_t port;
  uint16_t event, value;
  char name[56];
};
enum { CONTROL_HEADER = 8 };

static const char NAME[] = "org.virtlab.agent.0";

bool virtio_agent_is_there;
static uint64_t device;
static struct virtqueue receive, transmit, hear, tell;
static uint8_t received[QUEUE_SIZE][AGENT_PIECE], sent[MOST_SENT];
static struct control heard[QUEUE_SIZE], told[QUEUE_SIZE];
static uint32_t told_count;
static bool busy;                /* the device has what was sent last */
static bool has_name;            /* the port is the one that is wanted */
static struct process *owner;    /* who has it open */

/* A few in all; who sends more than there is room for is not heard. */
static void say(uint16_t event, uint16_t value) {
  uint32_t slot, length;
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&tell, &slot, &length); i++) told_count--;
  if (told_count == QUEUE_SIZE) return;
  slot = tell.available.index % QUEUE_SIZE; /* they come back in order */
  told_count++;
  told[slot] = (struct control){.port = OUR_PORT, .event = event, .value = value};
  virtqueue_put(&tell, slot, &told[slot], CONTROL_HEADER, false);
  virtqueue_notify(&tell);
}

static void hear_control(const struct control *message, uint32_t length) {
  if (length < CONTROL_HEADER || message->port != OUR_PORT) return;
  if (message->event == PORT_ADD) say(PORT_READY, 1);
  if (message->event != PORT_NAME || length < CONTROL_HEADER + sizeof NAME - 1) return;
  has_name = memcmp(message->name, NAME, sizeof NAME - 1) == 0;
  if (has_name && owner != NULL) say(PORT_OPEN, 1);
}

static void poll(void) {
  uint32_t slot, length;
  if (busy && virtqueue_take(&transmit, &slot, &length)) {
    busy = false;
    wake(&transmit);
  }
  bool any = false;
  for (int i = 0; i < QUEUE_SIZE && virtqueue_take(&hear, &slot, &length); i++) {
    hear_control(&heard[slot], length);
    virtqueue_put(&hear, slot, &heard[slot], sizeof heard[slot], true);
    any = true;
  }
  if (any) virtqueue_notify(&hear);
}

static void interrupt(void) {
  virtio_acknowledge(device);
  poll();
  wake(&receive);
}

bool virtio_agent_start(uint64_t base, uint32_t irq) {
  uint32_t features;
  if (device != 0 || !virtio_negotiate(base, FEATURE_MULTIPORT, &features)) return false;
  if (!(features & FEATURE_MULTIPORT)) return virtio_reset(base), false; /* a console that nobody needs */
  struct virtqueue *const queues[] = {&receive, &transmit, &hear, &tell};
  for (uint32_t number = QUEUE_RECEIVE; number <= QUEUE_TELL; number++)
    if (!virtqueue_start(queues[number], base, number)) return false;
  device = base;
  for (uint32_t slot = 0; slot < QUEUE_SIZE; slot++) {
    virtqueue_put(&receive, slot, received[slot], AGENT_PIECE, true);
    virtqueue_put(&hear, slot, &heard[slot], sizeof heard[slot], true);
  }
  plic_enable(irq, interrupt);
  virtio_go(base);
  virtqueue_notify(&receive);
  virtqueue_notify(&hear);
  say(DEVICE_READY, 1);
  return virtio_agent_is_there = true;
}

/* The port is of the first process that asks, until that ends. */
static int take_port(void) {
  if (device == 0) return ERROR_NO_DEVICE;
  if (owner == this_process()) return 0;
  if (owner != NULL) return ERROR_BUSY;
  owner = this_process();
  if (has_name) say(PORT_OPEN, 1);
  return 0;
}

int64_t virtio_agent_read(uint64_t va, uint64_t size, uint64_t until) {
  int error = size < AGENT_PIECE ? ERROR_INVALID : take_port();
  if (error != 0) return error;
  uint32_t slot, length;
  while (!virtqueue_take(&receive, &slot, &length)) {
    if (read_time() >= until) return 0;
    if (!sleep_on(&receive, until)) return ERROR_INTERRUPTED;
  }
  if (length > AGENT_PIECE) length = AGENT_PIECE;
  bool given = vm_copy_out(&this_process()->space, va, received[slot], length);
  virtqueue_put(&receive, slot, received[slot], AGENT_PIECE, true);
  virtqueue_notify(&receive);
  return given ? (int64_t)length : ERROR_BAD_ADDRESS;
}

int64_t virtio_agent_write(uint64_t va, uint64_t length) {
  int error = length > MOST_SENT ? ERROR_INVALID : take_port();
  if (error != 0) return error;
  if (!vm_copy_in(&this_process()->space, sent, va, length)) return ERROR_BAD_ADDRESS;
  busy = true;
  virtqueue_put(&transmit, 0, sent, (uint32_t)length, false);
  virtqueue_notify(&transmit);
  for (poll(); busy;)
    if (!sleep_on(&transmit, TIME_NEVER)) return ERROR_INTERRUPTED;
  return (int64_t)length;
}

void virtio_agent_leave(const struct process *process) {
  if (owner != process) return;
  owner = NULL;
  if (has_name) say(PORT_OPEN, 0);
}
