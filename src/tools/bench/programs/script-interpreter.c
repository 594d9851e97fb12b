/* A small language with functions, arrays and closures over globals: text is parsed to a tree, which is then walked. */
/* Result: 0xb52220bc */
#include "kernel.h"
#include <string.h>

enum node_kind { NUMBER, VARIABLE, LOCAL, ASSIGN, BINARY, NOT, CALL, INDEX, IF, WHILE, BLOCK, RETURN };

struct node {
  enum node_kind kind;
  int operation; /* of BINARY */
  int64_t number; /* value, or place of a variable */
  struct node *a, *b, *c, *next;
  struct function *function;
};

struct function {
  char name[16];
  int parameters, locals;
  char names[12][16];
  struct node *body;
};

#define MOST_NODES 2048
static struct node nodes[MOST_NODES];
static int node_count;
static struct function functions[16];
static int function_count;
static char globals[32][16];
static int global_count;
static int64_t global_values[32];
static int64_t heap[65536];
static int heap_used;

/* ---- reading ---- */

static const char *at;
static char word[16];
static int64_t literal;
static int token; /* a character, or one of these */
enum { T_END, T_WORD = 256, T_NUMBER, T_EQUAL, T_LESS_EQUAL, T_NOT_EQUAL };
static struct function *current;

static int is_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}

static void advance(void) {
  while (*at == ' ' || *at == '\n') at++;
  if (is_letter(*at)) {
    int length = 0;
    for (; is_letter(*at) || (*at >= '0' && *at <= '9'); at++)
      if (length < 15) word[length++] = *at;
    word[length] = 0;
    token = T_WORD;
  } else if (*at >= '0' && *at <= '9') {
    for (literal = 0; *at >= '0' && *at <= '9'; at++) literal = literal * 10 + *at - '0';
    token = T_NUMBER;
  } else {
    token = *at == 0 ? T_END : *at++;
    if (*at == '=' && (token == '=' || token == '<' || token == '!')) {
      token = token == '=' ? T_EQUAL : token == '<' ? T_LESS_EQUAL : T_NOT_EQUAL;
      at++;
    }
  }
}

static int take(int wanted) {
  if (token != wanted) return 0;
  advance();
  return 1;
}

static int take_word(const char *wanted) {
  if (token != T_WORD || strcmp(word, wanted) != 0) return 0;
  advance();
  return 1;
}

static struct node *new_node(enum node_kind kind, struct node *a, struct node *b) {
  struct node *node = &nodes[node_count < MOST_NODES - 1 ? node_count++ : node_count];
  memset(node, 0, sizeof *node);
  node->kind = kind;
  node->a = a, node->b = b;
  return node;
}

static int find(char names[][16], int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

static struct node *variable(const char *name, int is_new) {
  struct node *node = new_node(LOCAL, 0, 0);
  int place = current == 0 ? -1 : find(current->names, current->locals, name);
  if (place < 0 && current != 0 && is_new) {
    place = current->locals++;
    for (int i = 0; i < 16; i++) current->names[place][i] = name[i];
  }
  if (place < 0) {
    node->kind = VARIABLE;
    place = find(globals, global_count, name);
    if (place < 0) {
      place = global_count++;
      for (int i = 0; i < 16; i++) globals[place][i] = name[i];
    }
  }
  node->number = place;
  return node;
}

static struct node *expression(int level);

static struct node *primary(void) {
  if (token == T_NUMBER) {
    struct node *node = new_node(NUMBER, 0, 0);
    node->number = literal;
    advance();
    return node;
  }
  if (take('(')) {
    struct node *inner = expression(0);
    take(')');
    return inner;
  }
  if (take('!')) return new_node(NOT, primary(), 0);
  char name[16];
  memcpy(name, word, 16);
  advance();
  if (take('(')) {
    struct node *call = new_node(CALL, 0, 0), **last = &call->a;
    for (int i = 0; i < function_count; i++)
      if (strcmp(functions[i].name, name) == 0) call->function = &functions[i];
    while (token != ')' && token != T_END) {
      *last = expression(0);
      last = &(*last)->next;
      take(',');
    }
    take(')');
    return call;
  }
  struct node *node = variable(name, 0);
  while (take('[')) {
    node = new_node(INDEX, node, expression(0));
    take(']');
  }
  return node;
}

static int level_of(int operation) {
  switch (operation) {
    case '&': case '|': case '^': return 1;
    case T_EQUAL: case T_NOT_EQUAL: case '<': case T_LESS_EQUAL: return 2;
    case '+': case '-': return 3;
    case '*': case '/': case '%': return 4;
    default: return 0;
  }
}

static struct node *expression(int level) {
  struct node *left = primary();
  for (int found; (found = level_of(token)) > level;) {
    int operation = token;
    advance();
    left = new_node(BINARY, left, expression(found));
    left->operation = operation;
  }
  return left;
}

static struct node *statement(void) {
  if (take('{')) {
    struct node *block = new_node(BLOCK, 0, 0), **last = &block->a;
    while (token != '}' && token != T_END) {
      *last = statement();
      last = &(*last)->next;
    }
    take('}');
    return block;
  }
  if (take_word("if")) {
    struct node *node = new_node(IF, expression(0), 0);
    node->b = statement();
    if (take_word("else")) node->c = statement();
    return node;
  }
  if (take_word("while")) {
    struct node *node = new_node(WHILE, expression(0), 0);
    node->b = statement();
    return node;
  }
  struct node *node;
  if (take_word("return")) {
    node = new_node(RETURN, expression(0), 0);
  } else {
    if (take_word("let")) {
      node = variable(word, 1);
      advance();
    } else {
      node = expression(0);
    }
    if (take('=')) node = new_node(ASSIGN, node, expression(0));
  }
  take(';');
  return node;
}

static void parse(const char *source) {
  at = source;
  advance();
  while (take_word("function")) {
    struct function *f = current = &functions[function_count++];
    memset(f, 0, sizeof *f);
    memcpy(f->name, word, 16);
    advance();
    take('(');
    while (token == T_WORD) {
      memcpy(f->names[f->locals++], word, 16);
      advance();
      take(',');
    }
    take(')');
    f->parameters = f->locals;
    f->body = statement();
  }
}

/* ---- running ---- */

static int is_returning;
static int64_t evaluate(struct node *node, int64_t *locals);

static int64_t *place_of(struct node *node, int64_t *locals) {
  if (node->kind == LOCAL) return &locals[node->number];
  if (node->kind == VARIABLE) return &global_values[node->number];
  int64_t base = evaluate(node->a, locals), offset = evaluate(node->b, locals);
  return &heap[(base + offset) & 65535];
}

static int64_t calculate(int operation, int64_t a, int64_t b) {
  switch (operation) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return b == 0 ? 0 : a / b;
    case '%': return b == 0 ? 0 : a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<': return a < b;
    case T_LESS_EQUAL: return a <= b;
    case T_EQUAL: return a == b;
    default: return a != b;
  }
}

static int64_t call(struct function *function, int64_t *arguments) {
  int64_t result = evaluate(function->body, arguments);
  is_returning = 0;
  return result;
}

static int64_t evaluate(struct node *node, int64_t *locals) {
  int64_t value = 0;
  switch (node->kind) {
    case NUMBER: return node->number;
    case VARIABLE: case LOCAL: case INDEX: return *place_of(node, locals);
    case ASSIGN:
      value = evaluate(node->b, locals);
      return *place_of(node->a, locals) = value;
    case BINARY:
      value = evaluate(node->a, locals);
      return calculate(node->operation, value, evaluate(node->b, locals));
    case NOT: return !evaluate(node->a, locals);
    case CALL: {
      int64_t arguments[12] = {0};
      int count = 0;
      for (struct node *each = node->a; each != 0; each = each->next) arguments[count++] = evaluate(each, locals);
      if (node->function != 0) return call(node->function, arguments);
      /* The only function of the language itself: an array. */
      value = heap_used;
      heap_used += (int)arguments[0];
      return value;
    }
    case IF:
      if (evaluate(node->a, locals)) return evaluate(node->b, locals);
      return node->c != 0 ? evaluate(node->c, locals) : 0;
    case WHILE:
      while (!is_returning && evaluate(node->a, locals)) value = evaluate(node->b, locals);
      return value;
    case BLOCK:
      for (struct node *each = node->a; each != 0 && !is_returning; each = each->next) value = evaluate(each, locals);
      return value;
    case RETURN:
      value = evaluate(node->a, locals);
      is_returning = 1;
      return value;
  }
  return 0;
}

static const char source[] =
    "function sieve(limit) { let marks = array(limit); let count = 0; let i = 2;"
    "  while (i < limit) { if (!marks[i]) { count = count + 1; let j = i + i;"
    "    while (j < limit) { marks[j] = 1; j = j + i; } } i = i + 1; } return count; }"
    "function fib(n) { if (n < 2) return n; return fib(n - 1) + fib(n - 2); }"
    "function collatz(most) { let best = 0; let i = 1; while (i < most) { let n = i; let steps = 0;"
    "  while (n != 1) { if (n % 2 == 0) n = n / 2; else n = n * 3 + 1; steps = steps + 1; }"
    "  if (best < steps) best = steps; i = i + 1; } return best; }"
    "function sort(a, n) { let i = 1; while (i < n) { let v = a[i]; let j = i - 1;"
    "  while (0 <= j & v < a[j & 4095]) { a[j + 1] = a[j]; j = j - 1; } a[j + 1] = v; i = i + 1; } return a[n / 2]; }"
    "function shuffled(n) { let a = array(n); let i = 0; while (i < n) { state = (state * 1103 + 12345) % 65536;"
    "  a[i] = state; i = i + 1; } return sort(a, n); }"
    "function main(seed) { state = seed; total = sieve(900) * 3 + fib(13); total = total * 31 + collatz(90);"
    "  total = (total * 31 + shuffled(70)) & 16777215; return total; }";

uint32_t run(void) {
  uint32_t sum = 0;
  node_count = function_count = global_count = 0;
  parse(source);
  for (uint32_t n = 0, rounds = OPAQUE(8); n < rounds; n++) {
    int64_t arguments[12] = {(int64_t)n + OPAQUE(17)};
    memset(heap, 0, sizeof heap);
    heap_used = 0;
    sum = sum * 31 + (uint32_t)call(&functions[function_count - 1], arguments);
  }
  return sum + (uint32_t)node_count;
}
