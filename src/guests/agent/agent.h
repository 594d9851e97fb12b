/* What the parts of the agent are to each other. The protocol is told in README.md beside the hypervisor's end of it. */
#ifndef AGENT_H
#define AGENT_H
#include "system.h"

enum { MAGIC = 0xa6, VERSION = 1, HEADER = 8, MOST = 1024 };

/* Messages: from the agent, and to it. */
enum { HELLO = 1, REPORT = 2, DONE = 3, FAILED = 4, ACK = 5, DATA = 6 };
enum { ASK = 0x10, SHUT_DOWN = 0x11, WORK = 0x12, PLUG = 0x13, UNPLUG = 0x14, PUT = 0x15, GET = 0x16, CANCEL = 0x17 };

void send(u8 type, u16 id, const void *payload, u64 length);
void send_text(u8 type, u16 id, const char *text);

/* report.c */
void report(void);
/* hotplug.c: each answers by itself. */
void plug(u16 id, char *arguments);
void unplug(u16 id, char *arguments);
/* work.c */
void work(u16 id, char *arguments);
void work_ended(void);
int work_cancel(u16 id);
/* files.c */
void put(u16 id, const char *path);
void put_data(u16 id, const u8 *bytes, u64 length);
void get(u16 id, const char *path);
int get_some(void);
void file_cancel(u16 id);

#endif
