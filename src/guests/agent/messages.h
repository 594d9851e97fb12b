/*
 * The messages of hypervisor and agent, for the agent of any system: bytes become messages, and messages bytes. The protocol is told in
 * README.md beside the hypervisor's end of it.
 *
 *     magic 1 · version 1 · type 1 · 0 · request 2 · length 2 · payload
 */
#ifndef MESSAGES_H
#define MESSAGES_H

enum { MAGIC = 0xa6, VERSION = 1, HEADER = 8, MOST = 1024 };

/* From the agent, and to it. */
enum { HELLO = 1, REPORT = 2, DONE = 3, FAILED = 4, ACK = 5, DATA = 6 };
enum { ASK = 0x10, SHUT_DOWN = 0x11, WORK = 0x12, PLUG = 0x13, UNPLUG = 0x14, PUT = 0x15, GET = 0x16, CANCEL = 0x17, PROCESSOR = 0x18 };

/* What has come and is no whole message yet. */
struct inbox {
  unsigned char bytes[2 * (HEADER + MOST)];
  unsigned long count;
};

/* The payload ends with a 0 that is not counted. */
typedef void hear_message(unsigned char type, unsigned short id, unsigned char *payload, unsigned long length);

/* Room for what comes next, and how much; it is there once it is taken. */
unsigned char *inbox_room(struct inbox *inbox, unsigned long *room);
/* Takes whole messages out of what has come, so many bytes more; what is no message is skipped byte by byte. */
void inbox_take(struct inbox *inbox, unsigned long more, hear_message *hear);

/* A message as bytes, HEADER + MOST at most: how many. */
unsigned long message_bytes(unsigned char *to, unsigned char type, unsigned short id, const void *payload, unsigned long length);

#endif
