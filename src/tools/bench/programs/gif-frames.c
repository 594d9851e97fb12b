/* Frames of a GIF: a picture with 128 colours found by median cut, coded by LZW with codes that grow, decoded and compared. */
/* Result: 0xcdae4d83 */
#include "kernel.h"
#include <string.h>

#define WIDTH 96
#define HEIGHT 64
#define PIXELS (WIDTH * HEIGHT)
#define COLOURS 128
#define MOST_CODES 4096
#define CLEAR 256
#define END 257

struct colour {
  uint8_t channel[3];
};

struct box {
  uint32_t first, count;
  int widest;
  int range;
};

static struct colour picture[PIXELS], sorted[PIXELS], scratch[PIXELS], palette[COLOURS];
static uint8_t indices[PIXELS], decoded[PIXELS], file[PIXELS * 2];

static void measure_box(struct box *box) {
  box->range = -1;
  for (int c = 0; c < 3; c++) {
    int low = 255, high = 0;
    for (uint32_t i = box->first; i < box->first + box->count; i++) {
      int value = sorted[i].channel[c];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > box->range) box->range = high - low, box->widest = c;
  }
}

static void sort_box(const struct box *box) {
  uint32_t starts[257] = {0};
  struct colour *items = sorted + box->first;
  for (uint32_t i = 0; i < box->count; i++) starts[items[i].channel[box->widest] + 1]++;
  for (int i = 0; i < 256; i++) starts[i + 1] += starts[i];
  for (uint32_t i = 0; i < box->count; i++) scratch[starts[items[i].channel[box->widest]]++] = items[i];
  memcpy(items, scratch, box->count * sizeof *items);
}

static uint32_t make_palette(void) {
  static struct box boxes[COLOURS];
  uint32_t count = 1;
  memcpy(sorted, picture, sizeof sorted);
  boxes[0] = (struct box){0, PIXELS, 0, 0};
  measure_box(&boxes[0]);
  while (count < COLOURS) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
      if (boxes[i].range > boxes[best].range) best = i;
    if (boxes[best].range <= 0) break;
    struct box *box = &boxes[best], *other = &boxes[count++];
    sort_box(box);
    other->first = box->first + box->count / 2;
    other->count = box->count - box->count / 2;
    box->count /= 2;
    measure_box(box);
    measure_box(other);
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t sums[3] = {0};
    for (uint32_t j = 0; j < boxes[i].count; j++)
      for (int c = 0; c < 3; c++) sums[c] += sorted[boxes[i].first + j].channel[c];
    for (int c = 0; c < 3; c++) palette[i].channel[c] = (uint8_t)(sums[c] / boxes[i].count);
  }
  return count;
}

static uint8_t nearest(const struct colour *wanted, uint32_t count) {
  uint32_t best = 0, least = 0xffffffff;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t distance = 0;
    for (int c = 0; c < 3; c++) {
      int difference = palette[i].channel[c] - wanted->channel[c];
      distance += (uint32_t)(difference * difference);
    }
    if (distance < least) least = distance, best = i;
  }
  return (uint8_t)best;
}

/* Colours that were looked for lately are remembered. */
static void map_pixels(uint32_t count) {
  static struct colour known[1024];
  static uint8_t answers[1024], is_known[1024];
  memset(is_known, 0, sizeof is_known);
  for (int i = 0; i < PIXELS; i++) {
    const struct colour *one = &picture[i];
    uint32_t slot = (one->channel[0] * 37u + one->channel[1] * 101u + one->channel[2] * 7u) & 1023;
    if (!is_known[slot] || memcmp(&known[slot], one, sizeof *one) != 0) {
      is_known[slot] = 1;
      known[slot] = *one;
      answers[slot] = nearest(one, count);
    }
    indices[i] = answers[slot];
  }
}

struct bits {
  uint8_t *at;
  uint32_t held, count;
};

static void put_code(struct bits *bits, uint32_t code, uint32_t width) {
  bits->held |= code << bits->count;
  for (bits->count += width; bits->count >= 8; bits->count -= 8, bits->held >>= 8) *bits->at++ = (uint8_t)bits->held;
}

static uint32_t get_code(struct bits *bits, uint32_t width) {
  for (; bits->count < width; bits->count += 8) bits->held |= (uint32_t)*bits->at++ << bits->count;
  uint32_t code = bits->held & ((1u << width) - 1);
  bits->held >>= width;
  bits->count -= width;
  return code;
}

static uint32_t encode(void) {
  static struct {
    int32_t key;
    uint16_t code;
  } table[8192];
  struct bits bits = {file, 0, 0};
  uint32_t next = END + 1, width = 9, prefix = indices[0];
  for (int i = 0; i < 8192; i++) table[i].key = -1;
  put_code(&bits, CLEAR, width);
  for (int i = 1; i < PIXELS; i++) {
    int32_t key = (int32_t)(prefix << 8 | indices[i]);
    uint32_t slot = ((uint32_t)key * 40503u >> 3) & 8191;
    while (table[slot].key >= 0 && table[slot].key != key) slot = (slot + 1) & 8191;
    if (table[slot].key == key) {
      prefix = table[slot].code;
      continue;
    }
    put_code(&bits, prefix, width);
    prefix = indices[i];
    if (next < MOST_CODES) {
      table[slot].key = key;
      table[slot].code = (uint16_t)next;
      if (next == 1u << width && width < 12) width++;
      next++;
    } else {
      put_code(&bits, CLEAR, width);
      for (int j = 0; j < 8192; j++) table[j].key = -1;
      next = END + 1;
      width = 9;
    }
  }
  put_code(&bits, prefix, width);
  put_code(&bits, END, width);
  put_code(&bits, 0, 7);
  return (uint32_t)(bits.at - file);
}

static uint32_t decode(void) {
  static uint16_t prefixes[MOST_CODES];
  static uint8_t suffixes[MOST_CODES], stack[MOST_CODES];
  struct bits bits = {file, 0, 0};
  uint32_t next = END + 1, width = 9, before = CLEAR, first = 0, at = 0;
  for (;;) {
    uint32_t code = get_code(&bits, width), walk = code, depth = 0;
    if (code == END) return at;
    if (code == CLEAR) {
      next = END + 1, width = 9, before = CLEAR;
      continue;
    }
    if (before != CLEAR && code >= next) {
      stack[depth++] = (uint8_t)first;
      walk = before;
    }
    for (; walk > END; walk = prefixes[walk]) stack[depth++] = suffixes[walk];
    first = walk;
    stack[depth++] = (uint8_t)walk;
    while (depth > 0 && at < PIXELS) decoded[at++] = stack[--depth];
    if (before != CLEAR && next < MOST_CODES) {
      prefixes[next] = (uint16_t)before;
      suffixes[next] = (uint8_t)first;
      next++;
      if (next == 1u << width && width < 12) width++;
    }
    before = code;
  }
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(5772156u), sum = 0;
  for (uint32_t n = 0, frames = OPAQUE(2); n < frames; n++) {
    for (int y = 0; y < HEIGHT; y++)
      for (int x = 0; x < WIDTH; x++) {
        struct colour *one = &picture[y * WIDTH + x];
        one->channel[0] = (uint8_t)(x + 4 * (int)n);
        one->channel[1] = (uint8_t)(y * 2);
        one->channel[2] = (uint8_t)((x - 48) * (x - 48) + (y - 32) * (y - 32) < 500 ? 220 : next_random(&seed) % 4 * 8);
      }
    uint32_t count = make_palette();
    map_pixels(count);
    uint32_t size = encode();
    if (decode() != PIXELS || memcmp(indices, decoded, PIXELS) != 0) return 1;
    sum = sum * 31 + count * 1000 + size;
    for (uint32_t i = 0; i < size; i++) sum = sum * 33 + file[i];
  }
  return sum;
}
