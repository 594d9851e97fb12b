/* Bytes to messages, and back. */
#include "messages.h"

void *memcpy(void *to, const void *from, unsigned long count);

unsigned char *inbox_room(struct inbox *inbox, unsigned long *room) {
  *room = sizeof inbox->bytes - inbox->count;
  return inbox->bytes + inbox->count;
}

void inbox_take(struct inbox *inbox, unsigned long more, hear_message *hear) {
  static unsigned char payload[MOST + 1];
  inbox->count += more;
  unsigned long at = 0;
  while (inbox->count - at >= HEADER) {
    const unsigned char *header = inbox->bytes + at;
    unsigned long length = header[6] | (unsigned long)header[7] << 8;
    if (header[0] != MAGIC || header[1] != VERSION || length > MOST) {
      at++;
      continue;
    }
    if (inbox->count - at < HEADER + length) break;
    memcpy(payload, header + HEADER, length);
    payload[length] = 0;
    hear(header[2], (unsigned short)(header[4] | header[5] << 8), payload, length);
    at += HEADER + length;
  }
  for (unsigned long i = at; i < inbox->count; i++) inbox->bytes[i - at] = inbox->bytes[i];
  inbox->count -= at;
}

unsigned long message_bytes(unsigned char *to, unsigned char type, unsigned short id, const void *payload, unsigned long length) {
  if (length > MOST) length = MOST;
  const unsigned char header[HEADER] = {
      MAGIC, VERSION, type, 0, (unsigned char)id, (unsigned char)(id >> 8), (unsigned char)length, (unsigned char)(length >> 8)};
  memcpy(to, header, HEADER);
  memcpy(to + HEADER, payload, length);
  return HEADER + length;
}
