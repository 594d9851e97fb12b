/* A picture coded like a JPEG (blocks of 8 by 8, cosine transform, run lengths, Huffman codes of T.81) is decoded to RGB. */
/* Result: 0x67117e46 */
#include "kernel.h"
#include <string.h>

#define WIDTH 256
#define HEIGHT 192
#define BLOCKS (WIDTH / 8 * (HEIGHT / 8))
#define COMPONENTS 3

static const uint8_t zigzag[64] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

/* Cosines of k * pi / 16, times 2^12. */
static const int32_t cosines[8] = {4096, 4017, 3784, 3406, 2896, 2276, 1567, 799};

static int32_t cosine(int k) {
  k &= 31;
  if (k > 16) k = 32 - k;
  return k == 8 ? 0 : k < 8 ? cosines[k] : -cosines[16 - k];
}

struct huffman {
  uint8_t lengths[256];
  uint16_t codes[256];
  uint16_t lookup[1 << 9]; /* symbol | length << 8 for short codes */
  int32_t most_code[18];
  int32_t delta[17];
  uint8_t symbols[256];
};

/* Canonical codes from the count of codes of each length, as in the file's DHT segment. */
static void build(struct huffman *table, const uint8_t counts[16], const uint8_t *symbols) {
  memset(table, 0, sizeof *table);
  int32_t code = 0;
  int at = 0;
  for (int length = 1; length <= 16; length++) {
    table->delta[length] = at - code;
    for (int i = 0; i < counts[length - 1]; i++, at++, code++) {
      uint8_t symbol = symbols[at];
      table->symbols[at] = symbol;
      table->lengths[symbol] = (uint8_t)length;
      table->codes[symbol] = (uint16_t)code;
      if (length <= 9)
        for (int rest = 0; rest < 1 << (9 - length); rest++)
          table->lookup[code << (9 - length) | rest] = (uint16_t)(symbol | length << 8);
    }
    table->most_code[length] = code << (16 - length);
    code <<= 1;
  }
  table->most_code[17] = 0x7fffffff;
}

static struct huffman dc_table, ac_table;
static uint8_t quantization[64];

static int contains(const uint8_t *list, int count, uint8_t wanted) {
  for (int i = 0; i < count; i++)
    if (list[i] == wanted) return 1;
  return 0;
}

static void make_tables(void) {
  static const uint8_t dc_counts[16] = {0, 1, 5, 1, 1, 1, 1, 1, 1};
  uint8_t symbols[256], counts[16] = {0};
  for (int i = 0; i < 12; i++) symbols[i] = (uint8_t)i;
  build(&dc_table, dc_counts, symbols);
  /* Short codes for short runs of small numbers; the rest have 8 to 12 bits. */
  int count = 0;
  symbols[count++] = 0x01, symbols[count++] = 0x00, symbols[count++] = 0x02;
  symbols[count++] = 0x11, symbols[count++] = 0x03, symbols[count++] = 0x21, symbols[count++] = 0x04;
  for (int run = 0; run < 16; run++)
    for (int size = 1; size <= 10; size++) {
      uint8_t symbol = (uint8_t)(run << 4 | size);
      if (!contains(symbols, count, symbol)) symbols[count++] = symbol;
    }
  symbols[count++] = 0xf0;
  counts[1] = 2, counts[2] = 1, counts[3] = 1, counts[4] = 3, counts[7] = 12, counts[9] = 38;
  counts[11] = (uint8_t)(count - 57);
  build(&ac_table, counts, symbols);
  for (int i = 0; i < 64; i++) quantization[i] = (uint8_t)(6 + 2 * (i / 8 + i % 8));
}

struct bits {
  uint8_t *at, *end;
  uint32_t held;
  int count;
};

static void put_bits(struct bits *bits, uint32_t value, int count) {
  bits->held = bits->held << count | (value & ((1u << count) - 1));
  for (bits->count += count; bits->count >= 8; bits->count -= 8) {
    uint8_t byte = (uint8_t)(bits->held >> (bits->count - 8));
    *bits->at++ = byte;
    if (byte == 0xff) *bits->at++ = 0;
  }
}

static void refill(struct bits *bits) {
  while (bits->count <= 24) {
    uint32_t byte = bits->at < bits->end ? *bits->at++ : 0;
    if (byte == 0xff && bits->at < bits->end) bits->at++;
    bits->held |= byte << (24 - bits->count);
    bits->count += 8;
  }
}

static uint32_t get_bits(struct bits *bits, int count) {
  if (count == 0) return 0;
  if (bits->count < count) refill(bits);
  uint32_t value = bits->held >> (32 - count);
  bits->held <<= count;
  bits->count -= count;
  return value;
}

static int get_symbol(struct bits *bits, const struct huffman *table) {
  if (bits->count < 16) refill(bits);
  uint16_t entry = table->lookup[bits->held >> 23];
  int length = entry >> 8;
  if (length == 0) {
    int32_t next = (int32_t)(bits->held >> 16);
    for (length = 10; next >= table->most_code[length]; length++) {}
    if (length > 16) return -1;
    int at = (int)(bits->held >> (32 - length)) + table->delta[length];
    entry = table->symbols[at & 255];
  }
  bits->held <<= length;
  bits->count -= length;
  return entry & 255;
}

static int size_of(int32_t value) {
  int size = 0;
  for (uint32_t rest = (uint32_t)(value < 0 ? -value : value); rest > 0; rest >>= 1) size++;
  return size;
}

static void put_value(struct bits *bits, int32_t value, int size) {
  if (size > 0) put_bits(bits, (uint32_t)(value < 0 ? value - 1 : value), size);
}

static int32_t extend(uint32_t value, int size) {
  return size > 0 && value < 1u << (size - 1) ? (int32_t)value - (1 << size) + 1 : (int32_t)value;
}

static void encode_block(struct bits *bits, const int16_t *coefficients, int32_t *before) {
  int size = size_of(coefficients[0] - *before);
  put_bits(bits, dc_table.codes[size], dc_table.lengths[size]);
  put_value(bits, coefficients[0] - *before, size);
  *before = coefficients[0];
  int zeros = 0;
  for (int i = 1; i < 64; i++) {
    int32_t value = coefficients[zigzag[i]];
    if (value == 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) put_bits(bits, ac_table.codes[0xf0], ac_table.lengths[0xf0]);
    size = size_of(value);
    put_bits(bits, ac_table.codes[zeros << 4 | size], ac_table.lengths[zeros << 4 | size]);
    put_value(bits, value, size);
    zeros = 0;
  }
  if (zeros > 0) put_bits(bits, ac_table.codes[0], ac_table.lengths[0]);
}

static int decode_block(struct bits *bits, int32_t *coefficients, int32_t *before) {
  memset(coefficients, 0, 64 * sizeof *coefficients);
  int size = get_symbol(bits, &dc_table);
  if (size < 0) return 0;
  *before += extend(get_bits(bits, size), size);
  coefficients[0] = *before * quantization[0];
  for (int i = 1; i < 64; i++) {
    int symbol = get_symbol(bits, &ac_table);
    if (symbol < 0) return 0;
    if (symbol == 0) break;
    i += symbol >> 4;
    if (i > 63) return 0;
    if ((symbol & 15) == 0) continue;
    int at = zigzag[i];
    coefficients[at] = extend(get_bits(bits, symbol & 15), symbol & 15) * quantization[at];
  }
  return 1;
}

static uint8_t clamp(int32_t value) {
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/* One dimension after the other; a row without alternating parts is flat. */
static void inverse_transform(int32_t *block, uint8_t *out, int stride) {
  for (int pass = 0; pass < 2; pass++)
    for (int line = 0; line < 8; line++) {
      int32_t *from = pass == 0 ? block + line : block + 8 * line;
      int step = pass == 0 ? 8 : 1;
      int32_t in[8], sums[4], differences[4];
      for (int i = 0; i < 8; i++) in[i] = from[i * step];
      for (int x = 0; x < 4; x++) {
        int32_t even = in[0] * 2896, odd = 0;
        for (int u = 2; u < 8; u += 2) even += in[u] * cosine((2 * x + 1) * u);
        for (int u = 1; u < 8; u += 2) odd += in[u] * cosine((2 * x + 1) * u);
        sums[x] = even + odd, differences[x] = even - odd;
      }
      for (int x = 0; x < 4; x++) {
        from[x * step] = (sums[x] + (1 << 12)) >> 13;
        from[(7 - x) * step] = (differences[x] + (1 << 12)) >> 13;
      }
    }
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++) out[y * stride + x] = clamp(block[8 * y + x] + 128);
}

static uint8_t file[300000], planes[COMPONENTS][WIDTH * HEIGHT], picture[WIDTH * HEIGHT * 3];

static uint32_t encode_picture(uint32_t seed) {
  struct bits bits = {file, file + sizeof file, 0, 0};
  int32_t before[COMPONENTS] = {0};
  int16_t block[64];
  for (int n = 0; n < BLOCKS; n++)
    for (int c = 0; c < COMPONENTS; c++) {
      memset(block, 0, sizeof block);
      block[0] = (int16_t)(before[c] + (int32_t)(next_random(&seed) % 21) - 10);
      if (block[0] > 90 || block[0] < -90) block[0] = 0;
      for (uint32_t k = next_random(&seed) % (c == 0 ? 14 : 5), i = 0; k > 0; k--) {
        i += 1 + next_random(&seed) % 4;
        int32_t most = 1 + 24 / (int32_t)(i + 1);
        block[zigzag[i & 63]] = (int16_t)((int32_t)(next_random(&seed) % (uint32_t)(2 * most + 1)) - most);
      }
      encode_block(&bits, block, &before[c]);
    }
  put_bits(&bits, 0x7f, 7);
  return (uint32_t)(bits.at - file);
}

static int decode_picture(uint32_t size) {
  struct bits bits = {file, file + size, 0, 0};
  int32_t before[COMPONENTS] = {0}, block[64];
  for (int y = 0; y < HEIGHT; y += 8)
    for (int x = 0; x < WIDTH; x += 8)
      for (int c = 0; c < COMPONENTS; c++) {
        if (!decode_block(&bits, block, &before[c])) return 0;
        inverse_transform(block, planes[c] + y * WIDTH + x, WIDTH);
      }
  for (int i = 0; i < WIDTH * HEIGHT; i++) {
    int32_t luma = planes[0][i], blue = planes[1][i] - 128, red = planes[2][i] - 128;
    picture[3 * i] = clamp(luma + (91881 * red >> 16));
    picture[3 * i + 1] = clamp(luma - ((22554 * blue + 46802 * red) >> 16));
    picture[3 * i + 2] = clamp(luma + (116130 * blue >> 16));
  }
  return 1;
}

uint32_t run(void) {
  make_tables();
  uint32_t sum = 0;
  for (uint32_t n = 0, pictures = OPAQUE(2); n < pictures; n++) {
    uint32_t size = encode_picture(OPAQUE(271828183u) + n);
    if (!decode_picture(size)) return 1;
    for (uint32_t i = 0; i < sizeof picture; i++) sum = sum * 31 + picture[i];
    sum += size;
  }
  return sum;
}
