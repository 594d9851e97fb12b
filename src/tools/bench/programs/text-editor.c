/* An editor's buffer with a gap, an index of its lines, marks, undo and search: a long session of typing and moving. */
/* Result: 0xcfaac1fe */
#include "kernel.h"
#include <string.h>

#define CAPACITY 65536
#define MOST_LINES 4096
#define UNDO 1024

struct buffer {
  char text[CAPACITY];
  int gap_start, gap_end;
};

struct change {
  int at;
  char character;
  char is_insertion;
};

struct editor {
  struct buffer buffer;
  int line_starts[MOST_LINES], line_count;
  struct change changes[UNDO];
  uint32_t change_count;
  int cursor, wanted_column, mark;
};

static struct editor editor;
static char clipboard[512];
static int clipboard_length;

static int length_of(const struct buffer *b) {
  return CAPACITY - (b->gap_end - b->gap_start);
}

static char character_at(const struct buffer *b, int at) {
  return at < b->gap_start ? b->text[at] : b->text[at + b->gap_end - b->gap_start];
}

static void move_gap(struct buffer *b, int at) {
  if (at < b->gap_start) {
    int count = b->gap_start - at;
    memmove(b->text + b->gap_end - count, b->text + at, (unsigned)count);
    b->gap_start -= count, b->gap_end -= count;
  } else if (at > b->gap_start) {
    int count = at - b->gap_start;
    memmove(b->text + b->gap_start, b->text + b->gap_end, (unsigned)count);
    b->gap_start += count, b->gap_end += count;
  }
}

/* The line in which a position lies. */
static int line_of(const struct editor *e, int at) {
  int low = 0, high = e->line_count - 1;
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (e->line_starts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

static int end_of_line(const struct editor *e, int line) {
  return line + 1 < e->line_count ? e->line_starts[line + 1] - 1 : length_of(&e->buffer);
}

static int insert_raw(struct editor *e, int at, char c) {
  struct buffer *b = &e->buffer;
  if (b->gap_start == b->gap_end || (c == '\n' && e->line_count == MOST_LINES)) return 0;
  int line = line_of(e, at);
  move_gap(b, at);
  b->text[b->gap_start++] = c;
  for (int i = line + 1; i < e->line_count; i++) e->line_starts[i]++;
  if (c == '\n') {
    memmove(&e->line_starts[line + 2], &e->line_starts[line + 1], sizeof(int) * (unsigned)(e->line_count - line - 1));
    e->line_starts[line + 1] = at + 1;
    e->line_count++;
  }
  if (e->mark > at) e->mark++;
  return 1;
}

static char delete_raw(struct editor *e, int at) {
  struct buffer *b = &e->buffer;
  int line = line_of(e, at);
  move_gap(b, at);
  char c = b->text[b->gap_end++];
  if (c == '\n') {
    memmove(&e->line_starts[line + 1], &e->line_starts[line + 2], sizeof(int) * (unsigned)(e->line_count - line - 2));
    e->line_count--;
  }
  for (int i = line + 1; i < e->line_count; i++) e->line_starts[i]--;
  if (e->mark > at) e->mark--;
  return c;
}

static void note(struct editor *e, int at, char c, int is_insertion) {
  e->changes[e->change_count++ % UNDO] = (struct change){at, c, (char)is_insertion};
}

static void type(struct editor *e, char c) {
  if (!insert_raw(e, e->cursor, c)) return;
  note(e, e->cursor++, c, 1);
}

static void erase(struct editor *e) {
  if (e->cursor == 0) return;
  e->cursor--;
  note(e, e->cursor, delete_raw(e, e->cursor), 0);
}

static void undo(struct editor *e, int count) {
  for (; count > 0 && e->change_count > 0; count--) {
    struct change *change = &e->changes[--e->change_count % UNDO];
    if (change->is_insertion) delete_raw(e, change->at);
    else insert_raw(e, change->at, change->character);
    e->cursor = change->at;
  }
}

static void move_lines(struct editor *e, int by) {
  int line = line_of(e, e->cursor), target = line + by;
  if (target < 0) target = 0;
  if (target >= e->line_count) target = e->line_count - 1;
  int column = e->cursor - e->line_starts[line];
  if (column > e->wanted_column) e->wanted_column = column;
  int end = end_of_line(e, target), at = e->line_starts[target] + e->wanted_column;
  e->cursor = at > end ? end : at;
}

static void move_words(struct editor *e, int count) {
  int length = length_of(&e->buffer);
  for (; count > 0; count--) {
    while (e->cursor < length && character_at(&e->buffer, e->cursor) != ' ') e->cursor++;
    while (e->cursor < length && character_at(&e->buffer, e->cursor) == ' ') e->cursor++;
  }
  e->wanted_column = 0;
}

/* Boyer and Moore, after Horspool; around the end. */
static int search(const struct editor *e, const char *wanted) {
  int shifts[256], size = (int)strlen(wanted), length = length_of(&e->buffer);
  for (int i = 0; i < 256; i++) shifts[i] = size;
  for (int i = 0; i < size - 1; i++) shifts[(uint8_t)wanted[i]] = size - 1 - i;
  for (int turn = 0; turn < 2; turn++)
    for (int at = turn == 0 ? e->cursor + 1 : 0; at + size <= length;) {
      int i = size - 1;
      while (i >= 0 && character_at(&e->buffer, at + i) == wanted[i]) i--;
      if (i < 0) return at;
      at += shifts[(uint8_t)character_at(&e->buffer, at + size - 1)];
    }
  return -1;
}

static void copy_region(struct editor *e) {
  int from = e->mark < e->cursor ? e->mark : e->cursor, to = e->mark < e->cursor ? e->cursor : e->mark;
  clipboard_length = 0;
  for (int i = from; i < to && clipboard_length < (int)sizeof clipboard; i++) clipboard[clipboard_length++] = character_at(&e->buffer, i);
}

static uint32_t hash_of(const struct editor *e) {
  uint32_t hash = 2166136261u;
  for (int i = 0, length = length_of(&e->buffer); i < length; i++) hash = (hash ^ (uint8_t)character_at(&e->buffer, i)) * 16777619u;
  for (int i = 0; i < e->line_count; i++) hash = hash * 31 + (uint32_t)e->line_starts[i];
  return hash;
}

uint32_t run(void) {
  static const char *const words[] = {"static ", "return ", "buffer ", "if (line) ", "cursor++;\n", "while ", "text ", "}\n", "    ", "length "};
  uint32_t seed = OPAQUE(11235813u), sum = 0;
  memset(&editor, 0, sizeof editor);
  editor.buffer.gap_end = CAPACITY;
  editor.line_count = 1;
  clipboard_length = 0;
  for (uint32_t n = 0, keys = OPAQUE(9000); n < keys; n++) {
    uint32_t choice = next_random(&seed) % 32, amount = next_random(&seed) % 12;
    switch (choice) {
      case 0: undo(&editor, (int)amount); break;
      case 1: case 2: move_lines(&editor, (int)amount - 6); break;
      case 3: move_words(&editor, (int)amount / 3); break;
      case 4: {
        int found = search(&editor, words[amount % 10]);
        if (found >= 0) editor.cursor = found;
        break;
      }
      case 5: editor.mark = editor.cursor; break;
      case 6: copy_region(&editor); break;
      case 7: for (int i = 0; i < clipboard_length && i < 40; i++) type(&editor, clipboard[i]); break;
      case 8: case 9: for (uint32_t i = 0; i < amount; i++) erase(&editor); break;
      default: for (const char *c = words[(choice + amount) % 10]; *c != 0; c++) type(&editor, *c);
    }
    sum = sum * 31 + (uint32_t)editor.cursor;
    if (n % 1000 == 999) sum ^= hash_of(&editor);
  }
  return sum + hash_of(&editor);
}
