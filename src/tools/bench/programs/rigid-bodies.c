/* A box of balls and chains in the plane: a grid finds neighbours, impulses resolve contacts, joints are pulled together. */
/* Result: 0x61bb3f4b */
#include "kernel.h"

#define BALLS 160
#define CHAIN 24
#define CELLS 16
#define PER_CELL 12
#define MOST_CONTACTS 800

struct vector {
  float x, y;
};

struct ball {
  struct vector position, velocity;
  float radius, inverse_mass, angle, spin;
};

struct contact {
  int a, b; /* b < 0: a wall */
  struct vector normal;
  float depth, impulse;
};

static struct ball balls[BALLS];
static struct contact contacts[MOST_CONTACTS];
static int contact_count;
static uint8_t cells[CELLS][CELLS][PER_CELL], cell_counts[CELLS][CELLS];

static struct vector sum(struct vector a, struct vector b) {
  return (struct vector){a.x + b.x, a.y + b.y};
}

static struct vector difference(struct vector a, struct vector b) {
  return (struct vector){a.x - b.x, a.y - b.y};
}

static struct vector scaled(struct vector a, float factor) {
  return (struct vector){a.x * factor, a.y * factor};
}

static float inner(struct vector a, struct vector b) {
  return a.x * b.x + a.y * b.y;
}

static int cell_of(float x) {
  int cell = (int)x;
  return cell < 0 ? 0 : cell >= CELLS ? CELLS - 1 : cell;
}

static void fill_grid(void) {
  for (int y = 0; y < CELLS; y++)
    for (int x = 0; x < CELLS; x++) cell_counts[y][x] = 0;
  for (int i = 0; i < BALLS; i++) {
    int x = cell_of(balls[i].position.x), y = cell_of(balls[i].position.y);
    if (cell_counts[y][x] < PER_CELL) cells[y][x][cell_counts[y][x]++] = (uint8_t)i;
  }
}

static void add_contact(int a, int b, struct vector normal, float depth) {
  if (contact_count == MOST_CONTACTS) return;
  contacts[contact_count++] = (struct contact){a, b, normal, depth, 0};
}

static void touch(int a, int b) {
  struct vector between = difference(balls[b].position, balls[a].position);
  float reach = balls[a].radius + balls[b].radius, square = inner(between, between);
  if (square >= reach * reach || square < 1e-8f) return;
  float distance = __builtin_sqrtf(square);
  add_contact(a, b, scaled(between, 1 / distance), reach - distance);
}

static void find_contacts(void) {
  contact_count = 0;
  for (int i = 0; i < BALLS; i++) {
    const struct ball *ball = &balls[i];
    if (ball->position.x < ball->radius) add_contact(i, -1, (struct vector){-1, 0}, ball->radius - ball->position.x);
    if (ball->position.x > CELLS - ball->radius) add_contact(i, -1, (struct vector){1, 0}, ball->position.x + ball->radius - CELLS);
    if (ball->position.y < ball->radius) add_contact(i, -1, (struct vector){0, -1}, ball->radius - ball->position.y);
    if (ball->position.y > CELLS - ball->radius) add_contact(i, -1, (struct vector){0, 1}, ball->position.y + ball->radius - CELLS);
    int cx = cell_of(ball->position.x), cy = cell_of(ball->position.y);
    for (int y = cy > 0 ? cy - 1 : 0; y <= cy + 1 && y < CELLS; y++)
      for (int x = cx > 0 ? cx - 1 : 0; x <= cx + 1 && x < CELLS; x++)
        for (int k = 0; k < cell_counts[y][x]; k++)
          if (cells[y][x][k] > i) touch(i, cells[y][x][k]);
  }
}

static void resolve(struct contact *contact, float dt) {
  struct ball *a = &balls[contact->a], *b = contact->b >= 0 ? &balls[contact->b] : 0;
  struct vector relative = b != 0 ? difference(b->velocity, a->velocity) : scaled(a->velocity, -1);
  float mass = a->inverse_mass + (b != 0 ? b->inverse_mass : 0), speed = inner(relative, contact->normal);
  float push = contact->depth > 0.01f ? 0.2f * (contact->depth - 0.01f) / dt : 0;
  float impulse = (push - speed * 1.3f) / mass, before = contact->impulse;
  contact->impulse = before + impulse > 0 ? before + impulse : 0;
  impulse = contact->impulse - before;
  struct vector tangent = {-contact->normal.y, contact->normal.x};
  float slip = inner(relative, tangent) - a->spin * a->radius - (b != 0 ? b->spin * b->radius : 0);
  float friction = -slip / (3 * mass), most = 0.3f * contact->impulse;
  friction = friction > most ? most : friction < -most ? -most : friction;
  struct vector change = sum(scaled(contact->normal, impulse), scaled(tangent, friction));
  a->velocity = difference(a->velocity, scaled(change, a->inverse_mass));
  a->spin -= 2 * friction * a->inverse_mass / a->radius;
  if (b == 0) return;
  b->velocity = sum(b->velocity, scaled(change, b->inverse_mass));
  b->spin -= 2 * friction * b->inverse_mass / b->radius;
}

/* The first balls hang on each other like the links of a chain. */
static void pull_joints(float dt) {
  for (int i = 0; i + 1 < CHAIN; i++) {
    struct ball *a = &balls[i], *b = &balls[i + 1];
    struct vector between = difference(b->position, a->position);
    float distance = __builtin_sqrtf(inner(between, between)) + 1e-6f, wanted = a->radius + b->radius + 0.05f;
    struct vector direction = scaled(between, 1 / distance);
    float speed = inner(difference(b->velocity, a->velocity), direction) + 0.3f * (distance - wanted) / dt;
    struct vector change = scaled(direction, speed / (a->inverse_mass + b->inverse_mass));
    a->velocity = sum(a->velocity, scaled(change, a->inverse_mass));
    b->velocity = difference(b->velocity, scaled(change, b->inverse_mass));
  }
}

static float step(float dt) {
  float energy = 0;
  for (int i = 0; i < BALLS; i++) balls[i].velocity.y -= 9.81f * dt;
  fill_grid();
  find_contacts();
  for (int turn = 0; turn < 6; turn++) {
    for (int i = 0; i < contact_count; i++) resolve(&contacts[i], dt);
    pull_joints(dt);
  }
  for (int i = 0; i < BALLS; i++) {
    struct ball *ball = &balls[i];
    ball->position = sum(ball->position, scaled(ball->velocity, dt));
    ball->angle += ball->spin * dt;
    energy += inner(ball->velocity, ball->velocity) / ball->inverse_mass;
  }
  return energy;
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(299792458u), hash = 0;
  for (int i = 0; i < BALLS; i++) {
    struct ball *ball = &balls[i];
    ball->radius = 0.2f + (float)(next_random(&seed) % 100) / 500;
    ball->inverse_mass = 1 / (ball->radius * ball->radius * 10);
    ball->position = (struct vector){0.7f + (float)(i % 20) * 0.75f, 0.7f + (float)(i / 20) * 0.9f};
    ball->velocity = (struct vector){(float)(next_random(&seed) % 100) / 25 - 2, 0};
    ball->angle = ball->spin = 0;
  }
  for (uint32_t n = 0, steps = OPAQUE(260); n < steps; n++) {
    float energy = step(1.0f / 120);
    if (!(energy < 1e6f)) return 1;
    hash = hash * 31 + (uint32_t)(int32_t)(energy * 16) + (uint32_t)contact_count;
  }
  for (int i = 0; i < BALLS; i++) hash = hash * 33 + (uint32_t)(int32_t)(balls[i].position.x * 1024) + (uint32_t)(int32_t)(balls[i].angle * 64);
  return hash;
}
