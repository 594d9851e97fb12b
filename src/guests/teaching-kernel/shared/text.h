/*
 * Memory and text functions that both the kernel and the user programs are built with.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
bool same_text(const char *a, const char *b);
/* Copies at most size - 1 characters and always ends with a 0. */
void copy_text(char *to, const char *from, size_t size);

/* 10.0.0.2 as 0x0a000002; returns the rest of the text, or 0 if it is no address. */
const char *parse_address(const char *text, uint32_t *address);
/* 10.0.0.2/24, whose prefix is 24 where none is said; the same. */
const char *parse_address_prefix(const char *text, uint32_t *address, uint32_t *prefix);
/* Decimal, or hexadecimal after 0x; returns the rest of the text, or 0 if there is no number or it does not fit. */
const char *parse_number(const char *text, uint64_t *number);

/*
 * %d %u %x %s %c %%, each with `l` for 64 bits, a width, `-` to align left and `0` to fill with zeroes;
 * %I is an IPv4 address (uint32_t), %M a MAC (const uint8_t *).
 */
void format(void (*put)(void *context, char c), void *context, const char *pattern, va_list arguments);
