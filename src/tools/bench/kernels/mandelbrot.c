/* The Mandelbrot set, 160 x 120 points, at most 200 turns each: double products with a branch on each result. */
/* Result: 0x27fd407f */
#include "kernel.h"

uint32_t run(void) {
  int width = (int)OPAQUE(160), height = (int)OPAQUE(120), most = (int)OPAQUE(200);
  uint32_t sum = 0;
  for (int py = 0; py < height; py++)
    for (int px = 0; px < width; px++) {
      double cx = px * 3.0 / width - 2.2, cy = py * 2.4 / height - 1.2;
      double x = 0, y = 0;
      int n = 0;
      while (n < most && x * x + y * y <= 4) {
        double next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        n++;
      }
      sum = sum * 31 + (uint32_t)n;
    }
  return sum;
}
