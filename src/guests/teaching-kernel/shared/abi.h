/*
 * What a user program and the kernel agree on: system call numbers, their structures and error codes.
 * Included by both sides; it may hold no code.
 *
 * A call is `ecall` with the number in a7 and arguments in a0..a5; the result comes back in a0, negative for an error.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
  SYS_EXIT,           /* (code)                     does not return */
  SYS_WRITE,          /* (text, length)             to the console; sleeps while the console is full */
  SYS_READ,           /* (buffer, size)             one line typed at the console, without its end */
  SYS_SPAWN,          /* (command line, background) -> pid of a new process that runs it */
  SYS_WAIT,           /* (pid)                      until that foreground child ends -> its exit code */
  SYS_KILL,           /* (pid) */
  SYS_YIELD,          /* ()                         lets another process run */
  SYS_SLEEP_UNTIL,    /* (time)                     in ticks of the `time` CSR */
  SYS_GROW,           /* (bytes)                    of heap more -> address of the first */
  SYS_MAP,            /* (va, enum map_mode, struct page *)  gives a page a frame now */
  SYS_MAP_PHYSICAL,   /* (va, physical address)     gives a page any physical address, memory or not */
  SYS_WALK,           /* (pid or 0 for oneself, va, struct walk *) */
  SYS_PROCESS_INFO,   /* (index, struct process_info *)  -> 0, or ERROR_NOT_FOUND past the last */
  SYS_MEMORY_INFO,    /* (struct memory_info *) */
  SYS_MACHINE_INFO,   /* (struct machine_info *) */
  SYS_NET_INFO,       /* (card, struct net_info *)  -> 0, or ERROR_NOT_FOUND past the last */
  SYS_NET_ADDRESS,    /* (card, address, prefix)    the card's address from now on; 0: it has none */
  SYS_PING,           /* (address, sequence, payload bytes, timeout in ticks) -> round trip in ticks */
  SYS_UDP_SEND,       /* (address, port, payload bytes) */
  SYS_SBI,            /* (eid, fid, arg0, arg1, arg2, struct sbi_result *) */
  SYS_POWER,          /* (enum power_action)        does not return */
  SYS_CRASH,          /* (enum crash_kind)          does not return */
  SYS_BREAK_QUEUE,    /* (enum queue_attack)        gives the network card a descriptor that it must refuse */
  SYS_BALLOON,        /* (enum balloon_mode, struct balloon_info *) */
  SYS_DISK_INFO,      /* (index, struct disk_info *)  -> 0, or ERROR_NOT_FOUND past the last */
  SYS_DISK_WORK,      /* (struct disk_work *)       until all of it is done */
  SYS_BOUNCE,         /* (struct bounce *)          until all of it is back, or lost */
  SYS_AGENT_READ,     /* (buffer, AGENT_PIECE at least, until)  -> bytes from the hypervisor, 0 when the time has come */
  SYS_AGENT_WRITE,    /* (bytes, length)            to the hypervisor; until it has them */
  SYS_SLOT,           /* (physical address, enum slot_change, name of NAME_LENGTH)  a device has come, or is to go */
  SYS_FILE_READ,      /* (name, offset, buffer, size)   -> bytes */
  SYS_FILE_WRITE,     /* (name, offset, bytes, length)  the first at offset 0 makes the file anew */
  SYS_FILE_MOVE,      /* (name, new name, or 0: it is removed) */
  SYS_FILE_INFO,      /* (index, struct file_info *)  -> 0, or ERROR_NOT_FOUND past the last */
  SYS_SCREEN_OPEN,    /* (struct screen_info *)     the screen, keyboard and pointer are this process's until it ends */
  SYS_SCREEN_SHOW,    /* (x, y, width, height)      what was drawn there is to be seen */
  SYS_INPUT_READ,     /* (struct input_event *, count, until)  -> events, 0 when the time has come */
  SYS_FRAME_SEND,     /* (bytes, length)            an Ethernet frame as it stands, whatever it says */
  SYS_RELAY,          /* (until)                    IPv4 packets for others that come to us go where they belong -> how many did */
  SYS_PROCESSOR,      /* (hart, 0 or 1)             stops it, or starts it; until it is so */
  SYSTEM_CALLS
};

/* Every error a system call can answer with. */
enum {
  ERROR_INVALID = -1,       /* an argument makes no sense */
  ERROR_NOT_FOUND = -2,     /* no such process, entry or system call */
  ERROR_NO_MEMORY = -3,     /* no frame is free */
  ERROR_NO_PROCESS = -4,    /* the process table is full */
  ERROR_BAD_ADDRESS = -5,   /* a pointer leads outside the process */
  ERROR_INTERRUPTED = -6,   /* the process was killed while it waited */
  ERROR_NO_DEVICE = -7,     /* this machine has no such device, or the network card has no address */
  ERROR_NO_ROUTE = -8,      /* outside the subnet, and there is no gateway */
  ERROR_UNREACHABLE = -9,   /* nobody answers ARP for that address */
  ERROR_TIMEOUT = -10,      /* no answer in time */
  ERROR_BUSY = -11,         /* the card's transmit queue is full, or somebody works with the disk, the port or the screen */
  ERROR_IO = -12,           /* the disk has failed to serve a request */
};

enum {
  FRAME_LENGTH = 1514,      /* of an Ethernet frame, at most */
  NAME_LENGTH = 16,         /* of a process or host, with the final 0 */
  LINE_LENGTH = 128,        /* of a command line, with the final 0 */
  BOOT_ARGUMENTS_LENGTH = 512,
  NEIGHBOURS = 8,           /* entries of the ARP table */
  DISKS = 4,                /* that are used */
  CARDS = 4,
  FILES = 16,               /* that the kernel keeps in memory */
  FILE_NAME_LENGTH = 64,
  AGENT_PIECE = 256,        /* bytes that come from the hypervisor at a time, at most */
};

enum process_state { STATE_UNUSED, STATE_READY, STATE_RUNNING, STATE_SLEEPING, STATE_ZOMBIE };

struct process_info {
  int32_t pid;
  int32_t state;            /* enum process_state */
  int32_t hart;             /* where it runs or ran last, -1 before its first run */
  int32_t background;
  int32_t exit_code;        /* of a zombie */
  uint64_t cpu_ticks;       /* time on a hart, user and kernel */
  uint64_t resident_kib;    /* frames of its own, page tables included */
  char name[NAME_LENGTH];
};

struct memory_info {
  uint64_t first;           /* physical address of the first byte that the kernel uses */
  uint64_t total_kib;
  uint64_t image_kib;       /* the kernel, its data and the user programs */
  uint64_t kernel_kib;      /* frames for kernel stacks and device buffers */
  uint64_t tables_kib;      /* frames for page tables */
  uint64_t user_kib;        /* frames of processes */
  uint64_t free_kib;
  uint64_t untouched_kib;   /* the part of free that nobody has touched since the machine was started */
  uint64_t lent_kib;        /* in the balloon: the host has them */
};

enum balloon_mode { BALLOON_LOOK, BALLOON_FOLLOW, BALLOON_REFUSE };

struct balloon_info {
  uint32_t present;         /* 1: this machine has one */
  uint32_t refuses;         /* 1: it gives and takes nothing, whatever the host wants */
  uint64_t wanted, given;   /* frames */
};

struct machine_info {
  uint64_t timebase;        /* ticks of the `time` CSR in a second */
  uint64_t boot_time;       /* the `time` CSR when the kernel started */
  uint64_t self;            /* pid of the caller */
  uint32_t harts;           /* that run */
  uint32_t sstc;            /* 1: the timer is the stimecmp CSR, 0: an SBI call */
  uint32_t asid_bits;
  uint32_t virtio_console;  /* 1: console is a virtio device, 0: the SBI's debug console */
  uint64_t sbi_version;
  uint64_t sbi_implementation;
  char host[NAME_LENGTH];
  char run[LINE_LENGTH];    /* commands to start with */
  char boot_arguments[BOOT_ARGUMENTS_LENGTH];
};

struct neighbour {
  uint32_t address;         /* 0: unused */
  uint8_t mac[6];
};

struct net_info {
  uint32_t present;         /* 1: there is a card of this number */
  uint32_t address, prefix, gateway;  /* 10.0.0.2 is 0x0a000002 */
  uint8_t mac[6];
  char way[NAME_LENGTH];    /* what the card is driven by */
  uint64_t received, received_bytes, sent, sent_bytes;
  uint64_t dropped;         /* received and not understood, or no room to send */
  uint64_t echo_requests;   /* pings answered */
  uint64_t udp_received;
  struct neighbour neighbours[NEIGHBOURS];
};

/* The Sv39 walk of one address: what the hardware reads, entry by entry. */
struct walk {
  uint64_t satp;
  int32_t pid;
  uint32_t steps;           /* entries read, 1..3, 0 when the address is not canonical */
  uint64_t entry_address[3];/* physical address of each entry */
  uint64_t entry[3];
  uint64_t physical;        /* where the address leads, if `mapped` */
  uint32_t mapped;
};

enum map_mode {
  MAP_ZEROED,               /* a frame full of zeroes; the kernel is the first to touch it */
  MAP_UNTOUCHED,            /* a frame that nobody has touched since the machine was started */
};

struct page {
  uint64_t entry_address;   /* physical address of the page-table entry that was written */
  uint64_t old_entry, new_entry;
};

struct sbi_result {
  int64_t error;
  int64_t value;
};

enum power_action { POWER_OFF, POWER_REBOOT };
enum crash_kind { CRASH_JUMP, CRASH_VOID };
enum queue_attack {
  ATTACK_LOOP,              /* a chain of descriptors without end */
  ATTACK_WILD,              /* a buffer at an address where there is no memory */
};

struct disk_info {
  uint64_t blocks;          /* of 4 KiB */
  uint32_t slots;           /* requests that it takes at a time */
  uint32_t polls;           /* 1: it can be driven without interrupts */
  char way[NAME_LENGTH];    /* what it is driven by */
};

/* Blocks to be written with contents that follow from their numbers, or read and held against these. */
struct disk_work {
  uint64_t disk, first, blocks;
  uint32_t write;           /* 0: read */
  uint32_t poll;            /* 1: without interrupts */
  uint64_t depth;           /* requests at a time, at most; 0: as many as the disk takes */
  uint64_t ticks;           /* out: how long it took */
  uint64_t wrong;           /* out: blocks that did not hold what they should */
};

/* UDP packets that are sent to another machine's echo service, and held against what comes back. */
struct bounce {
  uint32_t address;
  uint32_t poll;            /* 1: without interrupts */
  uint64_t packets, bytes;  /* how many, and the payload of each */
  uint64_t depth;           /* under way at a time, at most; 0: as many as the card takes */
  uint64_t ticks;           /* out: how long it took */
  uint64_t lost, wrong;     /* out: packets that did not come back, or not as they were sent */
};

enum slot_change { SLOT_FILLED, SLOT_TO_EMPTY, SLOT_TO_EMPTY_BY_FORCE };

struct file_info {
  uint64_t bytes;
  char name[FILE_NAME_LENGTH];
};

struct screen_info {
  uint64_t at;              /* pixels from here on, row by row: 0x00rrggbb each */
  uint32_t width, height;
  char way[NAME_LENGTH];    /* what it is shown by */
};

/* What was done with keyboard or pointer; codes are those of Linux's input-event-codes.h, as virtio says. */
struct input_event {
  uint16_t type, code;
  uint32_t value;
};
