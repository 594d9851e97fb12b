/*
 * The hypervisor's agent in this machine: says who it is, reports, and does what it is asked. The kernel starts it where the machine has
 * the port for it. The protocol is told in README.md beside the hypervisor's end of it; the agent of Linux speaks the same.
 */
#include "../../agent/messages.h"
#include "user.h"

enum { WORKERS = 4, LONGEST_S = 3600, LARGEST_MIB = 512, BLOCKS_IN_MIB = 256, PAGES_IN_MIB = 256, ROUNDS_PER_SECOND = 10 };
static const char HELLO_TEXT[] = "system teaching kernel\ncan report shutdown work files hotplug processors\n";

/* ---- messages and texts ---- */

static void send(uint8_t type, uint16_t id, const void *payload, uint64_t length) {
  static uint8_t bytes[HEADER + MOST];
  system_call(SYS_AGENT_WRITE, (uint64_t)bytes, message_bytes(bytes, type, id, payload, length), 0, 0, 0, 0);
}

static void send_text(uint8_t type, uint16_t id, const char *text) { send(type, id, text, strlen(text)); }

/* A text that is built piece by piece; what does not fit is left out. */
struct text {
  char *at, *end;
};

static void put(void *context, char c) {
  struct text *text = context;
  if (text->at + 1 < text->end) *text->at++ = c;
  *text->at = 0;
}

static void add(struct text *to, const char *pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  format(put, to, pattern, arguments);
  va_end(arguments);
}

static void fail(uint16_t id, const char *what, int64_t error) {
  char line[128];
  struct text text = {line, line + sizeof line};
  add(&text, "%s: %s", what, error_text(error));
  send_text(FAILED, id, line);
}

/* ---- reports ---- */

/* Processes that want a vCPU, besides this one: as the mean of a minute or so, in hundredths. */
static uint64_t load(void) {
  static uint64_t mean;
  struct process_info info;
  uint64_t wanting = 0;
  for (uint64_t i = 0; system_call(SYS_PROCESS_INFO, i, (uint64_t)&info, 0, 0, 0, 0) == 0; i++)
    if (info.state == STATE_READY || info.state == STATE_RUNNING) wanting++;
  if (wanting > 0) wanting--;
  return mean = (mean * 59 + wanting * 100 + 30) / 60;
}

/* No pressure: here nobody ever waits for memory. Who finds none is told so, or ended. */
static void report(void) {
  char lines[256];
  struct text text = {lines, lines + sizeof lines};
  struct memory_info memory;
  system_call(SYS_MEMORY_INFO, (uint64_t)&memory, 0, 0, 0, 0, 0);
  uint64_t wanting = load();
  add(&text, "memory.total %lu\nmemory.free %lu\n", memory.total_kib - memory.lent_kib, memory.free_kib);
  add(&text, "memory.available %lu\nload %lu.%02lu\n", memory.free_kib, wanting / 100, wanting % 100);
  struct net_info net;
  for (uint32_t card = 0; system_call(SYS_NET_INFO, card, (uint64_t)&net, 0, 0, 0, 0) == 0; card++)
    if (net.present && net.address != 0) add(&text, "address eth%u %I/%u\n", card, net.address, net.prefix);
  send_text(REPORT, 0, lines);
}

/* ---- workloads: processes of the programs that the shell has, for a time ---- */

static struct worker {
  int64_t pid;   /* 0: none */
  uint16_t id;
  uint64_t end;  /* when it is ended; UINT64_MAX: it ends by itself */
} workers[WORKERS];

static void start_worker(uint16_t id, const char *line, uint64_t end) {
  for (struct worker *worker = workers; worker < workers + WORKERS; worker++) {
    if (worker->pid != 0) continue;
    /* In front as the kernel sees it, so that its exit code is kept. */
    int64_t pid = system_call(SYS_SPAWN, (uint64_t)line, false, 0, 0, 0, 0);
    if (pid < 0) return fail(id, line, pid);
    *worker = (struct worker){pid, id, end};
    return;
  }
  send_text(FAILED, id, "enough work at a time");
}

static uint64_t number(const char *text, uint64_t otherwise) {
  uint64_t value;
  const char *rest = text == NULL ? NULL : parse_number(text, &value);
  return rest != NULL && *rest == 0 ? value : otherwise;
}

/* `cpu PERCENT SECONDS`, `memory MIB SECONDS`, `disk MIB NUMBER`: the disk's blocks are overwritten, so it has to be named. */
static void work(uint16_t id, char *arguments) {
  char line[64], *word[MOST_WORDS];
  int words = split_words(arguments, word);
  struct text text = {line, line + sizeof line};
  if (words != 3) return send_text(FAILED, id, "cpu PERCENT SECONDS, memory MIB SECONDS, or disk MIB NUMBER");
  bool is_cpu = same_text(word[0], "cpu"), is_memory = same_text(word[0], "memory"), is_disk = same_text(word[0], "disk");
  uint64_t amount = number(word[1], 0), seconds = number(word[2], LONGEST_S + 1);
  if (!is_cpu && !is_memory && !is_disk) return send_text(FAILED, id, "no such work");
  if (amount == 0 || amount > (is_cpu ? 100 : LARGEST_MIB) || seconds > LONGEST_S)
    return send_text(FAILED, id, "too much, or nothing");
  if (is_cpu) add(&text, "cpu %lu", amount);
  if (is_memory) add(&text, "dirty %lu %lu", amount * PAGES_IN_MIB, amount * PAGES_IN_MIB * ROUNDS_PER_SECOND);
  if (is_disk) add(&text, "disk %lu write %lu", seconds, amount * BLOCKS_IN_MIB);
  start_worker(id, line, is_disk ? UINT64_MAX : read_time() + seconds * machine()->timebase);
}

/* Ends a worker and has its place in the table of processes free; its exit code. */
static int64_t end_worker(struct worker *worker) {
  int64_t pid = worker->pid;
  worker->pid = 0;
  system_call(SYS_KILL, (uint64_t)pid, 0, 0, 0, 0, 0);
  return system_call(SYS_WAIT, (uint64_t)pid, 0, 0, 0, 0, 0);
}

/* Says which have come to an end. */
static void look_at_workers(void) {
  for (struct worker *worker = workers; worker < workers + WORKERS; worker++) {
    struct process_info info;
    if (worker->pid == 0) continue;
    uint16_t id = worker->id;
    bool in_time = read_time() >= worker->end;
    bool runs = find_process(worker->pid, &info) && info.state != STATE_ZOMBIE;
    if (runs && !in_time) continue;
    int64_t code = end_worker(worker);
    bool well = runs || code == 0;
    send_text(well ? DONE : FAILED, id, well ? "" : "it could not go on");
  }
}

/* ---- files ---- */

static struct {
  bool comes, goes;
  uint16_t id;
  uint32_t bytes;
  char name[FILE_NAME_LENGTH];
} coming, going;
static const char PART[] = "(coming)"; /* the name of one that is not whole yet */

static void forget_coming(void) {
  if (coming.comes) system_call(SYS_FILE_MOVE, (uint64_t)PART, 0, 0, 0, 0, 0);
  coming.comes = false;
}

static int64_t write_coming(const void *bytes, uint64_t length) {
  return system_call(SYS_FILE_WRITE, (uint64_t)PART, coming.bytes, (uint64_t)bytes, length, 0, 0);
}

static void put_file(uint16_t id, const char *name) {
  if (coming.comes) return send_text(FAILED, id, "another file is coming");
  if (name[0] == 0 || strlen(name) >= FILE_NAME_LENGTH) return send_text(FAILED, id, "bad name");
  coming.bytes = 0;
  int64_t error = write_coming("", 0);
  if (error < 0) return fail(id, name, error);
  coming.comes = true;
  coming.id = id;
  copy_text(coming.name, name, sizeof coming.name);
  send(ACK, id, &coming.bytes, sizeof coming.bytes);
}

static void take_data(uint16_t id, const void *bytes, uint64_t length) {
  if (!coming.comes || id != coming.id) return;
  if (length == 0) {
    int64_t error = system_call(SYS_FILE_MOVE, (uint64_t)PART, (uint64_t)coming.name, 0, 0, 0, 0);
    coming.comes = false;
    return error < 0 ? fail(id, coming.name, error) : send_text(DONE, id, coming.name);
  }
  int64_t error = write_coming(bytes, length);
  if (error < 0) {
    forget_coming();
    return fail(id, coming.name, error);
  }
  coming.bytes += (uint32_t)length;
  send(ACK, id, &coming.bytes, sizeof coming.bytes);
}

static void get_file(uint16_t id, const char *name) {
  struct file_info info;
  if (going.goes) return send_text(FAILED, id, "another file is going");
  for (uint64_t i = 0; system_call(SYS_FILE_INFO, i, (uint64_t)&info, 0, 0, 0, 0) == 0; i++) {
    if (!same_text(info.name, name)) continue;
    going.goes = true;
    going.id = id;
    going.bytes = 0;
    copy_text(going.name, name, sizeof going.name);
    uint32_t size = (uint32_t)info.bytes;
    return send(ACK, id, &size, sizeof size);
  }
  fail(id, name, ERROR_NOT_FOUND);
}

/* Sends a piece; false where none goes. */
static bool send_some(void) {
  static uint8_t piece[MOST];
  if (!going.goes) return false;
  int64_t count = system_call(SYS_FILE_READ, (uint64_t)going.name, going.bytes, (uint64_t)piece, sizeof piece, 0, 0);
  if (count > 0) {
    going.bytes += (uint32_t)count;
    send(DATA, going.id, piece, (uint64_t)count);
    return true;
  }
  going.goes = false;
  if (count == 0) send_text(DONE, going.id, "");
  else fail(going.id, going.name, count);
  return false;
}

/* ---- what is asked ---- */

/* Of a card that has come: eth1. */
static bool set_address(const char *card, const char *text) {
  uint32_t address, prefix;
  const char *rest = parse_address_prefix(text, &address, &prefix);
  if (rest == NULL || *rest != 0) return false;
  return system_call(SYS_NET_ADDRESS, number(card + strlen("eth"), CARDS), address, prefix, 0, 0, 0) == 0;
}

/* `SLOT [ADDRESS/PREFIX]` or `SLOT [force]`: the slot's address in hexadecimal. */
static void change_slot(uint16_t id, char *arguments, enum slot_change change) {
  char *word[MOST_WORDS], text[24] = "0x", name[NAME_LENGTH];
  int words = split_words(arguments, word);
  if (words == 0) return send_text(FAILED, id, "bad slot");
  copy_text(text + 2, word[0], sizeof text - 2);
  if (change == SLOT_TO_EMPTY && words > 1 && same_text(word[1], "force")) change = SLOT_TO_EMPTY_BY_FORCE;
  int64_t error = system_call(SYS_SLOT, number(text, 0), change, (uint64_t)name, 0, 0, 0);
  if (error == ERROR_NO_DEVICE) send_text(FAILED, id, "no driver for the device: disks and cards come and go here");
  else if (error == ERROR_BUSY) send_text(FAILED, id, "in use: somebody works with the disk, or the card has an address");
  /* What was never driven may go. */
  else if (error == ERROR_NOT_FOUND && change != SLOT_FILLED) send_text(DONE, id, "");
  else if (error < 0) fail(id, "the driver refuses the slot", error);
  else if (change == SLOT_FILLED && words > 1 && !set_address(name, word[1])) send_text(FAILED, id, "bad address");
  else send_text(DONE, id, name);
}

/* `NUMBER on` or `NUMBER off`. */
static void change_processor(uint16_t id, char *arguments) {
  char *word[MOST_WORDS];
  int words = split_words(arguments, word);
  uint64_t hart = words == 2 ? number(word[0], UINT64_MAX) : UINT64_MAX;
  if (hart == UINT64_MAX) return send_text(FAILED, id, "bad number");
  bool on = same_text(word[1], "on");
  int64_t error = system_call(SYS_PROCESSOR, hart, on, 0, 0, 0, 0);
  if (error == ERROR_BUSY) return send_text(FAILED, id, "devices interrupt this one: it stays");
  if (error < 0) return fail(id, on ? "it does not start" : "it does not stop", error);
  send_text(DONE, id, word[0]);
}

/* In order: first what it was asked to do, then the machine. */
static void shut_down(uint16_t id) {
  for (struct worker *worker = workers; worker < workers + WORKERS; worker++)
    if (worker->pid != 0) end_worker(worker);
  printf("agent: the hypervisor asks for an end; good bye\n");
  send_text(DONE, id, "");
  system_call(SYS_POWER, POWER_OFF, 0, 0, 0, 0, 0);
}

static void cancel(uint16_t id) {
  if (id == coming.id) forget_coming();
  if (id == going.id) going.goes = false;
  for (struct worker *worker = workers; worker < workers + WORKERS; worker++)
    if (worker->pid != 0 && worker->id == id) end_worker(worker);
}

static void hear(unsigned char type, unsigned short id, unsigned char *payload, unsigned long length) {
  char *text = (char *)payload;
  switch (type) {
    case ASK:
      send_text(HELLO, 0, HELLO_TEXT);
      return report();
    case SHUT_DOWN:
      return shut_down(id);
    case WORK:
      return work(id, text);
    case PLUG:
      return change_slot(id, text, SLOT_FILLED);
    case UNPLUG:
      return change_slot(id, text, SLOT_TO_EMPTY);
    case PROCESSOR:
      return change_processor(id, text);
    case PUT:
      return put_file(id, text);
    case GET:
      return get_file(id, text);
    case DATA:
      return take_data(id, payload, length);
    case CANCEL:
      return cancel(id);
    default: /* of a later version: ignored */
      return;
  }
}

/* When there is something to do at the latest: to report, to end a worker, or to see whether one has ended by itself. */
static uint64_t next_time(uint64_t report_at) {
  uint64_t next = report_at;
  for (const struct worker *worker = workers; worker < workers + WORKERS; worker++) {
    uint64_t look = worker->end == UINT64_MAX ? read_time() + machine()->timebase / 20 : worker->end;
    if (worker->pid != 0 && look < next) next = look;
  }
  return next;
}

int program_agent(int words, char **word) {
  static struct inbox inbox;
  (void)words, (void)word;
  send_text(HELLO, 0, HELLO_TEXT);
  for (uint64_t report_at = read_time();;) {
    if (read_time() >= report_at) {
      report();
      report_at = read_time() + machine()->timebase;
    }
    uint64_t room;
    uint8_t *to = inbox_room(&inbox, &room);
    uint64_t until = send_some() ? 0 : next_time(report_at);
    int64_t count = system_call(SYS_AGENT_READ, (uint64_t)to, room, until, 0, 0, 0);
    if (count < 0) {
      printf("agent: %s\n", count == ERROR_NO_DEVICE ? "this machine has no port for it" : error_text(count));
      return 1;
    }
    if (count > 0) inbox_take(&inbox, (uint64_t)count, hear);
    look_at_workers();
  }
}
