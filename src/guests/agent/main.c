/* The agent of virtlab in a Linux guest: finds its port, says who it is, reports, and does what the hypervisor asks. */
#include "agent.h"

static const char PORT_NAME[] = "org.virtlab.agent.0";
enum { REPORT_MS = 1000, TRIES = 20, TRY_MS = 500 };

static i64 port = -1;

/* The port by its name: the names of those that there are lie below one folder. */
static i64 open_port(void) {
  char entry[64], path[128], name[64];
  /* One after the other, by number: vport0p0 to vport7p3. */
  for (int device = 0; device < 8; device++)
    for (int number = 0; number < 4; number++) {
      struct text to = {entry, entry + sizeof entry};
      add(&to, "vport"), add_number(&to, (u64)device), add(&to, "p"), add_number(&to, (u64)number);
      struct text file = {path, path + sizeof path};
      add(&file, "/sys/class/virtio-ports/"), add(&file, entry), add(&file, "/name");
      if (read_text(path, name, sizeof name) <= 0 || !starts_with(name, PORT_NAME)) continue;
      file = (struct text){path, path + sizeof path};
      add(&file, "/dev/"), add(&file, entry);
      return open_file(path, O_RDWR, 0);
    }
  return -1;
}

void send(u8 type, u16 id, const void *payload, u64 length) {
  static u8 frame[HEADER + MOST];
  u64 bytes = message_bytes(frame, type, id, payload, length);
  for (u64 done = 0; done < bytes;) {
    i64 count = CALL3(SYS_WRITE, port, frame + done, bytes - done);
    if (count == -EINTR) continue;
    if (count == -EAGAIN) sleep_ms(10);
    else if (count <= 0) CALL1(SYS_EXIT, 1);
    else done += (u64)count;
  }
}

void send_text(u8 type, u16 id, const char *text) { send(type, id, text, length_of(text)); }

/* In the words that the system has for it: its first process may have things to end. */
static void shut_down(u16 id) {
  static char *const ways[][2] = {{"/sbin/poweroff", 0}, {"/usr/sbin/poweroff", 0}, {"/bin/poweroff", 0}};
  send_text(DONE, id, "");
  for (u64 i = 0; i < sizeof ways / sizeof ways[0]; i++)
    if (run(ways[i]) == 0) return;
}

static void hear(u8 type, u16 id, u8 *payload, u64 length) {
  char *text = (char *)payload;
  switch (type) {
    case ASK:
      send_text(HELLO, 0, has_processors() ? "system linux\ncan report shutdown work files hotplug processors\n"
                                           : "system linux\ncan report shutdown work files hotplug\n");
      report();
      return;
    case SHUT_DOWN:
      shut_down(id);
      return;
    case WORK:
      work(id, text);
      return;
    case PLUG:
      plug(id, text);
      return;
    case UNPLUG:
      unplug(id, text);
      return;
    case PROCESSOR:
      processor(id, text);
      return;
    case PUT:
      put(id, text);
      return;
    case GET:
      get(id, text);
      return;
    case DATA:
      put_data(id, payload, length);
      return;
    case CANCEL:
      file_cancel(id);
      work_cancel(id);
      return;
    default: /* of a later version: ignored */
      return;
  }
}

static void take(void) {
  static struct inbox inbox;
  u64 room;
  u8 *to = inbox_room(&inbox, &room);
  i64 got = CALL3(SYS_READ, port, to, room);
  if (got == -EINTR || got == -EAGAIN) return;
  if (got <= 0) CALL1(SYS_EXIT, 0);
  inbox_take(&inbox, (u64)got, hear);
}

int main(void) {
  for (int i = 0; i < TRIES && port < 0; i++) {
    if (i > 0) sleep_ms(TRY_MS);
    port = open_port();
  }
  if (port < 0) return 0; /* a VM without an agent's port */
  send_text(HELLO, 0, "system linux\ncan report shutdown work files hotplug\n");
  u64 due = now_ms();
  for (;;) {
    u64 now = now_ms();
    if (now >= due) {
      report();
      due = now + REPORT_MS;
    }
    int busy = get_some();
    u64 wait = busy ? 0 : due - now < REPORT_MS ? due - now : REPORT_MS;
    struct timespec time = {(i64)(wait / 1000), (i64)(wait % 1000) * 1000000};
    struct {
      int file;
      short events, happened;
    } poll = {(int)port, POLLIN, 0};
    call(SYS_PPOLL, (i64)&poll, 1, (i64)&time, 0, 8, 0);
    if ((poll.happened & POLLIN) != 0) take();
    else if (poll.happened != 0) return 0; /* the port is gone */
    work_ended();
  }
}

__asm__(".globl _start\n_start:\n  .option push\n  .option norelax\n  la gp, __global_pointer$\n  .option pop\n"
        "  andi sp, sp, -16\n  call main\n  li a7, 93\n  ecall\n");
