/* A picture of floats, 200 x 160, smoothed eight times by its neighbours: single precision, whose registers are boxed. */
/* Result: 0xb6991709 */
#include "kernel.h"
#define WIDTH 200
#define HEIGHT 160
static float picture[2][HEIGHT][WIDTH];

uint32_t run(void) {
  int width = (int)OPAQUE(WIDTH), height = (int)OPAQUE(HEIGHT);
  uint32_t state = OPAQUE(88675123u);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) picture[0][y][x] = (float)(next_random(&state) >> 24);
  for (int round = 0; round < 8; round++) {
    float(*from)[WIDTH] = picture[round & 1], (*to)[WIDTH] = picture[~round & 1];
    for (int y = 1; y + 1 < height; y++)
      for (int x = 1; x + 1 < width; x++) {
        float cross = from[y - 1][x] + from[y + 1][x] + from[y][x - 1] + from[y][x + 1];
        to[y][x] = from[y][x] * 0.6f + cross * 0.1f;
      }
  }
  uint32_t sum = 0;
  for (int y = 1; y + 1 < height; y++)
    for (int x = 1; x + 1 < width; x++) sum = sum * 31 + (uint32_t)(picture[0][y][x] * 16);
  return sum;
}
