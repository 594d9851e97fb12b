/* A scanner for C source as a generator writes it: one huge function of states, each a switch over the next character. */
/* Result: 0xbdb06dba */
#include "kernel.h"

enum token {
  END, NAME, KEYWORD, INTEGER, FLOATING, STRING, CHARACTER, PUNCTUATION, COMMENT, DIRECTIVE, UNKNOWN, KINDS
};

#define LETTER \
  case 'a' ... 'z': \
  case 'A' ... 'Z': \
  case '_'
#define DIGIT case '0' ... '9'
#define HEX \
  case '0' ... '9': \
  case 'a' ... 'f': \
  case 'A' ... 'F'
#define SPACE \
  case ' ': \
  case '\t': \
  case '\n'

struct scanner {
  const char *at;
  const char *start;
  uint32_t line;
};

/* Names that begin like a keyword fall back to `name`. */
#define LETTERS(state, letter, next) \
  state: \
  switch (*p) { \
    case letter: p++; goto next; \
    default: goto name; \
  }
#define LAST(state) \
  state: \
  switch (*p) { \
    LETTER: DIGIT: goto name; \
    default: kind = KEYWORD; goto done; \
  }

static enum token scan(struct scanner *s) {
  const char *p = s->at;
  enum token kind;
blank:
  s->start = p;
  switch (*p) {
    case 0: s->at = p; return END;
    case '\n': s->line++; p++; goto blank;
    case ' ': case '\t': p++; goto blank;
    case 'i': p++; goto key_i;
    case 'f': p++; goto key_f;
    case 'w': p++; goto key_w;
    case 'r': p++; goto key_r;
    case 'e': p++; goto key_e;
    case 's': p++; goto key_s;
    case 'a' ... 'd': case 'g': case 'h': case 'j' ... 'q': case 't': case 'u': case 'v': case 'x': case 'y': case 'z':
    case 'A' ... 'Z': case '_': p++; goto name;
    case '0': p++; goto zero;
    case '1' ... '9': p++; goto decimal;
    case '"': p++; goto string;
    case '\'': p++; goto character;
    case '/': p++; goto slash;
    case '#': p++; goto directive;
    case '.': p++; goto dot;
    case '+': p++; if (*p == '+' || *p == '=') p++; goto punctuation;
    case '-': p++; if (*p == '-' || *p == '=' || *p == '>') p++; goto punctuation;
    case '<': p++; if (*p == '<') p++; if (*p == '=') p++; goto punctuation;
    case '>': p++; if (*p == '>') p++; if (*p == '=') p++; goto punctuation;
    case '&': p++; if (*p == '&' || *p == '=') p++; goto punctuation;
    case '|': p++; if (*p == '|' || *p == '=') p++; goto punctuation;
    case '=': case '!': case '*': case '%': case '^': p++; if (*p == '=') p++; goto punctuation;
    case '(': case ')': case '{': case '}': case '[': case ']': case ';': case ',': case ':': case '?': case '~':
      p++; goto punctuation;
    default: p++; kind = UNKNOWN; goto done;
  }
key_i:
  switch (*p) {
    case 'f': p++; goto key_if;
    case 'n': p++; goto key_in;
    default: goto name;
  }
  LAST(key_if)
  LETTERS(key_in, 't', key_int)
  LAST(key_int)
key_f:
  switch (*p) {
    case 'o': p++; goto key_fo;
    default: goto name;
  }
  LETTERS(key_fo, 'r', key_for)
  LAST(key_for)
  LETTERS(key_w, 'h', key_wh)
  LETTERS(key_wh, 'i', key_whi)
  LETTERS(key_whi, 'l', key_whil)
  LETTERS(key_whil, 'e', key_while)
  LAST(key_while)
  LETTERS(key_r, 'e', key_re)
  LETTERS(key_re, 't', key_ret)
  LETTERS(key_ret, 'u', key_retu)
  LETTERS(key_retu, 'r', key_retur)
  LETTERS(key_retur, 'n', key_return)
  LAST(key_return)
  LETTERS(key_e, 'l', key_el)
  LETTERS(key_el, 's', key_els)
  LETTERS(key_els, 'e', key_else)
  LAST(key_else)
key_s:
  switch (*p) {
    case 't': p++; goto key_st;
    case 'w': p++; goto key_sw;
    default: goto name;
  }
key_st:
  switch (*p) {
    case 'a': p++; goto key_sta;
    case 'r': p++; goto key_str;
    default: goto name;
  }
  LETTERS(key_sta, 't', key_stat)
  LETTERS(key_stat, 'i', key_stati)
  LETTERS(key_stati, 'c', key_static)
  LAST(key_static)
  LETTERS(key_str, 'u', key_stru)
  LETTERS(key_stru, 'c', key_struc)
  LETTERS(key_struc, 't', key_struct)
  LAST(key_struct)
  LETTERS(key_sw, 'i', key_swi)
  LETTERS(key_swi, 't', key_swit)
  LETTERS(key_swit, 'c', key_switc)
  LETTERS(key_switc, 'h', key_switch)
  LAST(key_switch)
name:
  switch (*p) {
    LETTER: DIGIT: p++; goto name;
    default: kind = NAME; goto done;
  }
zero:
  switch (*p) {
    case 'x': case 'X': p++; goto hexadecimal;
    case '.': p++; goto fraction;
    DIGIT: p++; goto decimal;
    default: kind = INTEGER; goto done;
  }
hexadecimal:
  switch (*p) {
    HEX: p++; goto hexadecimal;
    case 'u': case 'l': p++; goto suffix;
    default: kind = INTEGER; goto done;
  }
decimal:
  switch (*p) {
    DIGIT: p++; goto decimal;
    case '.': p++; goto fraction;
    case 'e': case 'E': p++; goto exponent;
    case 'u': case 'l': case 'U': case 'L': p++; goto suffix;
    default: kind = INTEGER; goto done;
  }
suffix:
  switch (*p) {
    case 'u': case 'l': case 'U': case 'L': p++; goto suffix;
    default: kind = INTEGER; goto done;
  }
dot:
  switch (*p) {
    DIGIT: p++; goto fraction;
    default: goto punctuation;
  }
fraction:
  switch (*p) {
    DIGIT: p++; goto fraction;
    case 'e': case 'E': p++; goto exponent;
    case 'f': p++; kind = FLOATING; goto done;
    default: kind = FLOATING; goto done;
  }
exponent:
  switch (*p) {
    case '+': case '-': DIGIT: p++; goto exponent_digits;
    default: kind = UNKNOWN; goto done;
  }
exponent_digits:
  switch (*p) {
    DIGIT: p++; goto exponent_digits;
    default: kind = FLOATING; goto done;
  }
string:
  switch (*p) {
    case '"': p++; kind = STRING; goto done;
    case '\\': p += p[1] != 0 ? 2 : 1; goto string;
    case 0: case '\n': kind = UNKNOWN; goto done;
    default: p++; goto string;
  }
character:
  switch (*p) {
    case '\'': p++; kind = CHARACTER; goto done;
    case '\\': p += p[1] != 0 ? 2 : 1; goto character;
    case 0: case '\n': kind = UNKNOWN; goto done;
    default: p++; goto character;
  }
slash:
  switch (*p) {
    case '*': p++; goto comment;
    case '/': p++; goto line_comment;
    case '=': p++; goto punctuation;
    default: goto punctuation;
  }
comment:
  switch (*p) {
    case '*': p++; goto comment_star;
    case '\n': s->line++; p++; goto comment;
    case 0: kind = UNKNOWN; goto done;
    default: p++; goto comment;
  }
comment_star:
  switch (*p) {
    case '/': p++; kind = COMMENT; goto done;
    case '*': p++; goto comment_star;
    case 0: kind = UNKNOWN; goto done;
    default: goto comment;
  }
line_comment:
  switch (*p) {
    case 0: case '\n': kind = COMMENT; goto done;
    default: p++; goto line_comment;
  }
directive:
  switch (*p) {
    case 0: case '\n': kind = DIRECTIVE; goto done;
    case '\\': p += p[1] != 0 ? 2 : 1; goto directive;
    default: p++; goto directive;
  }
punctuation:
  kind = PUNCTUATION;
done:
  s->at = p;
  return kind;
}

static const char *const pieces[] = {
  "static int count_words(const char *text) {\n", "  for (int i = 0; i < limit; i++) {\n", "    if (text[i] == ' ') words += 1;\n",
  "  return total * 0x1fu + 3.25e-4f;\n}\n", "/* What follows is *not* checked. */\n", "#define LIMIT (1 << 12) \\\n  + 1\n",
  "  while (p->next != 0) p = p->next; // to the end\n", "  switch (state) { case 'a': value <<= 2; break; }\n",
  "  print(\"%d of \\\"%s\\\"\\n\", index, name);\n", "struct string_list { struct string_list *next; unsigned long size; };\n",
  "  else if (inner >= 1000000ul && fortune || !returned) x ^= ~mask & 0777;\n", "  ratio = .5 * width / (height - 1.0E+10);\n",
};

static char source[600000];

uint32_t run(void) {
  uint32_t seed = OPAQUE(1234567u);
  char *end = source;
  while (end < source + sizeof source - 200)
    for (const char *from = pieces[next_random(&seed) % (sizeof pieces / sizeof *pieces)]; *from != 0;) *end++ = *from++;
  *end = 0;
  uint32_t counts[KINDS] = {0};
  uint32_t sum = 0;
  for (uint32_t n = OPAQUE(6); n > 0; n--) {
    struct scanner s = {source, source, 1};
    for (enum token kind; (kind = scan(&s)) != END;) {
      counts[kind]++;
      sum = sum * 17 + (uint32_t)kind * 1000 + (uint32_t)(s.at - s.start);
    }
    sum += s.line;
  }
  for (int i = 0; i < KINDS; i++) sum = sum * 31 + counts[i];
  return sum;
}
