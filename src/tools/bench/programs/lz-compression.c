/* A compressor with hash chains over a sliding window, and its decompressor, over text, a table of numbers and noise. */
/* Result: 0x0a6e845b */
#include "kernel.h"
#include <string.h>

#define WINDOW 32768
#define HASH_BITS 13
#define LEAST_MATCH 4
#define MOST_MATCH 273
#define MOST_CHAIN 24

static int32_t heads[1 << HASH_BITS], previous[WINDOW];

struct match {
  uint32_t length, distance;
};

static uint32_t hash_of(const uint8_t *p) {
  uint32_t word = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
  return word * 2654435761u >> (32 - HASH_BITS);
}

static void insert(const uint8_t *data, uint32_t at) {
  uint32_t hash = hash_of(data + at);
  previous[at % WINDOW] = heads[hash];
  heads[hash] = (int32_t)at;
}

static struct match longest_match(const uint8_t *data, uint32_t at, uint32_t size) {
  struct match best = {0, 0};
  uint32_t most = size - at < MOST_MATCH ? size - at : MOST_MATCH;
  if (most < LEAST_MATCH) return best;
  int32_t candidate = heads[hash_of(data + at)];
  for (int chain = 0; chain < MOST_CHAIN && candidate >= 0 && at - (uint32_t)candidate < WINDOW; chain++) {
    const uint8_t *one = data + candidate, *other = data + at;
    if (one[best.length] == other[best.length]) {
      uint32_t length = 0;
      while (length < most && one[length] == other[length]) length++;
      if (length > best.length) {
        best.length = length;
        best.distance = at - (uint32_t)candidate;
        if (length == most) break;
      }
    }
    candidate = previous[(uint32_t)candidate % WINDOW];
  }
  return best;
}

struct output {
  uint8_t *at;
};

static void put_length(struct output *out, uint32_t rest) {
  for (; rest >= 255; rest -= 255) *out->at++ = 255;
  *out->at++ = (uint8_t)rest;
}

/* A token: literals in the upper half, length of the match in the lower; 15 goes on in further bytes. */
static void put_sequence(struct output *out, const uint8_t *literals, uint32_t count, struct match match) {
  uint32_t more = match.length == 0 ? 0 : match.length - LEAST_MATCH;
  *out->at++ = (uint8_t)((count < 15 ? count : 15) << 4 | (more < 15 ? more : 15));
  if (count >= 15) put_length(out, count - 15);
  memcpy(out->at, literals, count);
  out->at += count;
  if (match.length == 0) return;
  *out->at++ = (uint8_t)match.distance;
  *out->at++ = (uint8_t)(match.distance >> 8);
  if (more >= 15) put_length(out, more - 15);
}

static uint32_t compress(const uint8_t *data, uint32_t size, uint8_t *target) {
  struct output out = {target};
  uint32_t at = 0, literals = 0;
  for (uint32_t i = 0; i < 1 << HASH_BITS; i++) heads[i] = -1;
  while (at + LEAST_MATCH <= size) {
    struct match match = longest_match(data, at, size);
    insert(data, at);
    if (match.length < LEAST_MATCH) {
      at++;
      continue;
    }
    if (at + 1 + LEAST_MATCH <= size) {
      /* Perhaps it is better to wait a byte. */
      struct match next = longest_match(data, at + 1, size);
      if (next.length > match.length + 1) {
        at++;
        insert(data, at);
        match = next;
      }
    }
    put_sequence(&out, data + literals, at - literals, match);
    for (uint32_t i = 1; i < match.length && at + i + LEAST_MATCH <= size; i++) insert(data, at + i);
    at += match.length;
    literals = at;
  }
  put_sequence(&out, data + literals, size - literals, (struct match){0, 0});
  return (uint32_t)(out.at - target);
}

static uint32_t get_length(const uint8_t **from, uint32_t length) {
  if (length < 15) return length;
  uint8_t byte;
  do length += byte = *(*from)++;
  while (byte == 255);
  return length;
}

static uint32_t decompress(const uint8_t *from, uint32_t size, uint8_t *target) {
  const uint8_t *end = from + size;
  uint8_t *to = target;
  while (from < end) {
    uint8_t token = *from++;
    for (uint32_t count = get_length(&from, token >> 4); count > 0; count--) *to++ = *from++;
    if (from >= end) break;
    uint32_t distance = from[0] | (uint32_t)from[1] << 8;
    from += 2;
    for (uint32_t length = get_length(&from, token & 15) + LEAST_MATCH; length > 0; length--, to++) *to = to[-(int32_t)distance];
  }
  return (uint32_t)(to - target);
}

#define SIZE 200000
static uint8_t data[SIZE], packed[SIZE + SIZE / 100 + 64], unpacked[SIZE];

static void fill(uint32_t seed) {
  static const char *const words[] = {"the ", "machine ", "of ", "a ", "hypervisor ", "runs ", "and ", "every ", "page ", "is ", "shared, ", "so ",
                                      "that ", "nobody ", "waits.\n"};
  uint32_t at = 0;
  while (at < SIZE / 2)
    for (const char *word = words[next_random(&seed) % 15]; *word; word++) data[at++] = (uint8_t)*word;
  for (uint32_t n = 0; at < SIZE * 4 / 5; n++) {
    uint32_t value = n * 37 + next_random(&seed) % 50;
    for (int i = 0; i < 4; i++) data[at++] = (uint8_t)(value >> 8 * i);
  }
  while (at < SIZE) data[at++] = (uint8_t)next_random(&seed);
}

uint32_t run(void) {
  fill(OPAQUE(424242u));
  uint32_t sum = 0;
  for (uint32_t n = OPAQUE(2); n > 0; n--) {
    uint32_t size = compress(data, SIZE, packed);
    for (uint32_t i = 0; i < size; i++) sum = sum * 31 + packed[i];
    if (decompress(packed, size, unpacked) != SIZE || memcmp(data, unpacked, SIZE) != 0) return 1;
    sum = sum * 31 + size;
    for (uint32_t i = 0; i < SIZE; i += 97) data[i] ^= (uint8_t)n;
  }
  return sum;
}
