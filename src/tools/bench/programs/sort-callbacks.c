/* A table of people sorted by many orders with a library of sorts, all comparing through pointers to functions. */
/* Result: 0x0efe6697 */
#include "kernel.h"
#include <string.h>

typedef int (*comparison)(const void *left, const void *right);
typedef void (*sorter)(void *base, uint32_t count, uint32_t size, comparison compare);

static void swap_bytes(char *a, char *b, uint32_t size) {
  for (; size > 0; size--, a++, b++) {
    char kept = *a;
    *a = *b;
    *b = kept;
  }
}

static void insertion_sort(void *base, uint32_t count, uint32_t size, comparison compare) {
  char *items = base;
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t j = i; j > 0 && compare(items + (j - 1) * size, items + j * size) > 0; j--)
      swap_bytes(items + (j - 1) * size, items + j * size, size);
}

static void quick_sort(void *base, uint32_t count, uint32_t size, comparison compare) {
  char *items = base;
  while (count > 10) {
    char *first = items, *middle = items + count / 2 * size, *last = items + (count - 1) * size;
    if (compare(middle, first) < 0) swap_bytes(middle, first, size);
    if (compare(last, middle) < 0) swap_bytes(last, middle, size);
    if (compare(middle, first) < 0) swap_bytes(middle, first, size);
    swap_bytes(middle, items + size, size);
    char *pivot = items + size, *low = pivot, *high = last;
    for (;;) {
      do low += size;
      while (compare(low, pivot) < 0);
      do high -= size;
      while (compare(high, pivot) > 0);
      if (low >= high) break;
      swap_bytes(low, high, size);
    }
    swap_bytes(pivot, high, size);
    uint32_t left = (uint32_t)(high - items) / size;
    quick_sort(items, left, size, compare);
    items = high + size;
    count -= left + 1;
  }
  insertion_sort(items, count, size, compare);
}

static void sift_down(char *items, uint32_t at, uint32_t count, uint32_t size, comparison compare) {
  for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && compare(items + child * size, items + (child + 1) * size) < 0) child++;
    if (compare(items + at * size, items + child * size) >= 0) return;
    swap_bytes(items + at * size, items + child * size, size);
  }
}

static void heap_sort(void *base, uint32_t count, uint32_t size, comparison compare) {
  char *items = base;
  for (uint32_t i = count / 2; i > 0; i--) sift_down(items, i - 1, count, size, compare);
  for (uint32_t end = count; end > 1; end--) {
    swap_bytes(items, items + (end - 1) * size, size);
    sift_down(items, 0, end - 1, size, compare);
  }
}

static char spare[1 << 18];

static void merge_sort(void *base, uint32_t count, uint32_t size, comparison compare) {
  if (count < 2) return;
  char *items = base;
  uint32_t half = count / 2;
  merge_sort(items, half, size, compare);
  merge_sort(items + half * size, count - half, size, compare);
  memcpy(spare, items, half * size);
  char *left = spare, *left_end = spare + half * size;
  char *right = items + half * size, *right_end = items + count * size;
  for (char *to = items; left < left_end; to += size) {
    char **from = right < right_end && compare(right, left) < 0 ? &right : &left;
    memcpy(to, *from, size);
    *from += size;
  }
}

struct person {
  char name[16];
  uint32_t born;
  int16_t height;
  uint16_t city;
};

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct person *)left)->name, ((const struct person *)right)->name);
}

static int by_birth(const void *left, const void *right) {
  uint32_t a = ((const struct person *)left)->born, b = ((const struct person *)right)->born;
  return a < b ? -1 : a > b;
}

static int by_height(const void *left, const void *right) {
  return ((const struct person *)right)->height - ((const struct person *)left)->height;
}

static int by_city_then_name(const void *left, const void *right) {
  int city = ((const struct person *)left)->city - ((const struct person *)right)->city;
  return city != 0 ? city : by_name(left, right);
}

static int by_pointer_to_birth(const void *left, const void *right) {
  return by_birth(*(const struct person *const *)left, *(const struct person *const *)right);
}

#define PEOPLE 3000
static struct person people[PEOPLE];
static const struct person *directory[PEOPLE];
static const sorter sorters[] = {quick_sort, heap_sort, merge_sort};
static const comparison orders[] = {by_name, by_birth, by_height, by_city_then_name};

uint32_t run(void) {
  uint32_t count = OPAQUE(PEOPLE);
  uint32_t seed = OPAQUE(777777777u);
  memset(people, 0, sizeof people);
  for (uint32_t i = 0; i < count; i++) {
    struct person *one = &people[i];
    uint32_t length = 3 + next_random(&seed) % 10;
    for (uint32_t j = 0; j < length; j++) one->name[j] = (char)((j == 0 ? 'A' : 'a') + next_random(&seed) % (j == 0 ? 8 : 26));
    one->born = 19000000 + next_random(&seed) % 1200000;
    one->height = (int16_t)(120 + next_random(&seed) % 90);
    one->city = (uint16_t)(next_random(&seed) % 25);
    directory[i] = one;
  }
  uint32_t sum = 0;
  for (uint32_t round = 0; round < 6; round++) {
    /* A stable sort and three that are not: only the key is the same for all. */
    sorters[round % 3](people, count, sizeof *people, orders[round * 7 % 4]);
    for (uint32_t i = 0; i < count; i++) sum = sum * 33 + (uint32_t)people[i].name[0] * people[i].city + people[i].born;
  }
  sorters[OPAQUE(2)](directory, count, sizeof *directory, by_pointer_to_birth);
  for (uint32_t i = 0; i < count; i++) sum = sum * 33 + directory[i]->born;
  return sum;
}
