/* Fourier transforms in floating point: spectra of windows of a signal, a convolution by transforms, one over rows and columns. */
/* Result: 0xabe57125 */
#include "kernel.h"

#define SIZE 1024
#define SIDE 64
#define PI 3.14159265358979323846

struct complex {
  double re, im;
};

static struct complex roots[SIZE / 2], work[SIZE], other[SIZE], square[SIDE][SIDE];
static double signal[4 * SIZE], window[SIZE], spectrum[SIZE / 2];

/* Taylor's series after the angle has been brought to within half a turn. */
static double sine(double angle) {
  while (angle > PI) angle -= 2 * PI;
  while (angle < -PI) angle += 2 * PI;
  double term = angle, sum = angle;
  for (int n = 1; n < 14; n++) {
    term *= -angle * angle / ((2 * n) * (2 * n + 1));
    sum += term;
  }
  return sum;
}

static double cosine(double angle) {
  return sine(angle + PI / 2);
}

static struct complex times(struct complex a, struct complex b) {
  return (struct complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static void make_roots(void) {
  for (int i = 0; i < SIZE / 2; i++) {
    double angle = -2 * PI * i / SIZE;
    roots[i] = (struct complex){cosine(angle), sine(angle)};
  }
  for (int i = 0; i < SIZE; i++) window[i] = 0.5 - 0.5 * cosine(2 * PI * i / SIZE);
}

static void reorder(struct complex *data, int count) {
  for (int i = 1, j = 0; i < count; i++) {
    int bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    struct complex kept = data[i];
    data[i] = data[j];
    data[j] = kept;
  }
}

static void transform(struct complex *data, int count) {
  reorder(data, count);
  for (int length = 2; length <= count; length *= 2) {
    int half = length / 2, step = SIZE / length;
    for (int start = 0; start < count; start += length)
      for (int k = 0; k < half; k++) {
        struct complex *low = &data[start + k], *high = low + half;
        struct complex turned = times(*high, roots[k * step]);
        high->re = low->re - turned.re, high->im = low->im - turned.im;
        low->re += turned.re, low->im += turned.im;
      }
  }
}

static void inverse(struct complex *data, int count) {
  for (int i = 0; i < count; i++) data[i].im = -data[i].im;
  transform(data, count);
  for (int i = 0; i < count; i++) {
    data[i].re /= count;
    data[i].im /= -count;
  }
}

static void spectra(void) {
  for (int i = 0; i < SIZE / 2; i++) spectrum[i] = 0;
  for (int start = 0; start + SIZE <= 4 * SIZE; start += SIZE / 2) {
    for (int i = 0; i < SIZE; i++) work[i] = (struct complex){signal[start + i] * window[i], 0};
    transform(work, SIZE);
    for (int i = 0; i < SIZE / 2; i++) spectrum[i] += __builtin_sqrt(work[i].re * work[i].re + work[i].im * work[i].im);
  }
}

static void convolve(const double *left, int left_count, const double *right, int right_count) {
  for (int i = 0; i < SIZE; i++) {
    work[i] = (struct complex){i < left_count ? left[i] : 0, 0};
    other[i] = (struct complex){i < right_count ? right[i] : 0, 0};
  }
  transform(work, SIZE);
  transform(other, SIZE);
  for (int i = 0; i < SIZE; i++) work[i] = times(work[i], other[i]);
  inverse(work, SIZE);
}

static void transform_square(void) {
  struct complex column[SIDE];
  for (int y = 0; y < SIDE; y++) transform(square[y], SIDE);
  for (int x = 0; x < SIDE; x++) {
    for (int y = 0; y < SIDE; y++) column[y] = square[y][x];
    transform(column, SIDE);
    for (int y = 0; y < SIDE; y++) square[y][x] = column[y];
  }
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(1729u), sum = 0;
  make_roots();
  for (uint32_t round = 0, rounds = OPAQUE(20); round < rounds; round++) {
    double pitch = 0.05 + 0.01 * round;
    for (int i = 0; i < 4 * SIZE; i++) signal[i] = (double)(next_random(&seed) >> 20) / 4096 + (i * pitch - (int)(i * pitch));
    spectra();
    int peak = 1;
    for (int i = 1; i < SIZE / 2; i++)
      if (spectrum[i] > spectrum[peak]) peak = i;
    convolve(signal, 500, signal + 700, 400);
    double checked = 0;
    for (int i = 0; i <= 300; i++) checked += signal[i] * signal[700 + 300 - i];
    double error = checked - work[300].re;
    if (error > 1e-6 || error < -1e-6) return 1;
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++) square[y][x] = (struct complex){signal[y * SIDE + x], 0};
    transform_square();
    double energy = 0;
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++) energy += square[y][x].re * square[y][x].re + square[y][x].im * square[y][x].im;
    sum = sum * 31 + (uint32_t)peak + (uint32_t)(int64_t)(energy / 1e3) + (uint32_t)(int64_t)(spectrum[peak] * 100);
  }
  return sum;
}
