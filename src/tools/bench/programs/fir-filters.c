/* Fixed-point signal processing: filters over samples, a resampler, an echo, and kernels of 3 by 3 and 5 by 5 over a picture. */
/* Result: 0xa76341e5 */
#include "kernel.h"
#include <string.h>

#define SAMPLES 8192
#define TAPS 32
#define WIDTH 160
#define HEIGHT 120

static int16_t samples[SAMPLES + TAPS], filtered[SAMPLES], coefficients[TAPS];
static uint8_t picture[HEIGHT][WIDTH], smooth[HEIGHT][WIDTH], edges[HEIGHT][WIDTH];

static int16_t saturate(int32_t value) {
  if (value > 32767) return 32767;
  if (value < -32768) return -32768;
  return (int16_t)value;
}

static void finite_response(const int16_t *in, int16_t *out, int count, const int16_t *taps, int tap_count) {
  for (int i = 0; i < count; i++) {
    int32_t sum = 1 << 14;
    for (int j = 0; j < tap_count; j++) sum += in[i + j] * taps[tap_count - 1 - j];
    out[i] = saturate(sum >> 15);
  }
}

struct biquad {
  int32_t b0, b1, b2, a1, a2; /* times 2^14 */
  int32_t x1, x2, y1, y2;
};

static void infinite_response(struct biquad *stages, int stage_count, int16_t *data, int count) {
  for (int i = 0; i < count; i++) {
    int32_t value = data[i];
    for (int s = 0; s < stage_count; s++) {
      struct biquad *q = &stages[s];
      int64_t sum = (int64_t)q->b0 * value + (int64_t)q->b1 * q->x1 + (int64_t)q->b2 * q->x2;
      sum -= (int64_t)q->a1 * q->y1 + (int64_t)q->a2 * q->y2;
      q->x2 = q->x1, q->x1 = value;
      q->y2 = q->y1, q->y1 = saturate((int32_t)(sum >> 14));
      value = q->y1;
    }
    data[i] = (int16_t)value;
  }
}

static int resample(const int16_t *in, int count, int16_t *out, uint32_t step) {
  int made = 0;
  for (uint32_t at = 0; (int)(at >> 16) + 1 < count && made < SAMPLES; at += step) {
    int32_t left = in[at >> 16], right = in[(at >> 16) + 1], part = (int32_t)(at & 0xffff) >> 1;
    out[made++] = (int16_t)(left + (((right - left) * part) >> 15));
  }
  return made;
}

static void echo(int16_t *data, int count, int delay, int16_t gain) {
  for (int i = delay; i < count; i++) data[i] = saturate(data[i] + ((data[i - delay] * gain) >> 15));
}

static int32_t correlation(const int16_t *a, const int16_t *b, int count) {
  int64_t sum = 0;
  for (int i = 0; i < count; i++) sum += a[i] * b[i];
  return (int32_t)(sum >> 16);
}

static void gauss(void) {
  static const int kernel[5][5] = {{1, 4, 7, 4, 1}, {4, 16, 26, 16, 4}, {7, 26, 41, 26, 7}, {4, 16, 26, 16, 4}, {1, 4, 7, 4, 1}};
  for (int y = 2; y < HEIGHT - 2; y++)
    for (int x = 2; x < WIDTH - 2; x++) {
      int sum = 0;
      for (int j = -2; j <= 2; j++)
        for (int i = -2; i <= 2; i++) sum += kernel[j + 2][i + 2] * picture[y + j][x + i];
      smooth[y][x] = (uint8_t)(sum / 273);
    }
}

static void sobel(void) {
  for (int y = 1; y < HEIGHT - 1; y++)
    for (int x = 1; x < WIDTH - 1; x++) {
      int gx = smooth[y - 1][x + 1] + 2 * smooth[y][x + 1] + smooth[y + 1][x + 1];
      gx -= smooth[y - 1][x - 1] + 2 * smooth[y][x - 1] + smooth[y + 1][x - 1];
      int gy = smooth[y + 1][x - 1] + 2 * smooth[y + 1][x] + smooth[y + 1][x + 1];
      gy -= smooth[y - 1][x - 1] + 2 * smooth[y - 1][x] + smooth[y - 1][x + 1];
      int strength = (gx < 0 ? -gx : gx) + (gy < 0 ? -gy : gy);
      edges[y][x] = (uint8_t)(strength > 255 ? 255 : strength);
    }
}

/* The middle of nine, by an exchange of neighbours as often as it takes. */
static void median(void) {
  for (int y = 1; y < HEIGHT - 1; y++)
    for (int x = 1; x < WIDTH - 1; x++) {
      uint8_t values[9];
      int n = 0;
      for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) values[n++] = edges[y + j][x + i];
      for (int i = 0; i < 5; i++)
        for (int j = i + 1; j < 9; j++)
          if (values[j] < values[i]) {
            uint8_t kept = values[i];
            values[i] = values[j];
            values[j] = kept;
          }
      picture[y][x] = values[4];
    }
}

static uint32_t sum_of(const void *data, uint32_t size) {
  uint32_t sum = 0;
  const uint8_t *bytes = data;
  for (uint32_t i = 0; i < size; i++) sum = sum * 31 + bytes[i];
  return sum;
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(20240229u), sum = 0;
  for (int i = 0; i < SAMPLES + TAPS; i++) samples[i] = (int16_t)((int32_t)(next_random(&seed) >> 18) - 8192 + (i % 64 < 32 ? 9000 : -9000));
  for (int i = 0; i < TAPS; i++) coefficients[i] = (int16_t)(2000 - 100 * (i < TAPS / 2 ? TAPS / 2 - i : i - TAPS / 2));
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) picture[y][x] = (uint8_t)((x / 20 + y / 15) % 2 * 180 + next_random(&seed) % 40);
  memset(smooth, 0, sizeof smooth);
  memset(edges, 0, sizeof edges);
  for (uint32_t n = 0, rounds = OPAQUE(7); n < rounds; n++) {
    struct biquad stages[2] = {{4096, 8192, 4096, -6000, 3000, 0, 0, 0, 0}, {8000, -8000, 1000, -3000, 2000, 0, 0, 0, 0}};
    finite_response(samples, filtered, SAMPLES, coefficients, TAPS);
    infinite_response(stages, 2, filtered, SAMPLES);
    int made = resample(filtered, SAMPLES, samples, 60000 + 1000 * n);
    echo(samples, made, 300 + (int)n * 17, 14000);
    sum = sum * 33 + (uint32_t)correlation(samples, filtered, SAMPLES) + sum_of(samples, sizeof samples);
    gauss();
    sobel();
    median();
    sum = sum * 33 + sum_of(picture, sizeof picture);
  }
  return sum;
}
