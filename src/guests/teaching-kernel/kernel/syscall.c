/*
 * System calls: one table, number to function. A function gets the six argument registers and returns a0.
 * Pointers from a process are only used through vm_copy_in and vm_copy_out.
 */
#include "proc.h"

typedef int64_t call(const uint64_t *arguments);

static bool give(uint64_t va, const void *from, size_t size) {
  return vm_copy_out(&this_process()->space, va, from, size);
}

static int64_t call_exit(const uint64_t *arguments) { process_exit((int)arguments[0]); }

/* Through a piece of kernel memory, so that the console never sees a user address. */
static int64_t call_write(const uint64_t *arguments) {
  char piece[512];
  for (uint64_t done = 0; done < arguments[1];) {
    uint64_t length = arguments[1] - done < sizeof piece ? arguments[1] - done : sizeof piece;
    if (!vm_copy_in(&this_process()->space, piece, arguments[0] + done, length)) return ERROR_BAD_ADDRESS;
    int written = console_write_user(piece, length);
    if (written < 0) return written;
    done += length;
  }
  return (int64_t)arguments[1];
}

static int64_t call_read(const uint64_t *arguments) {
  char line[LINE_LENGTH];
  int length = console_read_line(line, sizeof line < arguments[1] ? sizeof line : arguments[1]);
  if (length < 0) return length;
  return give(arguments[0], line, (size_t)length) ? length : ERROR_BAD_ADDRESS;
}

/* A text of a process, with its final 0: 0, or an error. */
static int take_text(char *to, uint64_t va, size_t size) {
  for (size_t length = 0;; length++) {
    if (length == size) return ERROR_INVALID;
    if (!vm_copy_in(&this_process()->space, to + length, va + length, 1)) return ERROR_BAD_ADDRESS;
    if (to[length] == 0) return 0;
  }
}

static int64_t call_spawn(const uint64_t *arguments) {
  char line[LINE_LENGTH];
  int error = take_text(line, arguments[0], sizeof line);
  return error != 0 ? error : process_spawn(line, arguments[1] != 0);
}

static int64_t call_wait(const uint64_t *arguments) { return process_wait((int)arguments[0]); }

/* Comes back when the process has ended and its memory is free. */
static int64_t call_kill(const uint64_t *arguments) {
  struct process *process = process_find((int)arguments[0]);
  int error = process_kill((int)arguments[0]);
  while (error == 0 && process != this_process() && process->pid == (int)arguments[0] &&
         (process->state == STATE_READY || process->state == STATE_RUNNING || process->state == STATE_SLEEPING))
    if (!sleep_on(process, TIME_NEVER)) return ERROR_INTERRUPTED;
  return error;
}

static int64_t call_yield(const uint64_t *arguments) {
  (void)arguments;
  yield();
  return 0;
}

static int64_t call_sleep_until(const uint64_t *arguments) {
  while (read_time() < arguments[0])
    if (!sleep_on(NULL, arguments[0])) return ERROR_INTERRUPTED;
  return 0;
}

static int64_t call_grow(const uint64_t *arguments) {
  struct address_space *space = &this_process()->space;
  uint64_t start = space->heap_end;
  if (arguments[0] > USER_HEAP_LIMIT - start) return ERROR_NO_MEMORY;
  space->heap_end += arguments[0];
  return (int64_t)start;
}

static int64_t call_map(const uint64_t *arguments) {
  struct page page;
  int error = vm_map(&this_process()->space, arguments[0], (enum map_mode)arguments[1], &page);
  if (error != 0) return error;
  fence_page(arguments[0], asid_of(this_process()));
  return give(arguments[2], &page, sizeof page) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_map_physical(const uint64_t *arguments) {
  int error = vm_map_physical(&this_process()->space, arguments[0], arguments[1]);
  if (error == 0) fence_page(arguments[0], asid_of(this_process()));
  return error;
}

static int64_t call_break_queue(const uint64_t *arguments) {
  return virtio_net_break((enum queue_attack)arguments[0]) ? 0 : ERROR_NO_DEVICE;
}

static int64_t call_walk(const uint64_t *arguments) {
  struct process *process = arguments[0] == 0 ? this_process() : process_find((int)arguments[0]);
  if (process == NULL || process->state == STATE_ZOMBIE) return ERROR_NOT_FOUND;
  struct walk walk = {.satp = vm_satp(&process->space, asid_of(process)), .pid = process->pid};
  vm_walk(&process->space, arguments[1], &walk);
  return give(arguments[2], &walk, sizeof walk) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_process_info(const uint64_t *arguments) {
  struct process_info info;
  int error = process_information(arguments[0], &info);
  if (error != 0) return error;
  return give(arguments[1], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_memory_info(const uint64_t *arguments) {
  struct memory_info info;
  frames_info(&info);
  return give(arguments[0], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_machine_info(const uint64_t *arguments) {
  struct machine_info info = {
      .timebase = platform.timebase,
      .boot_time = boot_time,
      .self = (uint64_t)this_process()->pid,
      .harts = harts_running,
      .sstc = platform.sstc,
      .asid_bits = asid_bits,
      .virtio_console = console_is_virtio,
      .sbi_version = sbi_version,
      .sbi_implementation = sbi_implementation,
  };
  if (!boot_argument("host", info.host, sizeof info.host)) copy_text(info.host, "guest", sizeof info.host);
  boot_argument("run", info.run, sizeof info.run);
  copy_text(info.boot_arguments, platform.boot_arguments, sizeof info.boot_arguments);
  return give(arguments[0], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_net_info(const uint64_t *arguments) {
  struct net_info info;
  int error = net_information(arguments[0], &info);
  if (error != 0) return error;
  return give(arguments[1], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_net_address(const uint64_t *arguments) {
  return net_address(arguments[0], (uint32_t)arguments[1], (uint32_t)arguments[2]);
}

static int64_t call_ping(const uint64_t *arguments) {
  return net_ping((uint32_t)arguments[0], (uint32_t)arguments[1], arguments[2], arguments[3]);
}

static int64_t call_udp_send(const uint64_t *arguments) {
  return net_udp_send((uint32_t)arguments[0], (uint16_t)arguments[1], arguments[2]);
}

static int64_t call_bounce(const uint64_t *arguments) {
  struct bounce bounce;
  if (!vm_copy_in(&this_process()->space, &bounce, arguments[0], sizeof bounce)) return ERROR_BAD_ADDRESS;
  int error = net_bounce(&bounce);
  if (error != 0) return error;
  return give(arguments[0], &bounce, sizeof bounce) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_frame_send(const uint64_t *arguments) {
  return net_frame_send(&this_process()->space, arguments[0], arguments[1]);
}

static int64_t call_relay(const uint64_t *arguments) { return net_relay(arguments[0]); }

static int64_t call_sbi(const uint64_t *arguments) {
  struct sbi_result result = sbi_call(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  return give(arguments[5], &result, sizeof result) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_power(const uint64_t *arguments) {
  console_flush();
  sbi_reset((enum power_action)arguments[0], false);
}

/* Jumps to an address where nothing is; with CRASH_VOID even the trap handler is gone, and traps follow for ever. */
static int64_t call_crash(const uint64_t *arguments) {
  console_flush();
  if (arguments[0] == CRASH_VOID) write_csr(stvec, 0x1000);
  ((void (*)(void))0x1000)();
  return 0;
}

static int64_t call_balloon(const uint64_t *arguments) {
  struct balloon_info info;
  virtio_balloon_information((enum balloon_mode)arguments[0], &info);
  return give(arguments[1], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_disk_info(const uint64_t *arguments) {
  struct disk_info info;
  int error = disk_information(arguments[0], &info);
  if (error != 0) return error;
  return give(arguments[1], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_disk_work(const uint64_t *arguments) {
  struct disk_work work;
  if (!vm_copy_in(&this_process()->space, &work, arguments[0], sizeof work)) return ERROR_BAD_ADDRESS;
  int error = disk_work(&work);
  if (error != 0) return error;
  return give(arguments[0], &work, sizeof work) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_agent_read(const uint64_t *arguments) {
  return virtio_agent_read(arguments[0], arguments[1], arguments[2]);
}

static int64_t call_agent_write(const uint64_t *arguments) { return virtio_agent_write(arguments[0], arguments[1]); }

static int64_t call_slot(const uint64_t *arguments) {
  char name[NAME_LENGTH];
  int error = virtio_slot_changed(arguments[0], (enum slot_change)arguments[1], name);
  if (error != 0) return error;
  return give(arguments[2], name, sizeof name) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_file_read(const uint64_t *arguments) {
  char name[FILE_NAME_LENGTH];
  int error = take_text(name, arguments[0], sizeof name);
  return error != 0 ? error : file_read(name, arguments[1], arguments[2], arguments[3]);
}

static int64_t call_file_write(const uint64_t *arguments) {
  char name[FILE_NAME_LENGTH];
  int error = take_text(name, arguments[0], sizeof name);
  return error != 0 ? error : file_write(name, arguments[1], arguments[2], arguments[3]);
}

static int64_t call_file_move(const uint64_t *arguments) {
  char name[FILE_NAME_LENGTH], new_name[FILE_NAME_LENGTH] = "";
  int error = take_text(name, arguments[0], sizeof name);
  if (error == 0 && arguments[1] != 0) error = take_text(new_name, arguments[1], sizeof new_name);
  return error != 0 ? error : file_move(name, new_name);
}

static int64_t call_file_info(const uint64_t *arguments) {
  struct file_info info;
  int error = file_information(arguments[0], &info);
  if (error != 0) return error;
  return give(arguments[1], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_screen_open(const uint64_t *arguments) {
  struct screen_info info;
  int error = screen_open(&info);
  if (error != 0) return error;
  fence_translations();
  return give(arguments[0], &info, sizeof info) ? 0 : ERROR_BAD_ADDRESS;
}

static int64_t call_screen_show(const uint64_t *arguments) {
  return screen_show((uint32_t)arguments[0], (uint32_t)arguments[1], (uint32_t)arguments[2], (uint32_t)arguments[3]);
}

static int64_t call_input_read(const uint64_t *arguments) {
  return virtio_input_read(arguments[0], arguments[1], arguments[2]);
}

static int64_t call_processor(const uint64_t *arguments) { return smp_change(arguments[0], arguments[1] != 0); }

static call *const calls[SYSTEM_CALLS] = {
    [SYS_EXIT] = call_exit,
    [SYS_WRITE] = call_write,
    [SYS_READ] = call_read,
    [SYS_SPAWN] = call_spawn,
    [SYS_WAIT] = call_wait,
    [SYS_KILL] = call_kill,
    [SYS_YIELD] = call_yield,
    [SYS_SLEEP_UNTIL] = call_sleep_until,
    [SYS_GROW] = call_grow,
    [SYS_MAP] = call_map,
    [SYS_MAP_PHYSICAL] = call_map_physical,
    [SYS_WALK] = call_walk,
    [SYS_PROCESS_INFO] = call_process_info,
    [SYS_MEMORY_INFO] = call_memory_info,
    [SYS_MACHINE_INFO] = call_machine_info,
    [SYS_NET_INFO] = call_net_info,
    [SYS_NET_ADDRESS] = call_net_address,
    [SYS_PING] = call_ping,
    [SYS_UDP_SEND] = call_udp_send,
    [SYS_SBI] = call_sbi,
    [SYS_POWER] = call_power,
    [SYS_CRASH] = call_crash,
    [SYS_BREAK_QUEUE] = call_break_queue,
    [SYS_BALLOON] = call_balloon,
    [SYS_DISK_INFO] = call_disk_info,
    [SYS_DISK_WORK] = call_disk_work,
    [SYS_BOUNCE] = call_bounce,
    [SYS_AGENT_READ] = call_agent_read,
    [SYS_AGENT_WRITE] = call_agent_write,
    [SYS_SLOT] = call_slot,
    [SYS_FILE_READ] = call_file_read,
    [SYS_FILE_WRITE] = call_file_write,
    [SYS_FILE_MOVE] = call_file_move,
    [SYS_FILE_INFO] = call_file_info,
    [SYS_SCREEN_OPEN] = call_screen_open,
    [SYS_SCREEN_SHOW] = call_screen_show,
    [SYS_INPUT_READ] = call_input_read,
    [SYS_FRAME_SEND] = call_frame_send,
    [SYS_RELAY] = call_relay,
    [SYS_PROCESSOR] = call_processor,
};

void system_call(void) {
  struct trap_frame *frame = this_process()->frame;
  uint64_t number = frame->x[REGISTER_A7];
  frame->x[REGISTER_A0] =
      number < SYSTEM_CALLS ? (uint64_t)calls[number](&frame->x[REGISTER_A0]) : (uint64_t)ERROR_NOT_FOUND;
}
