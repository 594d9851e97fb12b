/* What compilers call by themselves: the same code for every engine. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict target, const void *restrict source, size_t size) {
  uint8_t *to = target;
  const uint8_t *from = source;
  if ((((uintptr_t)to | (uintptr_t)from) & 7) == 0)
    for (; size >= 8; size -= 8, to += 8, from += 8) *(uint64_t *)to = *(const uint64_t *)from;
  while (size-- > 0) *to++ = *from++;
  return target;
}

void *memmove(void *target, const void *source, size_t size) {
  uint8_t *to = target;
  const uint8_t *from = source;
  if (to <= from) return memcpy(target, source, size);
  while (size-- > 0) to[size] = from[size];
  return target;
}

void *memset(void *target, int value, size_t size) {
  uint8_t *to = target;
  while (size-- > 0) *to++ = (uint8_t)value;
  return target;
}

int memcmp(const void *left, const void *right, size_t size) {
  const uint8_t *a = left, *b = right;
  for (; size > 0; size--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

int strcmp(const char *left, const char *right) {
  for (; *left && *left == *right; left++, right++) {}
  return (uint8_t)*left - (uint8_t)*right;
}
