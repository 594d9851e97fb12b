/* Files in and out, one of each at a time, in pieces. A file that comes has another name until it is whole. */
#include "agent.h"

enum { PIECES = 8 };

static i64 putting = -1, getting = -1;
static u16 put_id, get_id;
static u32 put_length;
static char put_path[256], put_part[272];

static void put_end(int keep) {
  if (putting < 0) return;
  if (keep) CALL1(SYS_FSYNC, putting);
  close_file(putting);
  putting = -1;
  if (!keep) CALL3(SYS_UNLINKAT, AT_FDCWD, put_part, 0);
}

void put(u16 id, const char *path) {
  if (putting >= 0) return send_text(FAILED, id, "another file is coming");
  if (path[0] != '/' || length_of(path) >= sizeof put_path) return send_text(FAILED, id, "bad path");
  memcpy(put_path, path, length_of(path) + 1);
  struct text to = {put_part, put_part + sizeof put_part};
  add(&to, path), add(&to, ".part");
  putting = open_file(put_part, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (putting < 0) return send_text(FAILED, id, "cannot be written there");
  put_id = id;
  put_length = 0;
  send(ACK, id, &put_length, sizeof put_length);
}

void put_data(u16 id, const u8 *bytes, u64 length) {
  if (putting < 0 || id != put_id) return;
  if (length == 0) {
    put_end(1);
    i64 moved = call(SYS_RENAMEAT2, AT_FDCWD, (i64)put_part, AT_FDCWD, (i64)put_path, 0, 0);
    return moved < 0 ? send_text(FAILED, id, "cannot be written there") : send_text(DONE, id, put_path);
  }
  for (u64 done = 0; done < length;) {
    i64 count = CALL3(SYS_WRITE, putting, bytes + done, length - done);
    if (count <= 0) {
      put_end(0);
      return send_text(FAILED, id, "no room");
    }
    done += (u64)count;
  }
  put_length += (u32)length;
  send(ACK, id, &put_length, sizeof put_length);
}

void get(u16 id, const char *path) {
  u64 status[16];
  if (getting >= 0) return send_text(FAILED, id, "another file is going");
  getting = open_file(path, O_RDONLY, 0);
  if (getting < 0) return send_text(FAILED, id, "cannot be read");
  get_id = id;
  /* { device: 8, inode: 8, mode: 4, …, size: 8 at 48 } */
  u32 size = CALL2(SYS_FSTAT, getting, status) < 0 ? 0 : (u32)status[6];
  send(ACK, id, &size, sizeof size);
}

/* Sends a few pieces; true while there are more. */
int get_some(void) {
  static u8 piece[MOST];
  for (int i = 0; i < PIECES && getting >= 0; i++) {
    i64 count = CALL3(SYS_READ, getting, piece, sizeof piece);
    if (count > 0) {
      send(DATA, get_id, piece, (u64)count);
      continue;
    }
    close_file(getting);
    getting = -1;
    send_text(count == 0 ? DONE : FAILED, get_id, count == 0 ? "" : "cannot be read");
  }
  return getting >= 0;
}

void file_cancel(u16 id) {
  if (putting >= 0 && id == put_id) put_end(0);
  if (getting >= 0 && id == get_id) {
    close_file(getting);
    getting = -1;
  }
}
