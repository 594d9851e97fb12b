/* Five bodies that attract each other, 30,000 steps: chains of double additions and products, roots and divisions. */
/* Result: 0x0566ecfd */
#include "kernel.h"
#define BODIES 5
static struct body { double x, y, z, vx, vy, vz, mass; } bodies[BODIES];

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double magnitude = dt / (square * __builtin_sqrt(square));
      a->vx -= dx * b->mass * magnitude, a->vy -= dy * b->mass * magnitude, a->vz -= dz * b->mass * magnitude;
      b->vx += dx * a->mass * magnitude, b->vy += dy * a->mass * magnitude, b->vz += dz * a->mass * magnitude;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    a->x += dt * a->vx, a->y += dt * a->vy, a->z += dt * a->vz;
  }
}

uint32_t run(void) {
  uint32_t steps = OPAQUE(30000);
  uint32_t state = OPAQUE(521288629u);
  for (int i = 0; i < BODIES; i++) {
    /* Numbers from -4 to 4, and masses so small that nothing ever gets close. */
    double *at = &bodies[i].x;
    for (int k = 0; k < 3; k++) at[k] = (double)(next_random(&state) >> 8) / (1 << 21) - 4 + 8 * i;
    for (int k = 3; k < 6; k++) at[k] = (double)(next_random(&state) >> 8) / (1 << 28);
    bodies[i].mass = 0.01 * (i + 1);
  }
  for (uint32_t n = 0; n < steps; n++) advance(0.001);
  double sum = 0;
  for (int i = 0; i < BODIES; i++) sum += bodies[i].x + bodies[i].vy * 3 + bodies[i].vz * 7;
  return (uint32_t)(int64_t)(sum * 1e6);
}
