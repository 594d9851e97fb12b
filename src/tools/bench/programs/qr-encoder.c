/* QR codes of versions 1 to 6 (ISO 18004) for short texts: bytes, Reed and Solomon's check, masks and their penalties. */
/* Result: 0xb73d7358 */
#include "kernel.h"
#include <string.h>

#define MOST_SIDE 41
#define MOST_BYTES 172

/* For error correction level M: bytes in all, bytes of check in a block, blocks. */
static const struct version {
  uint8_t total, check, blocks, alignment;
} versions[] = {{26, 10, 1, 0}, {44, 16, 1, 18}, {70, 26, 1, 22}, {100, 18, 2, 26}, {134, 24, 2, 30}, {172, 16, 4, 34}};

static uint8_t exponents[512], logarithms[256];

static void make_field(void) {
  int value = 1;
  for (int i = 0; i < 255; i++) {
    exponents[i] = exponents[i + 255] = (uint8_t)value;
    logarithms[value] = (uint8_t)i;
    value <<= 1;
    if (value & 0x100) value ^= 0x11d;
  }
}

static uint8_t times(uint8_t a, uint8_t b) {
  return a == 0 || b == 0 ? 0 : exponents[logarithms[a] + logarithms[b]];
}

static void make_generator(uint8_t *generator, int degree) {
  memset(generator, 0, (unsigned)degree);
  generator[degree - 1] = 1;
  for (int i = 0; i < degree; i++)
    for (int j = 0; j < degree; j++) {
      generator[j] = times(generator[j], exponents[i]);
      if (j + 1 < degree) generator[j] ^= generator[j + 1];
    }
}

static void remainder_of(const uint8_t *data, int count, const uint8_t *generator, int degree, uint8_t *check) {
  memset(check, 0, (unsigned)degree);
  for (int i = 0; i < count; i++) {
    uint8_t factor = data[i] ^ check[0];
    memmove(check, check + 1, (unsigned)degree - 1);
    check[degree - 1] = 0;
    for (int j = 0; j < degree; j++) check[j] ^= times(generator[j], factor);
  }
}

struct bits {
  uint8_t bytes[MOST_BYTES];
  int count;
};

static void append(struct bits *bits, uint32_t value, int count) {
  for (int i = count - 1; i >= 0; i--, bits->count++)
    if (value >> i & 1) bits->bytes[bits->count >> 3] |= (uint8_t)(0x80 >> (bits->count & 7));
}

static int data_size(const struct version *version) {
  return version->total - version->check * version->blocks;
}

static void encode_data(const struct version *version, const char *text, int length, uint8_t *out) {
  struct bits bits;
  memset(&bits, 0, sizeof bits);
  int size = data_size(version);
  append(&bits, 4, 4);
  append(&bits, (uint32_t)length, 8);
  for (int i = 0; i < length; i++) append(&bits, (uint8_t)text[i], 8);
  append(&bits, 0, 8 * size - bits.count < 4 ? 8 * size - bits.count : 4);
  bits.count = (bits.count + 7) & ~7;
  for (uint32_t pad = 0xec; bits.count < 8 * size; pad ^= 0xec ^ 0x11) append(&bits, pad, 8);
  uint8_t generator[32], checks[4][32];
  int block_size = size / version->blocks, longer = version->blocks - size % version->blocks;
  make_generator(generator, version->check);
  const uint8_t *starts[4], *from = bits.bytes;
  int sizes[4];
  for (int b = 0; b < version->blocks; b++) {
    starts[b] = from;
    sizes[b] = block_size + (b >= longer);
    remainder_of(from, sizes[b], generator, version->check, checks[b]);
    from += sizes[b];
  }
  for (int i = 0; i <= block_size; i++)
    for (int b = 0; b < version->blocks; b++)
      if (i < sizes[b]) *out++ = starts[b][i];
  for (int i = 0; i < version->check; i++)
    for (int b = 0; b < version->blocks; b++) *out++ = checks[b][i];
}

struct code {
  int side;
  uint8_t modules[MOST_SIDE][MOST_SIDE], fixed[MOST_SIDE][MOST_SIDE];
};

static void set_fixed(struct code *code, int x, int y, int dark) {
  if (x < 0 || y < 0 || x >= code->side || y >= code->side) return;
  code->modules[y][x] = (uint8_t)dark;
  code->fixed[y][x] = 1;
}

static void draw_rings(struct code *code, int cx, int cy, int radius) {
  for (int dy = -radius; dy <= radius; dy++)
    for (int dx = -radius; dx <= radius; dx++) {
      int x = dx < 0 ? -dx : dx, y = dy < 0 ? -dy : dy, ring = x > y ? x : y;
      set_fixed(code, cx + dx, cy + dy, radius == 4 ? ring != 2 && ring != 4 : ring != 1);
    }
}

static void draw_format(struct code *code, int mask) {
  uint32_t data = (uint32_t)mask, rest = data;
  for (int i = 0; i < 10; i++) rest = rest << 1 ^ (rest >> 9) * 0x537;
  uint32_t bits = (data << 10 | rest) ^ 0x5412;
  for (int i = 0; i < 15; i++) {
    int dark = (int)(bits >> i & 1), side = code->side;
    if (i < 6) set_fixed(code, 8, i, dark);
    else if (i < 8) set_fixed(code, 8, i + 1, dark);
    else if (i == 8) set_fixed(code, 7, 8, dark);
    else set_fixed(code, 14 - i, 8, dark);
    if (i < 8) set_fixed(code, side - 1 - i, 8, dark);
    else set_fixed(code, 8, side - 15 + i, dark);
  }
  set_fixed(code, 8, code->side - 8, 1);
}

static void draw_patterns(struct code *code, const struct version *version) {
  int side = code->side;
  for (int i = 0; i < side; i++) set_fixed(code, 6, i, i % 2 == 0), set_fixed(code, i, 6, i % 2 == 0);
  draw_rings(code, 3, 3, 4), draw_rings(code, side - 4, 3, 4), draw_rings(code, 3, side - 4, 4);
  if (version->alignment != 0) draw_rings(code, version->alignment, version->alignment, 2);
  draw_format(code, 0);
}

static void place(struct code *code, const uint8_t *bytes, int count) {
  int at = 0;
  for (int right = code->side - 1; right > 0; right -= 2) {
    if (right == 6) right = 5;
    for (int step = 0; step < code->side; step++)
      for (int j = 0; j < 2; j++) {
        int x = right - j, is_upward = ((right + 1) & 2) == 0, y = is_upward ? code->side - 1 - step : step;
        if (code->fixed[y][x]) continue;
        code->modules[y][x] = at < 8 * count ? bytes[at >> 3] >> (7 - (at & 7)) & 1 : 0;
        at++;
      }
  }
}

static int is_masked(int mask, int x, int y) {
  switch (mask) {
    case 0: return (x + y) % 2 == 0;
    case 1: return y % 2 == 0;
    case 2: return x % 3 == 0;
    case 3: return (x + y) % 3 == 0;
    case 4: return (x / 3 + y / 2) % 2 == 0;
    case 5: return x * y % 2 + x * y % 3 == 0;
    case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
    default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
  }
}

static void apply_mask(struct code *code, int mask) {
  for (int y = 0; y < code->side; y++)
    for (int x = 0; x < code->side; x++)
      if (!code->fixed[y][x]) code->modules[y][x] ^= (uint8_t)is_masked(mask, x, y);
}

static int line_penalty(const struct code *code, int line, int is_column) {
  int penalty = 0, length = 0, before = -1;
  uint32_t recent = 0;
  for (int i = 0; i < code->side; i++) {
    int dark = is_column ? code->modules[i][line] : code->modules[line][i];
    length = dark == before ? length + 1 : 1;
    before = dark;
    if (length == 5) penalty += 3;
    if (length > 5) penalty++;
    recent = (recent << 1 | (uint32_t)dark) & 0x7ff;
    if (i >= 10 && (recent == 0x05d || recent == 0x5d0)) penalty += 40;
  }
  return penalty;
}

static int penalty_of(const struct code *code) {
  int penalty = 0, dark = 0, side = code->side;
  for (int i = 0; i < side; i++) penalty += line_penalty(code, i, 0) + line_penalty(code, i, 1);
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      dark += code->modules[y][x];
      if (x + 1 == side || y + 1 == side) continue;
      int sum = code->modules[y][x] + code->modules[y][x + 1] + code->modules[y + 1][x] + code->modules[y + 1][x + 1];
      if (sum == 0 || sum == 4) penalty += 3;
    }
  int share = dark * 20 / (side * side);
  return penalty + 10 * (share < 10 ? 10 - share - 1 : share - 10);
}

static int encode(struct code *code, const char *text) {
  uint8_t bytes[MOST_BYTES];
  int length = (int)strlen(text), v = 0;
  while (v < 6 && data_size(&versions[v]) < length + 2) v++;
  if (v == 6) return -1;
  memset(code, 0, sizeof *code);
  code->side = 21 + 4 * v;
  encode_data(&versions[v], text, length, bytes);
  draw_patterns(code, &versions[v]);
  place(code, bytes, versions[v].total);
  int best = 0, least = 0x7fffffff;
  for (int mask = 0; mask < 8; mask++) {
    apply_mask(code, mask);
    draw_format(code, mask);
    int penalty = penalty_of(code);
    if (penalty < least) least = penalty, best = mask;
    apply_mask(code, mask);
  }
  apply_mask(code, best);
  draw_format(code, best);
  return least;
}

uint32_t run(void) {
  static struct code code;
  uint32_t seed = OPAQUE(19940801u), sum = 0;
  make_field();
  for (uint32_t n = 0, texts = OPAQUE(90); n < texts; n++) {
    char text[128] = "https://example.org/";
    uint32_t length = 20 + next_random(&seed) % 85;
    for (uint32_t i = 20; i < length; i++) text[i] = "abcdefghijklmnopqrstuvwxyz0123456789/-_?=&"[next_random(&seed) % 42];
    int penalty = encode(&code, text);
    if (penalty < 0) return 1;
    sum = sum * 31 + (uint32_t)penalty;
    for (int y = 0; y < code.side; y++)
      for (int x = 0; x < code.side; x++) sum = sum * 3 + code.modules[y][x];
  }
  return sum;
}
