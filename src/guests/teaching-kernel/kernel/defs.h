/*
 * Who exports what. One block per file, in the order of the tour in README.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../shared/abi.h"
#include "../shared/text.h"
#include "memlayout.h"
#include "riscv.h"

#define TIME_NEVER UINT64_MAX
#define MAX_HARTS 8
#define MAX_VIRTIO_DEVICES 16
#define MAX_IDE_DEVICES 4
#define MAX_ETHOC_DEVICES 1
#define MAX_PROCESSES 32

struct process;
struct hart;

/* A physical address as the kernel sees it, and back. */
static inline void *at_physical(uint64_t physical) { return (void *)(physical + KERNEL_OFFSET); }
static inline uint64_t physical_of(const void *pointer) { return (uint64_t)pointer - KERNEL_OFFSET; }

/* kernel.ld */
extern char kernel_start[], rodata_start[], data_start[], kernel_end[], programs_start[], programs_end[];

/* start.S, trap_entry.S */
struct context {
  uint64_t ra, sp, s[12];
};
extern char start_secondary[], trap_entry[], start_process[];
extern pte_t boot_root[];
void switch_context(struct context *from, struct context *to);

/* main.c */
extern uint64_t boot_time;

/* sbi.c: calls to the firmware or hypervisor below */
struct sbi_result sbi_call(uint64_t eid, uint64_t fid, uint64_t arg0, uint64_t arg1, uint64_t arg2);
void sbi_start(void);
void sbi_write(const char *text, size_t length);
size_t sbi_read(char *buffer, size_t size);
void sbi_set_timer(uint64_t time);
void sbi_interrupt_hart(uint64_t hart_id);
struct sbi_result sbi_start_hart(uint64_t hart_id, uint64_t address, uint64_t opaque);
void sbi_stop_hart(void);
bool sbi_hart_runs(uint64_t hart_id);
void sbi_reset(enum power_action action, bool failure) __attribute__((noreturn));
extern uint64_t sbi_version, sbi_implementation;

/* fdt.c: what the device tree says, copied out of it */
struct device_slot {
  uint64_t base;
  uint32_t irq;
  uint64_t memory;  /* of its own; 0: it has none */
};
struct platform {
  uint64_t memory_start, memory_end;
  uint64_t timebase;
  bool sstc;
  uint32_t harts;
  uint64_t hart_id[MAX_HARTS];
  uint32_t plic_context[MAX_HARTS];  /* of the hart's S-mode; UINT32_MAX if it has none */
  uint64_t plic_base;
  uint32_t virtio_slots;
  struct device_slot virtio[MAX_VIRTIO_DEVICES];
  uint32_t ide_disks;
  struct device_slot ide[MAX_IDE_DEVICES];
  uint32_t ethoc_cards;
  struct device_slot ethoc[MAX_ETHOC_DEVICES];
  struct {
    uint64_t base;
    uint32_t width, height, stride;  /* 0 pixels wide: there is none */
  } frame_buffer;
  char boot_arguments[BOOT_ARGUMENTS_LENGTH];
};
extern struct platform platform;
void fdt_read(uint64_t physical);
/* The value of NAME=value or virtlab.NAME=value among the boot arguments; false if it is not there. */
bool boot_argument(const char *name, char *value, size_t size);

/* frames.c: physical memory, 4 KiB at a time */
enum frame_use { FRAME_KERNEL, FRAME_TABLE, FRAME_USER, FRAME_USES };
void frames_start(uint64_t first, uint64_t end);
void *frame_allocate(enum frame_use use);             /* zeroed; NULL if there is none */
void *frame_allocate_untouched(enum frame_use use);   /* as it was when the machine started */
void frame_free(void *frame, enum frame_use use);
bool frame_lend(uint64_t reserve, uint32_t *number);    /* takes a free frame out of use; false if no more are free than those */
uint32_t frame_lent(void);                             /* the one lent last; it is not to be used yet */
void frame_returned(uint32_t number);                  /* free again, and not touched */
void frames_info(struct memory_info *info);

/* vm.c: page tables */
struct address_space {
  pte_t *root;
  uint64_t heap_end;
  uint32_t frames;  /* of its own, page tables included */
};
void vm_start(void);
void vm_use_kernel_space(void);
uint64_t vm_satp(const struct address_space *space, uint32_t asid);
bool vm_create(struct address_space *space);
void vm_destroy(struct address_space *space);
int vm_fault(struct address_space *space, uint64_t va, int access);  /* access: PTE_READ, _WRITE or _EXECUTE */
bool vm_copy_in(struct address_space *space, void *to, uint64_t va, size_t size);
bool vm_copy_out(struct address_space *space, uint64_t va, const void *from, size_t size);
int vm_map(struct address_space *space, uint64_t va, enum map_mode mode, struct page *page);
int vm_map_physical(struct address_space *space, uint64_t va, uint64_t physical);
void vm_walk(const struct address_space *space, uint64_t va, struct walk *walk);
extern uint32_t asid_bits;
extern pte_t *kernel_root;

/* print.c: the kernel's own messages */
void print(const char *pattern, ...);
void panic(const char *pattern, ...) __attribute__((noreturn));

/* console.c: the terminal: lines in, characters out */
void console_write(const char *text, size_t length);       /* for the kernel: never sleeps, may drop */
int console_write_user(const char *text, size_t length);   /* for a process: sleeps while the console is full */
int console_read_line(char *line, size_t size);
void console_input(char c);
void console_sent(void);
void console_use_virtio(void);
void console_flush(void);  /* waits, but not for ever, until everything is out */
extern bool console_is_virtio;
extern int console_foreground;  /* pid that Ctrl-C kills, 0 if none */

/* trap.c */
void trap_from_user(void);
void leave_kernel(void);
void take_interrupts(void);
void kernel_fault(uint64_t cause, uint64_t pc, uint64_t value, uint64_t ra, uint64_t sp) __attribute__((noreturn));

/* timer.c */
void timer_arm(void);
void timer_interrupt(void);

/* plic.c: interrupts of devices */
void plic_start(void);
void plic_enable(uint32_t irq, void (*handler)(void));
void plic_interrupt(void);

/* smp.c, lock.c: several harts, one lock */
struct hart {
  void *stack_top;            /* first: start.S reads it */
  struct process *process;    /* that runs here, or NULL */
  struct context scheduler;   /* of the hart's own loop, in sched.c */
  uint64_t id;                /* as the device tree and the SBI know it */
  uint32_t index;             /* 0 is the boot hart */
  bool running, idle, reschedule;
  bool leaving;               /* it stops as soon as no process runs here */
  uint64_t armed;             /* when the timer will fire, 0 if not known */
};
register struct hart *this_hart __asm__("tp");
extern struct hart harts[MAX_HARTS];
extern uint32_t harts_running;
void smp_start(uint64_t boot_hart_id);
void smp_start_others(void);
void smp_leave(void) __attribute__((noreturn));
int smp_change(uint64_t hart_id, bool on);
void secondary_main(struct hart *self);
void hart_start(void);
void kernel_lock(void);
void kernel_unlock(void);

/* sched.c: who runs */
void scheduler(void) __attribute__((noreturn));
void make_ready(struct process *process, bool front);
bool somebody_is_ready(void);
void yield(void);
void give_up_hart(void);
bool sleep_on(const void *channel, uint64_t deadline);  /* false if killed meanwhile */
void wake(const void *channel);

/* syscall.c */
void system_call(void);

/* disk.c, ide.c */
int disk_information(uint64_t index, struct disk_info *info);
int disk_work(struct disk_work *work);
void ide_start(void);

/* files.c: what a process keeps in memory beyond its own end */
int64_t file_read(const char *name, uint64_t offset, uint64_t va, uint64_t size);
int64_t file_write(const char *name, uint64_t offset, uint64_t va, uint64_t length);
int file_move(const char *name, const char *new_name);  /* "": it goes */
int file_information(uint64_t index, struct file_info *info);

/* screen.c: the one screen, in memory or behind a graphics adapter, and who has it */
int screen_open(struct screen_info *info);
int screen_show(uint32_t x, uint32_t y, uint32_t width, uint32_t height);
void screen_leave(const struct process *process);  /* it ends */

/* virtio_console.c, virtio_net.c, virtio_balloon.c, virtio_block.c, virtio_agent.c, virtio_gpu.c, virtio_input.c */
bool virtio_console_start(uint64_t base, uint32_t irq);
bool virtio_console_send(const char *text, size_t length);  /* false: still busy; calls console_sent when done */
void virtio_console_poll(void);
bool virtio_net_start(uint64_t base, uint32_t irq, bool at_boot, uint32_t *number);
int virtio_net_stop(uint64_t base, bool force, uint32_t *number);
bool virtio_net_break(enum queue_attack attack);
bool virtio_balloon_start(uint64_t base, uint32_t irq);
void virtio_balloon_information(enum balloon_mode mode, struct balloon_info *info);
bool virtio_block_start(uint64_t base, uint32_t irq, uint32_t *number);
int virtio_block_stop(uint64_t base, bool force, uint32_t *number);
bool virtio_agent_start(uint64_t base, uint32_t irq);
int64_t virtio_agent_read(uint64_t va, uint64_t size, uint64_t until);
int64_t virtio_agent_write(uint64_t va, uint64_t length);
void virtio_agent_leave(const struct process *process);  /* it ends */
extern bool virtio_agent_is_there;
void virtio_gpu_found(uint64_t base, uint32_t irq);
bool virtio_gpu_is_there(void);
int virtio_gpu_open(uint64_t va, uint32_t *width, uint32_t *height);
int virtio_gpu_show(uint32_t x, uint32_t y, uint32_t width, uint32_t height);
void virtio_gpu_close(void);
void virtio_input_found(uint64_t base, uint32_t irq);
void virtio_input_open(void);
int64_t virtio_input_read(uint64_t va, uint64_t count, uint64_t until);
void virtio_input_close(void);
void virtio_start(void);
int virtio_slot_changed(uint64_t base, enum slot_change change, char name[NAME_LENGTH]);

/* ethoc.c: another network card; card.h says what each must be */
void ethoc_start(void);

/* net.c: Ethernet, ARP, IPv4, ICMP, UDP */
int64_t net_ping(uint32_t address, uint32_t sequence, size_t size, uint64_t timeout);
int net_udp_send(uint32_t address, uint16_t port, size_t size);
int net_bounce(struct bounce *bounce);
int net_frame_send(struct address_space *from, uint64_t va, size_t length);
int64_t net_relay(uint64_t until);  /* -> packets that were passed on */
int net_information(uint64_t number, struct net_info *info);
int net_address(uint64_t number, uint32_t address, uint32_t prefix);
