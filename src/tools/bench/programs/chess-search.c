/* Chess: moves on a board of 16 by 8, alpha-beta with a table of positions, captures to the end, games against itself. */
/* Result: 0xb4995fc3 */
#include "kernel.h"
#include <string.h>

enum piece { NONE, PAWN, KNIGHT, BISHOP, ROOK, QUEEN, KING };
#define WHITE 8
#define BLACK 16
#define KIND(piece) ((piece) & 7)
#define TABLE 16384

typedef struct {
  uint8_t from, to, captured, promoted;
} move;

static uint8_t board[128];
static int side, kings[2];
static uint64_t keys[32][128], key;
static uint32_t visited;

static struct entry {
  uint64_t key;
  int16_t score;
  int8_t depth, bound;
  move best;
} table[TABLE];

static const int values[7] = {0, 100, 320, 330, 500, 900, 20000};
static const int8_t steps[7][9] = {
    {0}, {0}, {33, 31, 18, 14, -33, -31, -18, -14}, {17, 15, -17, -15}, {16, 1, -16, -1}, {17, 15, -17, -15, 16, 1, -16, -1},
    {17, 15, -17, -15, 16, 1, -16, -1},
};

static void put_piece(int at, int piece) {
  key ^= keys[board[at]][at] ^ keys[piece][at];
  board[at] = (uint8_t)piece;
  if (KIND(piece) == KING) kings[piece >= BLACK] = at;
}

static int is_attacked(int at, int by) {
  for (int kind = KNIGHT; kind <= KING; kind++)
    for (const int8_t *step = steps[kind]; *step != 0; step++)
      for (int to = at + *step; !(to & 0x88); to += *step) {
        if (board[to] == (kind | by)) return 1;
        if (board[to] != NONE || kind == KNIGHT || kind == KING) break;
      }
  int ahead = by == WHITE ? -16 : 16;
  for (int aside = -1; aside <= 1; aside += 2) {
    int from = at + ahead + aside;
    if (!(from & 0x88) && board[from] == (PAWN | by)) return 1;
  }
  return 0;
}

static int add_move(move *moves, int count, int from, int to, int promoted) {
  moves[count].from = (uint8_t)from, moves[count].to = (uint8_t)to;
  moves[count].captured = board[to], moves[count].promoted = (uint8_t)promoted;
  return count + 1;
}

static int pawn_moves(move *moves, int count, int at, int captures_only) {
  int ahead = side == WHITE ? 16 : -16, other = side ^ WHITE ^ BLACK, to = at + ahead;
  int promoted = (to >> 4) == (side == WHITE ? 7 : 0) ? QUEEN | side : 0;
  for (int aside = -1; aside <= 1; aside += 2)
    if (!((to + aside) & 0x88) && (board[to + aside] & other)) count = add_move(moves, count, at, to + aside, promoted);
  if ((captures_only && !promoted) || board[to] != NONE) return count;
  count = add_move(moves, count, at, to, promoted);
  if ((at >> 4) == (side == WHITE ? 1 : 6) && board[to + ahead] == NONE) count = add_move(moves, count, at, to + ahead, 0);
  return count;
}

static int generate(move *moves, int captures_only) {
  int count = 0;
  for (int at = 0; at < 128; at++) {
    if (at & 0x88) {
      at += 7;
      continue;
    }
    if (!(board[at] & side)) continue;
    int kind = KIND(board[at]);
    if (kind == PAWN) {
      count = pawn_moves(moves, count, at, captures_only);
      continue;
    }
    for (const int8_t *step = steps[kind]; *step != 0; step++)
      for (int to = at + *step; !(to & 0x88); to += *step) {
        if (board[to] & side) break;
        if (board[to] != NONE || !captures_only) count = add_move(moves, count, at, to, 0);
        if (board[to] != NONE || kind == KNIGHT || kind == KING) break;
      }
  }
  return count;
}

/* Does it, and undoes it if it leaves the king in check. */
static void undo(move m);

static int play(move m) {
  int mover = side;
  int piece = m.promoted ? m.promoted : board[m.from];
  put_piece(m.to, piece);
  put_piece(m.from, NONE);
  side ^= WHITE ^ BLACK;
  key ^= keys[31][0];
  if (!is_attacked(kings[mover == BLACK], side)) return 1;
  undo(m);
  return 0;
}

static void undo(move m) {
  side ^= WHITE ^ BLACK;
  key ^= keys[31][0];
  put_piece(m.from, m.promoted ? PAWN | side : board[m.to]);
  put_piece(m.to, m.captured);
}

static int evaluate(void) {
  int score = 0;
  for (int at = 0; at < 128; at++) {
    if (at & 0x88) {
      at += 7;
      continue;
    }
    int piece = board[at];
    if (piece == NONE) continue;
    int file = at & 7, rank = at >> 4, value = values[KIND(piece)];
    int centre = (file < 4 ? file : 7 - file) + (rank < 4 ? rank : 7 - rank);
    switch (KIND(piece)) {
      case PAWN: value += 4 * (piece & WHITE ? rank : 7 - rank) + centre; break;
      case KNIGHT: value += 6 * centre; break;
      case BISHOP: value += 3 * centre; break;
      case KING: value -= 4 * centre; break;
      default: value += centre;
    }
    score += piece & WHITE ? value : -value;
  }
  return side == WHITE ? score : -score;
}

static int order_value(move m, move best) {
  if (m.from == best.from && m.to == best.to) return 1 << 20;
  return m.captured == NONE ? (m.promoted ? 900 : 0) : 16 * values[KIND(m.captured)] - values[KIND(board[m.from])] + 20000;
}

static void pick(move *moves, int at, int count, move best) {
  int chosen = at, most = order_value(moves[at], best);
  for (int i = at + 1; i < count; i++) {
    int value = order_value(moves[i], best);
    if (value > most) most = value, chosen = i;
  }
  move kept = moves[at];
  moves[at] = moves[chosen];
  moves[chosen] = kept;
}

static int settle(int alpha, int beta) {
  move moves[128], none = {0};
  int score = evaluate();
  visited++;
  if (score >= beta) return beta;
  if (score > alpha) alpha = score;
  int count = generate(moves, 1);
  for (int i = 0; i < count; i++) {
    pick(moves, i, count, none);
    if (!play(moves[i])) continue;
    score = -settle(-beta, -alpha);
    undo(moves[i]);
    if (score >= beta) return beta;
    if (score > alpha) alpha = score;
  }
  return alpha;
}

static int search(int depth, int alpha, int beta, int ply, move *chosen) {
  if (depth == 0) return settle(alpha, beta);
  visited++;
  struct entry *entry = &table[key % TABLE];
  move moves[220], best = {0};
  if (entry->key == key) {
    best = entry->best;
    if (ply > 0 && entry->depth >= depth && (entry->bound == 0 || (entry->bound > 0 ? entry->score >= beta : entry->score <= alpha)))
      return entry->score;
  }
  int count = generate(moves, 0), played = 0, bound = -1;
  for (int i = 0; i < count; i++) {
    pick(moves, i, count, best);
    if (!play(moves[i])) continue;
    int score = -search(depth - 1, -beta, -alpha, ply + 1, 0);
    undo(moves[i]);
    played++;
    if (score <= alpha) continue;
    alpha = score;
    best = moves[i];
    bound = 0;
    if (chosen != 0) *chosen = best;
    if (alpha >= beta) {
      bound = 1;
      break;
    }
  }
  if (played == 0) return is_attacked(kings[side == BLACK], side ^ WHITE ^ BLACK) ? -19000 + ply : 0;
  *entry = (struct entry){key, (int16_t)alpha, (int8_t)depth, (int8_t)bound, best};
  return alpha;
}

static void set_up(uint32_t *seed) {
  static const uint8_t row[8] = {ROOK, KNIGHT, BISHOP, QUEEN, KING, BISHOP, KNIGHT, ROOK};
  for (int piece = 0; piece < 32; piece++)
    for (int at = 0; at < 128; at++) {
      uint64_t upper = next_random(seed);
      keys[piece][at] = upper << 32 | next_random(seed);
    }
  memset(board, NONE, sizeof board);
  memset(table, 0, sizeof table);
  key = 0;
  side = WHITE;
  for (int file = 0; file < 8; file++) {
    put_piece(file, row[file] | WHITE), put_piece(112 + file, row[file] | BLACK);
    put_piece(16 + file, PAWN | WHITE), put_piece(96 + file, PAWN | BLACK);
  }
}

uint32_t run(void) {
  uint32_t seed = OPAQUE(64646464u), sum = 0;
  set_up(&seed);
  visited = 0;
  for (uint32_t n = 0, halves = OPAQUE(14); n < halves; n++) {
    move chosen = {0};
    int score = 0;
    for (int depth = 1; depth <= 3; depth++) score = search(depth, -20000, 20000, 0, &chosen);
    sum = sum * 31 + (uint32_t)score + chosen.from * 128u + chosen.to;
    if (chosen.from == chosen.to || !play(chosen)) break;
  }
  return sum * 31 + visited;
}
