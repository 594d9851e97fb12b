/* JSON texts parsed into trees, searched, changed and written again: strings, numbers, recursion, small allocations. */
/* Result: 0x860d5d7b */
#include "kernel.h"
#include <string.h>

enum kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
  enum kind kind;
  const char *key; /* within an object */
  struct json *next;
  union {
    int64_t number;
    const char *string;
    struct json *first;
  } value;
};

static char pool[1 << 20];
static uint32_t pool_used;

static void *allocate(uint32_t size) {
  size = (size + 7) & ~7u;
  if (pool_used + size > sizeof pool) return 0;
  void *found = pool + pool_used;
  pool_used += size;
  return found;
}

struct parser {
  const char *at;
  int failed;
};

static struct json *parse_value(struct parser *parser, int depth);

static void skip_space(struct parser *parser) {
  while (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t' || *parser->at == '\r') parser->at++;
}

static int accept(struct parser *parser, char wanted) {
  skip_space(parser);
  if (*parser->at != wanted) return 0;
  parser->at++;
  return 1;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static const char *parse_string(struct parser *parser) {
  if (!accept(parser, '"')) return parser->failed = 1, "";
  const char *end = parser->at;
  while (*end != 0 && *end != '"') end += *end == '\\' && end[1] != 0 ? 2 : 1;
  char *text = allocate((uint32_t)(end - parser->at) + 1), *to = text;
  if (text == 0) return parser->failed = 1, "";
  while (*parser->at != '"') {
    char c = *parser->at++;
    if (c == 0) return parser->failed = 1, "";
    if (c == '\\') {
      c = *parser->at++;
      switch (c) {
        case 'n': c = '\n'; break;
        case 't': c = '\t'; break;
        case 'u': {
          int code = 0;
          for (int i = 0; i < 4; i++) code = code * 16 + hex_digit(*parser->at++);
          c = (char)code;
          break;
        }
      }
    }
    *to++ = c;
  }
  parser->at++;
  *to = 0;
  return text;
}

static int64_t parse_number(struct parser *parser) {
  int negative = *parser->at == '-';
  if (negative) parser->at++;
  if (*parser->at < '0' || *parser->at > '9') parser->failed = 1;
  int64_t value = 0;
  while (*parser->at >= '0' && *parser->at <= '9') value = value * 10 + (*parser->at++ - '0');
  return negative ? -value : value;
}

static int parse_word(struct parser *parser, const char *word) {
  uint32_t length = (uint32_t)strlen(word);
  for (uint32_t i = 0; i < length; i++)
    if (parser->at[i] != word[i]) return 0;
  parser->at += length;
  return 1;
}

static struct json *parse_members(struct parser *parser, char end, int depth) {
  struct json *first = 0, **last = &first;
  if (accept(parser, end)) return 0;
  do {
    const char *key = 0;
    if (end == '}') {
      key = parse_string(parser);
      if (!accept(parser, ':')) parser->failed = 1;
    }
    struct json *member = parse_value(parser, depth + 1);
    if (parser->failed) return first;
    member->key = key;
    *last = member;
    last = &member->next;
  } while (accept(parser, ','));
  if (!accept(parser, end)) parser->failed = 1;
  return first;
}

static struct json *parse_value(struct parser *parser, int depth) {
  struct json *value = allocate(sizeof *value);
  if (value == 0 || depth > 50) return parser->failed = 1, value;
  value->key = 0;
  value->next = 0;
  skip_space(parser);
  switch (*parser->at) {
    case '{': parser->at++; value->kind = JSON_OBJECT; value->value.first = parse_members(parser, '}', depth); break;
    case '[': parser->at++; value->kind = JSON_ARRAY; value->value.first = parse_members(parser, ']', depth); break;
    case '"': value->kind = JSON_STRING; value->value.string = parse_string(parser); break;
    case 'n': value->kind = JSON_NULL; parser->failed |= !parse_word(parser, "null"); break;
    case 't': value->kind = JSON_TRUE; parser->failed |= !parse_word(parser, "true"); break;
    case 'f': value->kind = JSON_FALSE; parser->failed |= !parse_word(parser, "false"); break;
    default: value->kind = JSON_NUMBER; value->value.number = parse_number(parser);
  }
  return value;
}

struct text {
  char *at, *end;
};

static void put(struct text *text, char c) {
  if (text->at < text->end) *text->at++ = c;
}

static void put_string(struct text *text, const char *string) {
  put(text, '"');
  for (; *string != 0; string++) {
    uint8_t c = (uint8_t)*string;
    if (c == '"' || c == '\\') {
      put(text, '\\');
      put(text, (char)c);
    } else if (c < 32) {
      put(text, '\\'), put(text, 'u'), put(text, '0'), put(text, '0');
      put(text, "0123456789abcdef"[c >> 4]), put(text, "0123456789abcdef"[c & 15]);
    } else {
      put(text, (char)c);
    }
  }
  put(text, '"');
}

static void put_number(struct text *text, int64_t number) {
  char digits[24];
  int count = 0;
  uint64_t rest = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
  do digits[count++] = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0) put(text, '-');
  while (count > 0) put(text, digits[--count]);
}

static void write_json(struct text *text, const struct json *value) {
  switch (value->kind) {
    case JSON_NULL: for (const char *c = "null"; *c; c++) put(text, *c); return;
    case JSON_TRUE: for (const char *c = "true"; *c; c++) put(text, *c); return;
    case JSON_FALSE: for (const char *c = "false"; *c; c++) put(text, *c); return;
    case JSON_NUMBER: put_number(text, value->value.number); return;
    case JSON_STRING: put_string(text, value->value.string); return;
    default: break;
  }
  put(text, value->kind == JSON_OBJECT ? '{' : '[');
  for (const struct json *member = value->value.first; member != 0; member = member->next) {
    if (member->key != 0) {
      put_string(text, member->key);
      put(text, ':');
    }
    write_json(text, member);
    if (member->next != 0) put(text, ',');
  }
  put(text, value->kind == JSON_OBJECT ? '}' : ']');
}

static struct json *member_of(const struct json *object, const char *key) {
  for (struct json *member = object->value.first; member != 0; member = member->next)
    if (member->key != 0 && strcmp(member->key, key) == 0) return member;
  return 0;
}

static char input[100000], output[120000];

static void make_input(uint32_t seed) {
  static const char *const words[] = {"alpha", "quick \\\"fox\\\"", "line\\nbreak", "caf\\u0065", "", "long words make long texts"};
  struct text text = {input, input + sizeof input - 1};
  put(&text, '[');
  for (int i = 0; text.at < text.end - 400; i++) {
    const char *head = i == 0 ? "\n  { \"id\": " : ",\n  { \"id\": ";
    while (*head != 0) put(&text, *head++);
    put_number(&text, i);
    for (const char *c = ", \"name\": \""; *c; c++) put(&text, *c);
    for (const char *c = words[next_random(&seed) % 6]; *c; c++) put(&text, *c);
    for (const char *c = "\", \"active\": "; *c; c++) put(&text, *c);
    for (const char *c = next_random(&seed) % 2 == 0 ? "true" : "false"; *c; c++) put(&text, *c);
    for (const char *c = ", \"points\": [null"; *c; c++) put(&text, *c);
    for (uint32_t n = next_random(&seed) % 9; n > 0; n--) {
      put(&text, ','), put(&text, ' ');
      put_number(&text, (int64_t)(int32_t)next_random(&seed));
    }
    for (const char *c = "], \"nested\": {\"deep\": {\"count\": 7}}}"; *c; c++) put(&text, *c);
  }
  put(&text, '\n'), put(&text, ']');
  *text.at = 0;
}

uint32_t run(void) {
  make_input(OPAQUE(99991u));
  uint32_t sum = 0;
  for (uint32_t n = OPAQUE(12); n > 0; n--) {
    pool_used = 0;
    struct parser parser = {input, 0};
    struct json *document = parse_value(&parser, 0);
    if (parser.failed) return 1;
    for (struct json *each = document->value.first; each != 0; each = each->next) {
      struct json *nested = member_of(each, "nested"), *deep = member_of(nested, "deep");
      member_of(deep, "count")->value.number += member_of(each, "id")->value.number * n;
      for (struct json *point = member_of(each, "points")->value.first; point != 0; point = point->next)
        if (point->kind == JSON_NUMBER && point->value.number < 0) point->kind = JSON_NULL;
    }
    struct text text = {output, output + sizeof output};
    write_json(&text, document);
    for (const char *c = output; c < text.at; c++) sum = sum * 31 + (uint8_t)*c;
  }
  return sum;
}
