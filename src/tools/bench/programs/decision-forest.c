/* Decision trees over floats: a forest is grown from random samples of points, asked for every point, and judged. */
/* Result: 0xc8fdda92 */
#include "kernel.h"

#define POINTS 600
#define FEATURES 8
#define CLASSES 3
#define TREES 12
#define MOST_NODES 256
#define MOST_DEPTH 9
#define TRIES 6

struct node {
  float threshold;
  int16_t feature; /* -1: a leaf */
  int16_t label;
  struct node *low, *high;
};

static float points[POINTS][FEATURES];
static uint8_t labels[POINTS];
static struct node nodes[TREES][MOST_NODES], *roots[TREES];
static int node_count;
static uint32_t seed;

static float random_float(void) {
  return (float)(next_random(&seed) >> 8) / 16777216.0f;
}

static void make_points(void) {
  for (int i = 0; i < POINTS; i++) {
    float x = random_float() * 2 - 1, y = random_float() * 2 - 1;
    float radius = x * x + y * y;
    labels[i] = radius < 0.3f ? 0 : x * y > 0 ? 1 : 2;
    points[i][0] = x, points[i][1] = y;
    points[i][2] = x + y + random_float() * 0.1f;
    points[i][3] = x - y + random_float() * 0.1f;
    points[i][4] = radius + random_float() * 0.2f;
    for (int j = 5; j < FEATURES; j++) points[i][j] = random_float();
  }
}

/* Gini's impurity of both sides, weighted. */
static float impurity(const uint16_t *chosen, int count, int feature, float threshold) {
  int low[CLASSES] = {0}, high[CLASSES] = {0}, low_count = 0;
  for (int i = 0; i < count; i++) {
    int point = chosen[i];
    if (points[point][feature] < threshold) {
      low[labels[point]]++;
      low_count++;
    } else {
      high[labels[point]]++;
    }
  }
  int high_count = count - low_count;
  if (low_count == 0 || high_count == 0) return 1e9f;
  float low_sum = 0, high_sum = 0;
  for (int c = 0; c < CLASSES; c++) {
    low_sum += (float)low[c] * (float)low[c];
    high_sum += (float)high[c] * (float)high[c];
  }
  return (float)count - low_sum / (float)low_count - high_sum / (float)high_count;
}

static int most_frequent(const uint16_t *chosen, int count, int *is_pure) {
  int counts[CLASSES] = {0}, best = 0;
  for (int i = 0; i < count; i++) counts[labels[chosen[i]]]++;
  for (int c = 1; c < CLASSES; c++)
    if (counts[c] > counts[best]) best = c;
  *is_pure = counts[best] == count;
  return best;
}

static struct node *grow(struct node *pool, uint16_t *chosen, int count, int depth) {
  struct node *node = &pool[node_count++];
  int is_pure;
  node->label = (int16_t)most_frequent(chosen, count, &is_pure);
  node->feature = -1;
  node->low = node->high = 0;
  if (is_pure || depth == 0 || count < 4 || node_count + 2 > MOST_NODES) return node;
  float best = 1e8f;
  for (int n = 0; n < 3; n++) {
    int feature = (int)(next_random(&seed) % FEATURES);
    for (int t = 0; t < TRIES; t++) {
      float threshold = points[chosen[next_random(&seed) % (uint32_t)count]][feature];
      float found = impurity(chosen, count, feature, threshold);
      if (found >= best) continue;
      best = found;
      node->feature = (int16_t)feature;
      node->threshold = threshold;
    }
  }
  if (node->feature < 0) return node;
  int low = 0;
  for (int i = 0; i < count; i++)
    if (points[chosen[i]][node->feature] < node->threshold) {
      uint16_t kept = chosen[low];
      chosen[low++] = chosen[i];
      chosen[i] = kept;
    }
  node->low = grow(pool, chosen, low, depth - 1);
  node->high = grow(pool, chosen + low, count - low, depth - 1);
  return node;
}

static int ask(const struct node *node, const float *point) {
  while (node->feature >= 0) node = point[node->feature] < node->threshold ? node->low : node->high;
  return node->label;
}

static int vote(const float *point) {
  int votes[CLASSES] = {0}, best = 0;
  for (int t = 0; t < TREES; t++) votes[ask(roots[t], point)]++;
  for (int c = 1; c < CLASSES; c++)
    if (votes[c] > votes[best]) best = c;
  return best;
}

uint32_t run(void) {
  static uint16_t chosen[POINTS];
  uint32_t sum = 0;
  seed = OPAQUE(97531u);
  for (uint32_t round = 0, rounds = OPAQUE(3); round < rounds; round++) {
    make_points();
    for (int t = 0; t < TREES; t++) {
      for (int i = 0; i < POINTS; i++) chosen[i] = (uint16_t)(next_random(&seed) % POINTS);
      node_count = 0;
      roots[t] = grow(nodes[t], chosen, POINTS, MOST_DEPTH);
      sum = sum * 31 + (uint32_t)node_count;
    }
    uint32_t right = 0;
    for (int repeat = 0; repeat < 25; repeat++)
      for (int i = 0; i < POINTS; i++) {
        points[i][repeat % FEATURES] += (random_float() - 0.5f) * 0.02f;
        int answer = vote(points[i]);
        right += answer == labels[i];
        sum = sum * 3 + (uint32_t)answer;
      }
    sum = sum * 33 + right;
  }
  return sum;
}
