/*
 * Devices that come and go. virtio-mmio has no way to tell of either: the driver of the slot is bound again, so that it looks at the
 * slot as it did at boot, and is unbound before the device goes.
 */
#include "agent.h"

static const char DRIVER[] = "/sys/bus/platform/drivers/virtio-mmio/";

/* `10008000` of "10008000 …": the platform device of that slot, and its folder. */
static void place_of(const char *slot, char *device, char *folder) {
  struct text to = {device, device + 64};
  add(&to, slot), add(&to, ".virtio_mmio");
  to = (struct text){folder, folder + 256};
  add(&to, "/sys/bus/platform/devices/"), add(&to, device), add(&to, "/");
}

/* What Linux calls the device in a slot: `vdb`, `eth1`; empty for none. Which sort it is in `sort`. */
static void name_of(const char *folder, char *name, const char **sort) {
  static const char *const sorts[] = {"block", "net"};
  char path[256], virtio[64];
  name[0] = 0;
  *sort = "";
  if (find_entry(folder, "virtio", virtio) == 0) return;
  for (int i = 0; i < 2 && name[0] == 0; i++) {
    struct text to = {path, path + sizeof path};
    add(&to, folder), add(&to, virtio), add(&to, "/"), add(&to, sorts[i]);
    if (find_entry(path, "", name) > 0) *sort = sorts[i];
  }
}

static void fail_with(u16 id, const char *what, const char *more) {
  char text[160];
  struct text to = {text, text + sizeof text};
  add(&to, what), add(&to, more);
  send_text(FAILED, id, text);
}

/* `SLOT [ADDRESS/PREFIX]`: answers what the device is called. */
void plug(u16 id, char *arguments) {
  char device[64], folder[256], name[64], path[128];
  const char *sort;
  const char *slot = word_of(&arguments);
  char *address = word_of(&arguments);
  if (length_of(slot) > 16) return fail_with(id, "bad slot", "");
  place_of(slot, device, folder);
  struct text to = {path, path + sizeof path};
  add(&to, DRIVER), add(&to, "bind");
  i64 bound = write_text(path, device);
  /* Linux names a disk when it has read its first sector. */
  for (int i = 0; i < 20; i++) {
    name_of(folder, name, &sort);
    if (name[0] != 0) break;
    sleep_ms(20);
  }
  if (name[0] == 0) return fail_with(id, bound < 0 ? "the driver refuses the slot" : "no driver for the device", "");
  if (equal(sort, "net")) {
    char *const up[] = {"/sbin/ip", "link", "set", name, "up", 0};
    char *const with[] = {"/sbin/ip", "address", "add", address, "dev", name, 0};
    if (address[0] != 0) run(with);
    run(up);
  }
  send_text(DONE, id, name);
}

/* Where a disk is mounted, once; empty where it is not. Partitions count: /dev/vdb1. */
static void mount_of(const char *name, char *where) {
  static char mounts[4096];
  char path[80];
  struct text to = {path, path + sizeof path};
  add(&to, "/dev/"), add(&to, name);
  where[0] = 0;
  if (read_text("/proc/mounts", mounts, sizeof mounts) <= 0) return;
  for (char *at = mounts; *at != 0;) {
    int is_ours = starts_with(at, path);
    word_of(&at);
    char *point = word_of(&at);
    if (is_ours && length_of(point) < 128) {
      memcpy(where, point, length_of(point) + 1);
      return;
    }
    while (*at != 0 && *at++ != '\n') {}
  }
}

/* A card is in use while it is up and has an address. */
static int card_in_use(const char *name) {
  struct {
    char name[16];
    u8 rest[24];
  } request;
  memset(&request, 0, sizeof request);
  if (length_of(name) >= sizeof request.name) return 0;
  memcpy(request.name, name, length_of(name));
  i64 socket = CALL3(SYS_SOCKET, 2, 2 | O_CLOEXEC, 0);
  if (socket < 0) return 0;
  i64 has_address = CALL3(SYS_IOCTL, socket, 0x8915, &request);
  i64 has_flags = CALL3(SYS_IOCTL, socket, 0x8913, &request);
  close_file(socket);
  return has_address >= 0 && has_flags >= 0 && (request.rest[0] & 1) != 0;
}

/* `SLOT [force]`: refuses what is in use, unless it is forced. */
void unplug(u16 id, char *arguments) {
  char device[64], folder[256], name[64], where[128], path[128];
  const char *sort;
  const char *slot = word_of(&arguments);
  int force = equal(word_of(&arguments), "force");
  if (length_of(slot) > 16) return fail_with(id, "bad slot", "");
  place_of(slot, device, folder);
  name_of(folder, name, &sort);
  if (equal(sort, "block")) {
    for (int i = 0; i < 8; i++) {
      mount_of(name, where);
      if (where[0] == 0) break;
      if (!force) return fail_with(id, "in use: mounted on ", where);
      CALL2(SYS_UMOUNT2, where, MNT_DETACH);
    }
  } else if (equal(sort, "net") && card_in_use(name) && !force)
    return fail_with(id, "in use: has an address and is up: ", name);
  CALL1(SYS_SYNC, 0);
  struct text to = {path, path + sizeof path};
  add(&to, DRIVER), add(&to, "unbind");
  if (write_text(path, device) < 0 && name[0] != 0) return fail_with(id, "the driver does not let go of ", name);
  send_text(DONE, id, name);
}
