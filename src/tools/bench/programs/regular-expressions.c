/* Regular expressions: a parser, compiled once for a backtracking matcher and once for one that follows all threads at once. */
/* Result: 0x63fabd17 */
#include "kernel.h"
#include <string.h>

enum operation { CHAR, ANY, CLASS, SPLIT, JUMP, SAVE, LINE_START, LINE_END, WORD_EDGE, MATCH };

struct instruction {
  uint8_t operation, character;
  uint8_t set; /* of characters, for CLASS */
  int16_t x, y;
};

#define MOST_INSTRUCTIONS 256
#define MOST_SETS 16
#define MOST_SAVES 8

struct program {
  struct instruction code[MOST_INSTRUCTIONS];
  uint8_t sets[MOST_SETS][32];
  int size, set_count, group_count;
};

struct compiler {
  const char *at;
  struct program *program;
  int failed;
};

static void alternatives(struct compiler *c);

static int emit(struct compiler *c, int operation, int x, int y) {
  if (c->program->size >= MOST_INSTRUCTIONS - 2) c->failed = 1, c->program->size = 0;
  struct instruction *i = &c->program->code[c->program->size];
  i->operation = (uint8_t)operation;
  i->character = i->set = 0;
  i->x = (int16_t)x, i->y = (int16_t)y;
  return c->program->size++;
}

/* Makes room before what was emitted from `from` on. */
static void open_before(struct compiler *c, int from) {
  struct program *p = c->program;
  emit(c, JUMP, 0, 0);
  for (int i = p->size - 1; i > from; i--) {
    p->code[i] = p->code[i - 1];
    if (p->code[i].operation == SPLIT || p->code[i].operation == JUMP) {
      if (p->code[i].x >= from) p->code[i].x++;
      if (p->code[i].operation == SPLIT && p->code[i].y >= from) p->code[i].y++;
    }
  }
}

static void add_to(uint8_t *set, int first, int last) {
  for (int c = first; c <= last; c++) set[c >> 3] |= (uint8_t)(1 << (c & 7));
}

static void named_set(uint8_t *set, char name) {
  if (name == 'd' || name == 'w') add_to(set, '0', '9');
  if (name == 'w') add_to(set, 'a', 'z'), add_to(set, 'A', 'Z'), add_to(set, '_', '_');
  if (name == 's') add_to(set, ' ', ' '), add_to(set, '\t', '\r');
}

static uint8_t *new_set(struct compiler *c) {
  struct program *p = c->program;
  int at = emit(c, CLASS, 0, 0);
  if (p->set_count == MOST_SETS) return c->failed = 1, p->sets[0];
  p->code[at].set = (uint8_t)p->set_count;
  memset(p->sets[p->set_count], 0, 32);
  return p->sets[p->set_count++];
}

static void bracket(struct compiler *c) {
  uint8_t *set = new_set(c);
  int is_negated = *c->at == '^';
  if (is_negated) c->at++;
  while (*c->at != ']' && *c->at != 0) {
    int first = (uint8_t)*c->at++;
    if (first == '\\') {
      named_set(set, *c->at++);
      continue;
    }
    int last = first;
    if (c->at[0] == '-' && c->at[1] != ']') last = (uint8_t)c->at[1], c->at += 2;
    add_to(set, first, last);
  }
  if (*c->at == ']') c->at++;
  else c->failed = 1;
  if (is_negated)
    for (int i = 0; i < 32; i++) set[i] ^= 0xff;
}

static void atom(struct compiler *c) {
  char ch = *c->at++;
  switch (ch) {
    case '.': emit(c, ANY, 0, 0); return;
    case '^': emit(c, LINE_START, 0, 0); return;
    case '$': emit(c, LINE_END, 0, 0); return;
    case '[': bracket(c); return;
    case '(': {
      int group = ++c->program->group_count;
      emit(c, SAVE, 2 * group, 0);
      alternatives(c);
      emit(c, SAVE, 2 * group + 1, 0);
      if (*c->at == ')') c->at++;
      else c->failed = 1;
      return;
    }
    case '\\':
      ch = *c->at++;
      if (ch == 'b') {
        emit(c, WORD_EDGE, 0, 0);
        return;
      }
      if (ch == 'd' || ch == 'w' || ch == 's') {
        named_set(new_set(c), ch);
        return;
      }
  }
  c->program->code[emit(c, CHAR, 0, 0)].character = (uint8_t)ch;
}

static void repetition(struct compiler *c) {
  int from = c->program->size;
  atom(c);
  struct program *p = c->program;
  for (; *c->at == '*' || *c->at == '+' || *c->at == '?'; c->at++) {
    char kind = *c->at;
    int is_lazy = c->at[1] == '?';
    if (is_lazy) c->at++;
    if (kind != '+') open_before(c, from);
    int body = kind == '+' ? from : from + 1;
    int at = kind == '+' ? emit(c, SPLIT, 0, 0) : from;
    if (kind == '*') emit(c, JUMP, from, 0);
    p->code[at].operation = SPLIT;
    p->code[at].x = (int16_t)(is_lazy ? p->size : body);
    p->code[at].y = (int16_t)(is_lazy ? body : p->size);
  }
}

static void alternatives(struct compiler *c) {
  int from = c->program->size;
  while (*c->at != 0 && *c->at != '|' && *c->at != ')') repetition(c);
  if (*c->at != '|') return;
  c->at++;
  open_before(c, from);
  int jump = emit(c, JUMP, 0, 0);
  c->program->code[from].operation = SPLIT;
  c->program->code[from].x = (int16_t)(from + 1);
  c->program->code[from].y = (int16_t)(jump + 1);
  alternatives(c);
  c->program->code[jump].x = (int16_t)c->program->size;
}

static int compile(struct program *program, const char *pattern) {
  struct compiler c = {pattern, program, 0};
  program->size = program->set_count = program->group_count = 0;
  emit(&c, SAVE, 0, 0);
  alternatives(&c);
  emit(&c, SAVE, 1, 0);
  emit(&c, MATCH, 0, 0);
  return !c.failed && *c.at == 0;
}

static const char *text_start;

static int is_word(const char *p) {
  char c = *p;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static int holds(int operation, const char *p) {
  if (operation == LINE_START) return p == text_start || p[-1] == '\n';
  if (operation == LINE_END) return *p == 0 || *p == '\n';
  return is_word(p) != (p > text_start && is_word(p - 1));
}

static int accepts(const struct program *program, const struct instruction *i, char c) {
  if (c == 0) return 0;
  if (i->operation == CHAR) return (char)i->character == c;
  if (i->operation == ANY) return c != '\n';
  return program->sets[i->set][(uint8_t)c >> 3] >> (c & 7) & 1;
}

static uint32_t steps;

static const char *backtrack(const struct program *program, int at, const char *p, const char **saves) {
  for (;;) {
    const struct instruction *i = &program->code[at];
    if (++steps % 200000 == 0) return 0;
    switch (i->operation) {
      case MATCH: return p;
      case JUMP: at = i->x; break;
      case SPLIT: {
        const char *end = backtrack(program, i->x, p, saves);
        if (end != 0) return end;
        at = i->y;
        break;
      }
      case SAVE: {
        if (i->x >= MOST_SAVES) {
          at++;
          break;
        }
        const char *kept = saves[i->x], *end;
        saves[i->x] = p;
        end = backtrack(program, at + 1, p, saves);
        if (end == 0) saves[i->x] = kept;
        return end;
      }
      case CHAR: case ANY: case CLASS:
        if (!accepts(program, i, *p)) return 0;
        p++, at++;
        break;
      default:
        if (!holds(i->operation, p)) return 0;
        at++;
    }
  }
}

struct threads {
  int16_t at[MOST_INSTRUCTIONS];
  int count;
};

static uint32_t marks[MOST_INSTRUCTIONS], generation;

static void follow(const struct program *program, struct threads *threads, int at, const char *p) {
  if (marks[at] == generation) return;
  marks[at] = generation;
  const struct instruction *i = &program->code[at];
  switch (i->operation) {
    case JUMP: follow(program, threads, i->x, p); return;
    case SPLIT:
      follow(program, threads, i->x, p);
      follow(program, threads, i->y, p);
      return;
    case SAVE: follow(program, threads, at + 1, p); return;
    case LINE_START: case LINE_END: case WORD_EDGE:
      if (holds(i->operation, p)) follow(program, threads, at + 1, p);
      return;
    default: threads->at[threads->count++] = (int16_t)at;
  }
}

static const char *simulate(const struct program *program, const char *p) {
  static struct threads lists[2];
  struct threads *now = &lists[0], *next = &lists[1];
  const char *end = 0;
  now->count = 0;
  generation++;
  follow(program, now, 0, p);
  for (; now->count > 0; p++) {
    next->count = 0;
    generation++;
    for (int n = 0; n < now->count; n++) {
      const struct instruction *i = &program->code[now->at[n]];
      if (i->operation == MATCH) {
        end = p;
        break;
      }
      if (accepts(program, i, *p)) follow(program, next, now->at[n] + 1, p + 1);
    }
    struct threads *kept = now;
    now = next;
    next = kept;
    if (*p == 0) break;
  }
  return end;
}

static const char *const patterns[] = {
  "[a-z]+@[a-z]+\\.(org|net|com)", "(\\d\\d?):(\\d\\d)", "\\b[A-Z]\\w*ing\\b", "^(error|warning): .*$",
  "(a|ab)(c|bcd)(d*)", "\"[^\"]*\"", "(0x[\\da-f]+|\\d+)(,\\s*(0x[\\da-f]+|\\d+))*", "<(\\w+)>.*?</(\\w+)>",
};
static char text[6000];

uint32_t run(void) {
  static const char *const pieces[] = {
    "someone@example.org ", "at 12:45 and 7:05, ", "Running Jumping thing ", "\nerror: no such file\n", "abcd acd abbcd ",
    "\"quoted text\" ", "1, 0x2f, 33,44 ", "<b>bold</b> <i>x</i> ", "plain words without any meaning ", "warning: unused\n",
  };
  uint32_t seed = OPAQUE(60221407u), sum = 0;
  char *end = text;
  while (end < text + sizeof text - 40)
    for (const char *from = pieces[next_random(&seed) % 10]; *from != 0;) *end++ = *from++;
  *end = 0;
  text_start = text;
  for (uint32_t n = OPAQUE(3); n > 0; n--)
    for (unsigned i = 0; i < sizeof patterns / sizeof *patterns; i++) {
      static struct program program;
      if (!compile(&program, patterns[i])) return 1;
      steps = 1;
      for (const char *p = text; *p != 0;) {
        const char *saves[MOST_SAVES] = {0};
        const char *found = backtrack(&program, 0, p, saves), *other = simulate(&program, p);
        if (found != other) return 2 + i;
        if (found != 0) sum = sum * 31 + (uint32_t)(p - text) + (uint32_t)(found - p) * 7 + (saves[2] != 0 ? (uint32_t)(saves[2] - p) : 99);
        p = found != 0 && found > p ? found : p + 1;
      }
      sum = sum * 33 + (uint32_t)program.size;
    }
  return sum;
}
