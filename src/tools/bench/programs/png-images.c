/* Pictures as PNG holds them: filtered rows, deflated with dynamic Huffman codes, are inflated, checked and restored. */
/* Result: 0xb0c73218 */
#include "kernel.h"
#include <string.h>

#define WIDTH 240
#define HEIGHT 160
#define CHANNELS 4
#define ROW (WIDTH * CHANNELS)
#define RAW ((ROW + 1) * HEIGHT)

static uint8_t pixels[ROW * HEIGHT], filtered[RAW], stream[RAW * 2], inflated[RAW], restored[ROW * HEIGHT];

static const uint16_t length_bases[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                          31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_bases[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                            193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_bits[30] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
static const uint8_t code_order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

/* ---- writing ---- */

struct writer {
  uint8_t *at;
  uint32_t held, count;
};

static void write_bits(struct writer *writer, uint32_t value, uint32_t count) {
  writer->held |= value << writer->count;
  for (writer->count += count; writer->count >= 8; writer->count -= 8, writer->held >>= 8) *writer->at++ = (uint8_t)writer->held;
}

static void write_code(struct writer *writer, uint32_t code, uint32_t length) {
  uint32_t reversed = 0;
  for (uint32_t i = 0; i < length; i++) reversed |= (code >> i & 1) << (length - 1 - i);
  write_bits(writer, reversed, length);
}

static void assign_codes(const uint8_t *lengths, uint32_t count, uint16_t *codes) {
  uint16_t next[16] = {0}, counts[16] = {0};
  for (uint32_t i = 0; i < count; i++) counts[lengths[i]]++;
  counts[0] = 0;
  for (int bits = 1; bits < 16; bits++) next[bits] = (uint16_t)((next[bits - 1] + counts[bits - 1]) << 1);
  for (uint32_t i = 0; i < count; i++)
    if (lengths[i] > 0) codes[i] = next[lengths[i]]++;
}

static uint32_t code_for(const uint16_t *bases, uint32_t count, uint32_t value) {
  uint32_t code = count - 1;
  while (bases[code] > value) code--;
  return code;
}

/* Literals of 8 and 9 bits, lengths of 7, distances of 5: sent as lengths of codes all the same. */
static uint32_t deflate(const uint8_t *data, uint32_t size) {
  static int32_t heads[4096];
  static uint8_t lengths[288 + 30];
  static uint16_t codes[288], distance_codes[30];
  struct writer writer = {stream, 0, 0};
  for (int i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  for (int i = 0; i < 30; i++) lengths[288 + i] = 5;
  assign_codes(lengths, 286, codes);
  assign_codes(lengths + 288, 30, distance_codes);
  write_bits(&writer, 1 | 2 << 1, 3);
  write_bits(&writer, 286 - 257, 5), write_bits(&writer, 30 - 1, 5), write_bits(&writer, 19 - 4, 4);
  uint8_t code_lengths[19] = {0};
  uint16_t code_codes[19] = {0};
  code_lengths[5] = code_lengths[7] = code_lengths[8] = code_lengths[9] = 3;
  code_lengths[16] = 1;
  for (int i = 0; i < 19; i++) write_bits(&writer, code_lengths[code_order[i]], 3);
  assign_codes(code_lengths, 19, code_codes);
  for (int i = 0; i < 316;) {
    uint8_t length = lengths[i < 286 ? i : i + 2];
    int repeats = 1;
    while (i + repeats < 316 && lengths[i + repeats < 286 ? i + repeats : i + repeats + 2] == length) repeats++;
    write_code(&writer, code_codes[length], code_lengths[length]);
    i++, repeats--;
    for (; repeats >= 3; ) {
      int part = repeats > 6 ? 6 : repeats;
      write_code(&writer, code_codes[16], code_lengths[16]);
      write_bits(&writer, (uint32_t)part - 3, 2);
      i += part, repeats -= part;
    }
  }
  for (int i = 0; i < 4096; i++) heads[i] = -1;
  for (uint32_t at = 0; at < size;) {
    uint32_t length = 0, distance = 0;
    if (at + 3 <= size) {
      uint32_t hash = (data[at] * 506832829u + data[at + 1] * 2654435u + data[at + 2] * 97u) >> 4 & 4095;
      int32_t candidate = heads[hash];
      heads[hash] = (int32_t)at;
      if (candidate >= 0 && at - (uint32_t)candidate <= 32768) {
        distance = at - (uint32_t)candidate;
        while (length < 258 && at + length < size && data[at + length] == data[(uint32_t)candidate + length]) length++;
      }
    }
    if (length < 3) {
      write_code(&writer, codes[data[at]], lengths[data[at]]);
      at++;
      continue;
    }
    uint32_t code = code_for(length_bases, 29, length);
    write_code(&writer, codes[257 + code], lengths[257 + code]);
    write_bits(&writer, length - length_bases[code], length_bits[code]);
    code = code_for(distance_bases, 30, distance);
    write_code(&writer, distance_codes[code], 5);
    write_bits(&writer, distance - distance_bases[code], distance_bits[code]);
    at += length;
  }
  write_code(&writer, codes[256], lengths[256]);
  write_bits(&writer, 0, 7);
  return (uint32_t)(writer.at - stream);
}

/* ---- reading ---- */

struct reader {
  const uint8_t *at, *end;
  uint32_t held, count;
};

static uint32_t read_bits(struct reader *reader, uint32_t count) {
  while (reader->count < count) {
    reader->held |= (uint32_t)(reader->at < reader->end ? *reader->at++ : 0) << reader->count;
    reader->count += 8;
  }
  uint32_t value = reader->held & ((1u << count) - 1);
  reader->held >>= count;
  reader->count -= count;
  return value;
}

struct decoder {
  uint16_t counts[16];
  uint16_t symbols[288];
};

static void make_decoder(struct decoder *decoder, const uint8_t *lengths, uint32_t count) {
  uint16_t offsets[16];
  memset(decoder->counts, 0, sizeof decoder->counts);
  for (uint32_t i = 0; i < count; i++) decoder->counts[lengths[i]]++;
  decoder->counts[0] = 0;
  offsets[1] = 0;
  for (int i = 1; i < 15; i++) offsets[i + 1] = (uint16_t)(offsets[i] + decoder->counts[i]);
  for (uint32_t i = 0; i < count; i++)
    if (lengths[i] > 0) decoder->symbols[offsets[lengths[i]]++] = (uint16_t)i;
}

static int read_symbol(struct reader *reader, const struct decoder *decoder) {
  int code = 0, first = 0, index = 0;
  for (int length = 1; length < 16; length++) {
    code |= (int)read_bits(reader, 1);
    int count = decoder->counts[length];
    if (code - count < first) return decoder->symbols[index + code - first];
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return -1;
}

static int32_t inflate(const uint8_t *from, uint32_t size, uint8_t *to, uint32_t room) {
  static struct decoder literals, distances;
  struct reader reader = {from, from + size, 0, 0};
  uint8_t lengths[320] = {0};
  uint32_t at = 0;
  if (read_bits(&reader, 3) != 5) return -1;
  uint32_t literal_count = 257 + read_bits(&reader, 5), distance_count = 1 + read_bits(&reader, 5), code_count = 4 + read_bits(&reader, 4);
  for (uint32_t i = 0; i < code_count; i++) lengths[code_order[i]] = (uint8_t)read_bits(&reader, 3);
  make_decoder(&literals, lengths, 19);
  for (uint32_t i = 0; i < literal_count + distance_count;) {
    int symbol = read_symbol(&reader, &literals);
    if (symbol < 0) return -1;
    if (symbol < 16) {
      lengths[i++] = (uint8_t)symbol;
      continue;
    }
    uint8_t repeated = symbol == 16 && i > 0 ? lengths[i - 1] : 0;
    uint32_t repeats = symbol == 16 ? 3 + read_bits(&reader, 2) : symbol == 17 ? 3 + read_bits(&reader, 3) : 11 + read_bits(&reader, 7);
    for (; repeats > 0 && i < sizeof lengths; repeats--) lengths[i++] = repeated;
  }
  make_decoder(&literals, lengths, literal_count);
  make_decoder(&distances, lengths + literal_count, distance_count);
  for (;;) {
    int symbol = read_symbol(&reader, &literals);
    if (symbol == 256) return (int32_t)at;
    if (symbol < 0 || at >= room) return -1;
    if (symbol < 256) {
      to[at++] = (uint8_t)symbol;
      continue;
    }
    uint32_t length = length_bases[symbol - 257] + read_bits(&reader, length_bits[symbol - 257]);
    int code = read_symbol(&reader, &distances);
    if (code < 0) return -1;
    uint32_t distance = distance_bases[code] + read_bits(&reader, distance_bits[code]);
    if (distance > at || at + length > room) return -1;
    for (; length > 0; length--, at++) to[at] = to[at - distance];
  }
}

static int paeth(int left, int up, int corner) {
  int p = left + up - corner;
  int a = p > left ? p - left : left - p, b = p > up ? p - up : up - p, c = p > corner ? p - corner : corner - p;
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

static int predicted(int filter, const uint8_t *row, const uint8_t *above, int i) {
  int left = i >= CHANNELS ? row[i - CHANNELS] : 0, up = above != 0 ? above[i] : 0;
  int corner = i >= CHANNELS && above != 0 ? above[i - CHANNELS] : 0;
  switch (filter) {
    case 1: return left;
    case 2: return up;
    case 3: return (left + up) / 2;
    case 4: return paeth(left, up, corner);
    default: return 0;
  }
}

static void filter_rows(void) {
  for (int y = 0; y < HEIGHT; y++) {
    const uint8_t *row = pixels + y * ROW, *above = y > 0 ? row - ROW : 0;
    filtered[y * (ROW + 1)] = (uint8_t)(y % 5);
    for (int i = 0; i < ROW; i++) filtered[y * (ROW + 1) + 1 + i] = (uint8_t)(row[i] - predicted(y % 5, row, above, i));
  }
}

static void restore_rows(void) {
  for (int y = 0; y < HEIGHT; y++) {
    uint8_t *row = restored + y * ROW;
    const uint8_t *from = inflated + y * (ROW + 1);
    for (int i = 0; i < ROW; i++) row[i] = (uint8_t)(from[1 + i] + predicted(from[0], row, y > 0 ? row - ROW : 0, i));
  }
}

static uint32_t adler(const uint8_t *data, uint32_t size) {
  uint32_t a = 1, b = 0;
  for (uint32_t i = 0; i < size; i++) a = (a + data[i]) % 65521, b = (b + a) % 65521;
  return b << 16 | a;
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(1618033u), sum = 0;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      uint8_t *pixel = pixels + y * ROW + x * CHANNELS;
      pixel[0] = (uint8_t)(x + y), pixel[1] = (uint8_t)(x * y >> 6), pixel[3] = 255;
      pixel[2] = (uint8_t)((x / 16 + y / 16) % 2 == 0 ? 200 : next_random(&seed) % 8);
    }
  for (uint32_t n = OPAQUE(2); n > 0; n--) {
    filter_rows();
    uint32_t size = deflate(filtered, RAW);
    if (inflate(stream, size, inflated, RAW) != RAW) return 1;
    if (adler(inflated, RAW) != adler(filtered, RAW)) return 2;
    restore_rows();
    if (memcmp(pixels, restored, sizeof pixels) != 0) return 3;
    sum = sum * 31 + size + adler(stream, size);
    pixels[n * 1000] ^= 0x55;
  }
  return sum;
}
