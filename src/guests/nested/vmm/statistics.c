/* KVM's own counters of a vCPU, from the file that KVM_GET_STATS_FD opens. */
#include "vmm.h"

enum { NAME_SIZE = 64, TYPE = 15, CUMULATIVE = 0, UNIT = 0xf0, NO_UNIT = 0 };

static i64 read_at(i64 file, void *to, u64 size, u64 offset) {
  return CALL4(SYS_PREAD64, file, to, size, offset);
}

static void print_counter(const char *name, u64 value) {
  char line[NAME_SIZE + 32];
  struct text text = {line, line + sizeof line};
  add(&text, "kvm: ");
  add(&text, name);
  add(&text, " ");
  add_number(&text, value);
  add(&text, "\r\n");
  say(line);
}

void print_statistics(i64 vcpu) {
  struct {
    struct kvm_stats_description is;
    char name[NAME_SIZE];
  } counter;
  struct kvm_stats_header header;
  i64 file = CALL2(SYS_IOCTL, vcpu, KVM_GET_STATS_FD);
  if (file < 0) return;
  if (read_at(file, &header, sizeof header, 0) == sizeof header && header.name_size <= NAME_SIZE) {
    u64 size = sizeof counter.is + header.name_size;
    for (u32 i = 0; i < header.count; i++) {
      u64 value = 0;
      if (read_at(file, &counter, size, header.descriptions_offset + i * size) != (i64)size) break;
      if ((counter.is.flags & (TYPE | UNIT)) != (CUMULATIVE | NO_UNIT) || counter.is.size != 1) continue;
      read_at(file, &value, sizeof value, header.data_offset + counter.is.offset);
      counter.name[NAME_SIZE - 1] = 0;
      if (value != 0) print_counter(counter.name, value);
    }
  }
  close_file(file);
}
