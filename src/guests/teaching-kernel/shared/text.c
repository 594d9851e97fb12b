/*
 * Memory and text functions of kernel and user programs. They know nothing of either.
 */
#include "text.h"

/*
 * Both go byte by byte up to a multiple of 8, then by words where that fits: not every machine stores misaligned words.
 * The accesses are volatile, so that the compiler does not make a call of memset out of memset.
 */
void *memset(void *to, int byte, size_t size) {
  volatile uint8_t *at = to;
  uint64_t word = (uint8_t)byte * 0x0101010101010101ul;
  for (; size > 0 && ((uintptr_t)at & 7) != 0; size--) *at++ = (uint8_t)byte;
  for (; size >= 8; size -= 8, at += 8) *(volatile uint64_t *)at = word;
  for (; size > 0; size--) *at++ = (uint8_t)byte;
  return to;
}

void *memcpy(void *to, const void *from, size_t size) {
  volatile uint8_t *at = to;
  const uint8_t *source = from;
  if ((((uintptr_t)at ^ (uintptr_t)source) & 7) == 0) {
    for (; size > 0 && ((uintptr_t)at & 7) != 0; size--) *at++ = *source++;
    for (; size >= 8; size -= 8, at += 8, source += 8) *(volatile uint64_t *)at = *(const uint64_t *)source;
  }
  for (; size > 0; size--) *at++ = *source++;
  return to;
}

int memcmp(const void *a, const void *b, size_t size) {
  const unsigned char *x = a, *y = b;
  for (; size > 0; size--, x++, y++)
    if (*x != *y) return *x < *y ? -1 : 1;
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

bool same_text(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

void copy_text(char *to, const char *from, size_t size) {
  while (size > 1 && *from != 0) *to++ = *from++, size--;
  *to = 0;
}

const char *parse_address(const char *text, uint32_t *address) {
  uint32_t value = 0;
  for (int part = 0; part < 4; part++) {
    uint32_t byte = 0;
    int digits = 0;
    for (; *text >= '0' && *text <= '9' && digits < 4; digits++) byte = byte * 10 + (uint32_t)(*text++ - '0');
    if (digits == 0 || byte > 255) return 0;
    value = value << 8 | byte;
    if (part < 3 && *text++ != '.') return 0;
  }
  *address = value;
  return text;
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

const char *parse_address_prefix(const char *text, uint32_t *address, uint32_t *prefix) {
  uint64_t bits = 24;
  const char *rest = parse_address(text, address);
  if (rest != NULL && *rest == '/') rest = parse_number(rest + 1, &bits);
  *prefix = (uint32_t)bits;
  return bits > 32 ? NULL : rest;
}

const char *parse_number(const char *text, uint64_t *number) {
  int base = 10;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) base = 16, text += 2;
  uint64_t value = 0;
  int digits = 0;
  for (; digit_of(*text) < base; digits++, text++) {
    uint64_t digit = (uint64_t)digit_of(*text);
    if (value > (UINT64_MAX - digit) / (uint64_t)base) return 0;
    value = value * (uint64_t)base + digit;
  }
  if (digits == 0) return 0;
  *number = value;
  return text;
}

/* One conversion: its text in `text`, at most `length` characters. */
struct field {
  const char *text;
  size_t length;
};

/* Digits are made from the right end of `room`. */
static struct field digits_of(char *room_end, uint64_t value, uint64_t base) {
  char *at = room_end;
  do {
    *--at = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  return (struct field){at, (size_t)(room_end - at)};
}

void format(void (*put)(void *context, char c), void *context, const char *pattern, va_list arguments) {
  for (; *pattern != 0; pattern++) {
    if (*pattern != '%') {
      put(context, *pattern);
      continue;
    }
    bool left = false, is_long = false;
    char fill = ' ';
    size_t width = 0;
    pattern++;
    if (*pattern == '-') left = true, pattern++;
    if (*pattern == '0') fill = '0', pattern++;
    while (*pattern >= '0' && *pattern <= '9') width = width * 10 + (size_t)(*pattern++ - '0');
    if (*pattern == 'l') is_long = true, pattern++;

    char room[24];
    char *room_end = room + sizeof room;
    struct field field;
    switch (*pattern) {
      case 'd': {
        int64_t value = is_long ? va_arg(arguments, int64_t) : va_arg(arguments, int);
        field = digits_of(room_end, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
        if (value < 0) {
          room_end = (char *)field.text;
          *--room_end = '-';
          field.text = room_end;
          field.length++;
        }
        break;
      }
      case 'u':
      case 'x': {
        uint64_t value = is_long ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned);
        field = digits_of(room_end, value, *pattern == 'x' ? 16 : 10);
        break;
      }
      case 's': {
        const char *text = va_arg(arguments, const char *);
        field = (struct field){text, strlen(text)};
        break;
      }
      case 'c':
        room[0] = (char)va_arg(arguments, int);
        field = (struct field){room, 1};
        break;
      case 'I': {
        uint32_t address = va_arg(arguments, uint32_t);
        char *at = room_end;
        for (int part = 0; part < 4; part++) {
          at = (char *)digits_of(at, address >> (8 * part) & 255, 10).text;
          if (part < 3) *--at = '.';
        }
        field = (struct field){at, (size_t)(room_end - at)};
        break;
      }
      case 'M': {
        const uint8_t *mac = va_arg(arguments, const uint8_t *);
        char *at = room;
        for (int part = 0; part < 6; part++) {
          if (part > 0) *at++ = ':';
          *at++ = "0123456789abcdef"[mac[part] >> 4];
          *at++ = "0123456789abcdef"[mac[part] & 15];
        }
        field = (struct field){room, (size_t)(at - room)};
        break;
      }
      case 0:
        return;
      default:
        room[0] = *pattern;
        field = (struct field){room, 1};
    }
    size_t gap = width > field.length ? width - field.length : 0;
    if (!left)
      for (; gap > 0; gap--) put(context, fill);
    for (size_t i = 0; i < field.length; i++) put(context, field.text[i]);
    for (; gap > 0; gap--) put(context, ' ');
  }
}
