/* Sudokus as clauses for a solver of satisfiability: two watched literals, learnt clauses, scores of variables, restarts. */
/* Result: 0x80f06bf6 */
#include "kernel.h"
#include <string.h>

#define VARIABLES 729
#define LITERALS (2 * (VARIABLES + 1))
#define MOST_CLAUSES 20000
#define ARENA 200000

/* A literal is twice its variable, plus one if it is negated. */
#define NEGATED(literal) ((literal) ^ 1)
#define VARIABLE(literal) ((literal) >> 1)

static int32_t arena[ARENA];
static int32_t arena_used, clauses[MOST_CLAUSES], clause_count, next_watch[MOST_CLAUSES][2], watches[LITERALS];
static int8_t assigned[LITERALS]; /* 1: true, -1: false */
static int16_t level_of[VARIABLES + 1], trail[VARIABLES + 1];
static int32_t reason_of[VARIABLES + 1];
static int32_t trail_count, propagated, level, level_starts[VARIABLES + 2];
static uint32_t score[VARIABLES + 1], bump;
static uint8_t seen[VARIABLES + 1], phase[VARIABLES + 1];
static uint32_t conflicts;

static void assign(int literal, int reason) {
  assigned[literal] = 1, assigned[NEGATED(literal)] = -1;
  level_of[VARIABLE(literal)] = (int16_t)level;
  reason_of[VARIABLE(literal)] = reason;
  trail[trail_count++] = (int16_t)literal;
}

/* A clause lies in the arena as its length and its literals; the first two are watched. */
static int add_clause(const int16_t *literals, int count) {
  int32_t at = arena_used, c = clause_count++;
  arena[arena_used++] = count;
  for (int i = 0; i < count; i++) arena[arena_used++] = literals[i];
  clauses[c] = at;
  for (int i = 0; i < 2 && i < count; i++) {
    next_watch[c][i] = watches[literals[i]];
    watches[literals[i]] = 2 * c + i;
  }
  return c;
}

/* Returns a clause that cannot be satisfied, or -1. */
static int propagate(void) {
  while (propagated < trail_count) {
    int literal = NEGATED(trail[propagated++]);
    int32_t *link = &watches[literal];
    while (*link >= 0) {
      int c = *link >> 1, which = *link & 1, found = 0;
      int32_t *clause = &arena[clauses[c]], other = clause[2 - which];
      if (assigned[other] <= 0)
        for (int i = 3; i <= clause[0]; i++) {
          int candidate = clause[i];
          if (assigned[candidate] < 0) continue;
          clause[i] = clause[1 + which];
          clause[1 + which] = candidate;
          int32_t moved = *link;
          *link = next_watch[c][which];
          next_watch[c][which] = watches[candidate];
          watches[candidate] = moved;
          found = 1;
          break;
        }
      if (found) continue;
      if (assigned[other] < 0) return c;
      if (assigned[other] == 0) assign(other, c);
      link = &next_watch[c][which];
    }
  }
  return -1;
}

static void cancel(int to) {
  while (trail_count > level_starts[to + 1]) {
    int literal = trail[--trail_count];
    phase[VARIABLE(literal)] = (uint8_t)(literal & 1);
    assigned[literal] = assigned[NEGATED(literal)] = 0;
  }
  propagated = trail_count;
  level = to;
}

static void reward(int variable) {
  score[variable] += bump;
  if (score[variable] < 1u << 30) return;
  for (int v = 1; v <= VARIABLES; v++) score[v] >>= 15;
  bump = (bump >> 15) + 1;
}

/* First unique implication point; returns the level to go back to. */
static int analyze(int conflict, int16_t *learnt, int *count) {
  int open = 0, at = trail_count, literal = -1, back = 0, n = 1;
  memset(seen, 0, sizeof seen);
  do {
    const int32_t *clause = &arena[clauses[conflict]];
    for (int i = 1; i <= clause[0]; i++) {
      int v = VARIABLE(clause[i]);
      if (clause[i] == literal || seen[v] || level_of[v] == 0) continue;
      seen[v] = 1;
      reward(v);
      if (level_of[v] == level) {
        open++;
        continue;
      }
      if (level_of[v] > back) back = level_of[v];
      learnt[n++] = (int16_t)clause[i];
    }
    do literal = trail[--at];
    while (!seen[VARIABLE(literal)]);
    conflict = reason_of[VARIABLE(literal)];
  } while (--open > 0);
  learnt[0] = (int16_t)NEGATED(literal);
  for (int i = 2; i < n; i++)
    if (level_of[VARIABLE(learnt[i])] == back) {
      int16_t kept = learnt[1];
      learnt[1] = learnt[i];
      learnt[i] = kept;
    }
  *count = n;
  return back;
}

static int decide(void) {
  int best = 0;
  for (int v = 1; v <= VARIABLES; v++)
    if (assigned[2 * v] == 0 && (best == 0 || score[v] > score[best])) best = v;
  return best;
}

/* 1: satisfied, 0: it cannot be, -1: out of memory. */
static int solve(void) {
  uint32_t limit = 50;
  int16_t learnt[VARIABLES];
  for (;;) {
    int conflict = propagate();
    if (conflict >= 0) {
      if (level == 0) return 0;
      int count, back = analyze(conflict, learnt, &count);
      conflicts++;
      cancel(back);
      if (arena_used + count + 1 > ARENA || clause_count == MOST_CLAUSES) return -1;
      assign(learnt[0], count > 1 ? add_clause(learnt, count) : -1);
      bump += bump / 16 + 1;
      continue;
    }
    if (conflicts >= limit && level > 0) {
      limit += limit / 2;
      cancel(0);
      continue;
    }
    int variable = decide();
    if (variable == 0) return 1;
    level_starts[++level] = trail_count;
    assign(2 * variable + phase[variable], -1);
  }
}

static int cell(int row, int column, int digit) {
  return 2 * (1 + 81 * row + 9 * column + digit);
}

static void exclude(int a, int b) {
  int16_t pair[2] = {(int16_t)NEGATED(a), (int16_t)NEGATED(b)};
  add_clause(pair, 2);
}

static void state_rules(void) {
  int16_t any[9];
  arena_used = clause_count = trail_count = propagated = level = 0;
  memset(watches, 0xff, sizeof watches);
  memset(assigned, 0, sizeof assigned);
  memset(score, 0, sizeof score);
  memset(phase, 1, sizeof phase);
  bump = 1;
  conflicts = 0;
  for (int row = 0; row < 9; row++)
    for (int column = 0; column < 9; column++) {
      for (int digit = 0; digit < 9; digit++) any[digit] = (int16_t)cell(row, column, digit);
      add_clause(any, 9);
      for (int a = 0; a < 9; a++)
        for (int b = a + 1; b < 9; b++) {
          exclude(cell(row, column, a), cell(row, column, b));
          /* Here `column` counts digits. */
          exclude(cell(row, a, column), cell(row, b, column));
          exclude(cell(a, row, column), cell(b, row, column));
          if (a / 3 != b / 3 && a % 3 != b % 3)
            exclude(cell(row / 3 * 3 + a / 3, row % 3 * 3 + a % 3, column), cell(row / 3 * 3 + b / 3, row % 3 * 3 + b % 3, column));
        }
    }
}

static const char *const puzzles[] = {
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
    "1....7.9..3..2...8..96..5....53..9...1..8...26....4...3......1..4......7..7...3..",
    "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
};

uint32_t run(void) {
  uint32_t sum = 0;
  for (uint32_t n = 0, count = OPAQUE(6); n < count; n++) {
    const char *puzzle = puzzles[n % 3];
    state_rules();
    for (int i = 0; i < 81; i++)
      if (puzzle[i] != '.' && assigned[cell(i / 9, i % 9, puzzle[i] - '1')] == 0) {
        assign(cell(i / 9, i % 9, puzzle[i] - '1'), -1);
        if (propagate() >= 0) return 1;
      }
    int answer = solve();
    if (answer != 1) return (uint32_t)(2 - answer);
    for (int i = 0; i < 81; i++)
      for (int digit = 0; digit < 9; digit++)
        if (assigned[cell(i / 9, i % 9, digit)] > 0) sum = sum * 11 + (uint32_t)digit;
    sum = sum * 31 + conflicts;
  }
  return sum;
}
