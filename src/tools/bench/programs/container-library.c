/* A library of containers behind one interface of function pointers: sorted array, hash map and balanced tree. */
/* Result: 0x00554f96 */
#include "kernel.h"
#include <string.h>

/* ---- memory: blocks of some sizes, freed blocks in lists ---- */

static char arena[4 << 20];
static uint32_t arena_used;
static void *free_lists[16];

static void *allocate(uint32_t size) {
  uint32_t class = (size + 31) / 32;
  if (class < 16 && free_lists[class] != 0) {
    void *found = free_lists[class];
    memcpy(&free_lists[class], found, sizeof(void *));
    return found;
  }
  void *found = arena + arena_used;
  arena_used += class * 32;
  return arena_used <= sizeof arena ? found : 0;
}

static void release(void *block, uint32_t size) {
  uint32_t class = (size + 31) / 32;
  if (class >= 16) return;
  memcpy(block, &free_lists[class], sizeof(void *));
  free_lists[class] = block;
}

struct map;
typedef void (*visitor)(uint32_t key, uint32_t value, void *context);

struct interface {
  struct map *(*create)(void);
  uint32_t *(*find)(struct map *map, uint32_t key);
  void (*insert)(struct map *map, uint32_t key, uint32_t value);
  int (*remove)(struct map *map, uint32_t key);
  void (*visit)(struct map *map, visitor visitor, void *context);
};

struct map {
  const struct interface *interface;
  uint32_t count;
};

static void start(struct map *map, const struct interface *interface) {
  map->interface = interface;
  map->count = 0;
}

/* ---- sorted array ---- */

struct pair {
  uint32_t key, value;
};

struct array {
  struct map map;
  struct pair *pairs;
  uint32_t room;
};

static const struct interface array_interface;

static struct map *array_create(void) {
  struct array *array = allocate(sizeof *array);
  start(&array->map, &array_interface);
  array->room = 8;
  array->pairs = allocate(array->room * sizeof(struct pair));
  return &array->map;
}

static uint32_t array_place(const struct array *array, uint32_t key) {
  uint32_t low = 0, high = array->map.count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (array->pairs[middle].key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

static uint32_t *array_find(struct map *map, uint32_t key) {
  struct array *array = (struct array *)map;
  uint32_t at = array_place(array, key);
  return at < map->count && array->pairs[at].key == key ? &array->pairs[at].value : 0;
}

static void array_insert(struct map *map, uint32_t key, uint32_t value) {
  struct array *array = (struct array *)map;
  if (map->count == array->room) {
    struct pair *larger = allocate(2 * array->room * sizeof(struct pair));
    memcpy(larger, array->pairs, array->room * sizeof(struct pair));
    release(array->pairs, array->room * sizeof(struct pair));
    array->pairs = larger;
    array->room *= 2;
  }
  uint32_t at = array_place(array, key);
  memmove(&array->pairs[at + 1], &array->pairs[at], (map->count - at) * sizeof(struct pair));
  array->pairs[at] = (struct pair){key, value};
  map->count++;
}

static int array_remove(struct map *map, uint32_t key) {
  struct array *array = (struct array *)map;
  uint32_t at = array_place(array, key);
  if (at == map->count || array->pairs[at].key != key) return 0;
  map->count--;
  memmove(&array->pairs[at], &array->pairs[at + 1], (map->count - at) * sizeof(struct pair));
  return 1;
}

static void array_visit(struct map *map, visitor visit, void *context) {
  struct array *array = (struct array *)map;
  for (uint32_t i = 0; i < map->count; i++) visit(array->pairs[i].key, array->pairs[i].value, context);
}

static const struct interface array_interface = {array_create, array_find, array_insert, array_remove, array_visit};

/* ---- hash map with chains ---- */

struct link {
  struct link *next;
  struct pair pair;
};

struct hash_map {
  struct map map;
  struct link **heads;
  uint32_t mask;
};

static const struct interface hash_interface;

static struct map *hash_create(void) {
  struct hash_map *hash = allocate(sizeof *hash);
  start(&hash->map, &hash_interface);
  hash->mask = 15;
  hash->heads = allocate(16 * sizeof(struct link *));
  for (int i = 0; i < 16; i++) hash->heads[i] = 0;
  return &hash->map;
}

static struct link **hash_place(struct hash_map *hash, uint32_t key) {
  struct link **at = &hash->heads[(key * 2654435769u >> 12) & hash->mask];
  while (*at != 0 && (*at)->pair.key != key) at = &(*at)->next;
  return at;
}

static uint32_t *hash_find(struct map *map, uint32_t key) {
  struct link *link = *hash_place((struct hash_map *)map, key);
  return link != 0 ? &link->pair.value : 0;
}

static void hash_grow(struct hash_map *hash) {
  struct link **old = hash->heads;
  uint32_t count = hash->mask + 1;
  hash->mask = 2 * count - 1;
  hash->heads = allocate(2 * count * sizeof(struct link *));
  for (uint32_t i = 0; i < 2 * count; i++) hash->heads[i] = 0;
  for (uint32_t i = 0; i < count; i++)
    for (struct link *link = old[i], *next; link != 0; link = next) {
      next = link->next;
      struct link **at = hash_place(hash, link->pair.key);
      link->next = 0;
      *at = link;
    }
  release(old, count * sizeof(struct link *));
}

static void hash_insert(struct map *map, uint32_t key, uint32_t value) {
  struct hash_map *hash = (struct hash_map *)map;
  if (map->count > hash->mask) hash_grow(hash);
  struct link *link = allocate(sizeof *link);
  link->pair = (struct pair){key, value};
  link->next = 0;
  *hash_place(hash, key) = link;
  map->count++;
}

static int hash_remove(struct map *map, uint32_t key) {
  struct link **at = hash_place((struct hash_map *)map, key), *link = *at;
  if (link == 0) return 0;
  *at = link->next;
  release(link, sizeof *link);
  map->count--;
  return 1;
}

static void hash_visit(struct map *map, visitor visit, void *context) {
  struct hash_map *hash = (struct hash_map *)map;
  for (uint32_t i = 0; i <= hash->mask; i++)
    for (struct link *link = hash->heads[i]; link != 0; link = link->next) visit(link->pair.key, link->pair.value, context);
}

static const struct interface hash_interface = {hash_create, hash_find, hash_insert, hash_remove, hash_visit};

/* ---- AA tree (Andersson) ---- */

struct tree_node {
  struct tree_node *left, *right;
  struct pair pair;
  uint32_t level;
};

struct tree {
  struct map map;
  struct tree_node *root;
};

static const struct interface tree_interface;
static struct tree_node bottom = {&bottom, &bottom, {0, 0}, 0};

static struct map *tree_create(void) {
  struct tree *tree = allocate(sizeof *tree);
  start(&tree->map, &tree_interface);
  tree->root = &bottom;
  return &tree->map;
}

static uint32_t *tree_find(struct map *map, uint32_t key) {
  struct tree_node *node = ((struct tree *)map)->root;
  while (node != &bottom && node->pair.key != key) node = key < node->pair.key ? node->left : node->right;
  return node != &bottom ? &node->pair.value : 0;
}

static struct tree_node *skew(struct tree_node *node) {
  if (node == &bottom || node->left->level != node->level) return node;
  struct tree_node *left = node->left;
  node->left = left->right;
  left->right = node;
  return left;
}

static struct tree_node *split(struct tree_node *node) {
  if (node == &bottom || node->right->right->level != node->level) return node;
  struct tree_node *right = node->right;
  node->right = right->left;
  right->left = node;
  right->level++;
  return right;
}

static struct tree_node *insert_below(struct tree_node *node, uint32_t key, uint32_t value) {
  if (node == &bottom) {
    node = allocate(sizeof *node);
    *node = (struct tree_node){&bottom, &bottom, {key, value}, 1};
    return node;
  }
  if (key < node->pair.key) node->left = insert_below(node->left, key, value);
  else node->right = insert_below(node->right, key, value);
  return split(skew(node));
}

static void tree_insert(struct map *map, uint32_t key, uint32_t value) {
  struct tree *tree = (struct tree *)map;
  tree->root = insert_below(tree->root, key, value);
  map->count++;
}

static struct tree_node *remove_below(struct tree_node *node, uint32_t key, int *removed) {
  if (node == &bottom) return node;
  if (key < node->pair.key) {
    node->left = remove_below(node->left, key, removed);
  } else if (key > node->pair.key) {
    node->right = remove_below(node->right, key, removed);
  } else if (node->left == &bottom || node->right == &bottom) {
    struct tree_node *rest = node->left == &bottom ? node->right : node->left;
    release(node, sizeof *node);
    *removed = 1;
    if (rest == &bottom) return rest;
    node = rest;
  } else {
    struct tree_node *next = node->right;
    while (next->left != &bottom) next = next->left;
    node->pair = next->pair;
    node->right = remove_below(node->right, next->pair.key, removed);
  }
  uint32_t level = (node->left->level < node->right->level ? node->left->level : node->right->level) + 1;
  if (level < node->level) {
    node->level = level;
    if (level < node->right->level) node->right->level = level;
  }
  node = skew(node);
  node->right = skew(node->right);
  if (node->right != &bottom) node->right->right = skew(node->right->right);
  node = split(node);
  node->right = split(node->right);
  return node;
}

static int tree_remove(struct map *map, uint32_t key) {
  struct tree *tree = (struct tree *)map;
  int removed = 0;
  tree->root = remove_below(tree->root, key, &removed);
  map->count -= (uint32_t)removed;
  return removed;
}

static void visit_below(struct tree_node *node, visitor visit, void *context) {
  if (node == &bottom) return;
  visit_below(node->left, visit, context);
  visit(node->pair.key, node->pair.value, context);
  visit_below(node->right, visit, context);
}

static void tree_visit(struct map *map, visitor visit, void *context) {
  visit_below(((struct tree *)map)->root, visit, context);
}

static const struct interface tree_interface = {tree_create, tree_find, tree_insert, tree_remove, tree_visit};

/* ---- use ---- */

static const struct interface *const interfaces[] = {&array_interface, &hash_interface, &tree_interface};

static void sum_up(uint32_t key, uint32_t value, void *context) {
  uint32_t *sums = context;
  sums[0] += key * (value | 1);
  sums[1] ^= key + value;
}

static void count_word(struct map *map, uint32_t key) {
  uint32_t *found = map->interface->find(map, key);
  if (found != 0) ++*found;
  else map->interface->insert(map, key, 1);
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(10101010u), sum = 0;
  for (uint32_t round = 0, rounds = OPAQUE(1); round < rounds; round++) {
    struct map *maps[3];
    arena_used = 0;
    memset(free_lists, 0, sizeof free_lists);
    for (int i = 0; i < 3; i++) maps[i] = interfaces[i]->create();
    for (uint32_t n = 0; n < 12000; n++) {
      uint32_t key = next_random(&seed) % 2000, choice = next_random(&seed) % 4;
      for (int i = 0; i < 3; i++) {
        struct map *map = maps[i];
        if (choice == 0) sum += (uint32_t)map->interface->remove(map, key);
        else count_word(map, key);
      }
    }
    uint32_t sums[3][2] = {{0}};
    for (int i = 0; i < 3; i++) {
      maps[i]->interface->visit(maps[i], sum_up, sums[i]);
      if (sums[i][0] != sums[0][0] || sums[i][1] != sums[0][1] || maps[i]->count != maps[0]->count) return 1;
    }
    sum = sum * 31 + sums[0][0] + maps[0]->count;
  }
  return sum;
}
