/* For kernels of others on targets without a C library; see ../memory.c. */
#ifndef STRING_H
#define STRING_H
#include <stddef.h>
void *memcpy(void *restrict target, const void *restrict source, size_t size);
void *memmove(void *target, const void *source, size_t size);
void *memset(void *target, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
#endif
