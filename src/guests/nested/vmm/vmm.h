/* The parts of the VMM: its console, and what KVM counts. */
#ifndef VMM_H
#define VMM_H
#include "kvm.h"

/* Writes to the terminal. */
void print(const char *text, u64 length);
void say(const char *text);

/* The serial port of the guest, of the kind of the 16550, with the terminal behind it. */
enum { UART = 0x10000000, UART_SIZE = 8 };
void console_begin(void);
void console_end(void);
u8 uart_read(u64 offset);
void uart_write(u64 offset, u8 value);

/* What KVM has counted of a vCPU, a line for each counter that is not zero. */
void print_statistics(i64 vcpu);

#endif
