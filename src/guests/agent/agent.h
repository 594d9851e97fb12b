/* What the parts of the agent are to each other. */
#ifndef AGENT_H
#define AGENT_H
#include "messages.h"
#include "system.h"

void send(u8 type, u16 id, const void *payload, u64 length);
void send_text(u8 type, u16 id, const char *text);

/* report.c */
void report(void);
/* processor.c: whether Linux can start and stop them; answers by itself. */
int has_processors(void);
void processor(u16 id, char *arguments);

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
