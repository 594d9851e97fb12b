/*
 * A drawing for keyboard and pointer, with a clock and a ball that bounces. The picture is kept apart from the screen, a byte for each
 * pixel, so that ball and brush can move over it.
 */
#include "user.h"

enum { BAR = 32, BALL = 12, CURSOR = 6, MOST_BRUSH = 24, STEP = 8, EVENTS = 32, COLOURS = 8, MOST_POSITION = 0x7fff };
enum { PICTURES_PER_SECOND = 25 };
/* Events and codes of virtio 1.2, section 5.8, and Linux's input-event-codes.h. */
enum { EV_SYN = 0, EV_KEY = 1, EV_ABS = 3, ABS_X = 0, ABS_Y = 1, BUTTON_LEFT = 0x110, TOUCH = 0x14a };
enum {
  KEY_ESCAPE = 1, KEY_1 = 2, KEY_MINUS = 12, KEY_EQUAL = 13, KEY_Q = 16, KEY_C = 46, KEY_B = 48, KEY_SPACE = 57, KEY_UP = 103,
  KEY_LEFT = 105, KEY_RIGHT = 106, KEY_DOWN = 108
};
enum { PAPER = 0, INK = 1, BAR_COLOUR = COLOURS, BALL_COLOUR };

static const uint32_t palette[] = {0xf7f3e8, 0x22252a, 0xd1495b, 0xe8973a, 0xedc531, 0x4c9f70, 0x3c7fb8, 0x8057a8, 0x39414d, 0xe4572e};
static volatile uint32_t *pixels;
static int width, height;
static uint8_t *picture;

struct area {
  int left, top, right, bottom; /* right and bottom are outside */
};

static struct {
  int x, y, colour, brush;
  bool down, shown;
} pen = {.colour = 2, .brush = 3};
static struct {
  int x, y, dx, dy;
  bool moves;
} ball = {.x = 80, .y = 90, .dx = 5, .dy = 3, .moves = true};

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

static struct area clipped(struct area area) {
  return (struct area){most(area.left, 0), most(area.top, 0), least(area.right, width), least(area.bottom, height)};
}

static struct area around(int x, int y, int reach) { return (struct area){x - reach, y - reach, x + reach + 1, y + reach + 1}; }

static struct area joined(struct area a, struct area b) {
  return (struct area){least(a.left, b.left), least(a.top, b.top), most(a.right, b.right), most(a.bottom, b.bottom)};
}

static void fill(struct area area, uint8_t colour) {
  area = clipped(area);
  for (int y = area.top; y < area.bottom; y++)
    memset(picture + y * width + area.left, colour, (size_t)most(area.right - area.left, 0));
}

/* What is seen at a place: the ball over the picture, and over both the brush, as a cross that stands out from what is below. */
static uint32_t seen(int x, int y) {
  uint32_t colour = palette[picture[y * width + x]];
  int bx = x - ball.x, by = y - ball.y, cx = x - pen.x, cy = y - pen.y;
  if (bx * bx + by * by <= BALL * BALL) colour = palette[BALL_COLOUR];
  if (pen.shown && ((cx == 0 && cy >= -CURSOR && cy <= CURSOR) || (cy == 0 && cx >= -CURSOR && cx <= CURSOR))) colour ^= 0xffffff;
  return colour;
}

static void show(struct area area) {
  area = clipped(area);
  if (area.left >= area.right || area.top >= area.bottom) return;
  for (int y = area.top; y < area.bottom; y++)
    for (int x = area.left; x < area.right; x++) pixels[y * width + x] = seen(x, y);
  system_call(SYS_SCREEN_SHOW, (uint64_t)area.left, (uint64_t)area.top, (uint64_t)(area.right - area.left),
              (uint64_t)(area.bottom - area.top), 0, 0);
}

/* ---- the bar: colours, and the time since the program began ---- */

static struct area colour_place(int colour) {
  return (struct area){4 + colour * 28, 4, 28 + colour * 28, BAR - 4};
}

/* Seven segments: bits from the upper one clockwise, then the one in the middle. */
static void draw_digit(int x, int digit) {
  static const uint8_t segments[] = {0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};
  static const struct area places[] = {{2, 0, 10, 2},   {10, 2, 12, 10}, {10, 12, 12, 20}, {2, 20, 10, 22},
                                       {0, 12, 2, 20}, {0, 2, 2, 10},   {2, 10, 10, 12}};
  for (int i = 0; i < 7; i++) {
    struct area place = {places[i].left + x, places[i].top + 5, places[i].right + x, places[i].bottom + 5};
    fill(place, segments[digit] >> i & 1 ? PAPER : BAR_COLOUR);
  }
}

static struct area clock_place(void) { return (struct area){width - 84, 0, width, BAR}; }

static void draw_clock(uint64_t seconds) {
  int x = width - 78;
  const int digits[] = {(int)(seconds / 600 % 10), (int)(seconds / 60 % 10), (int)(seconds / 10 % 6), (int)(seconds % 10)};
  for (int i = 0; i < 4; i++) draw_digit(x + i * 17 + (i > 1 ? 8 : 0), digits[i]);
  fill((struct area){x + 35, 11, x + 37, 13}, PAPER);
  fill((struct area){x + 35, 19, x + 37, 21}, PAPER);
}

static void draw_bar(void) {
  fill((struct area){0, 0, width, BAR}, BAR_COLOUR);
  for (int colour = 0; colour < COLOURS; colour++) {
    struct area place = colour_place(colour);
    bool chosen = colour == pen.colour;
    if (chosen) fill((struct area){place.left - 3, place.top - 3, place.right + 3, place.bottom + 3}, PAPER);
    if (chosen) fill((struct area){place.left - 1, place.top - 1, place.right + 1, place.bottom + 1}, BAR_COLOUR);
    fill(place, (uint8_t)colour);
  }
}

static void choose(int colour) {
  pen.colour = colour;
  draw_bar();
  show((struct area){0, 0, clock_place().left, BAR});
}

static void clear(void) {
  fill((struct area){0, BAR, width, height}, PAPER);
  show((struct area){0, BAR, width, height});
}

/* ---- the pen ---- */

static void stamp(int x, int y) {
  for (int dy = -pen.brush; dy <= pen.brush; dy++)
    for (int dx = -pen.brush; dx <= pen.brush; dx++) {
      int px = x + dx, py = y + dy;
      if (dx * dx + dy * dy > pen.brush * pen.brush || px < 0 || px >= width || py < BAR || py >= height) continue;
      picture[py * width + px] = (uint8_t)pen.colour;
    }
}

static void move_pen(int x, int y) {
  struct area changed = joined(around(pen.x, pen.y, CURSOR), around(x, y, CURSOR));
  if (pen.down) {
    int steps = most(most(x - pen.x, pen.x - x), most(y - pen.y, pen.y - y));
    for (int i = 0; i <= steps; i++)
      stamp(pen.x + (steps == 0 ? 0 : (x - pen.x) * i / steps), pen.y + (steps == 0 ? 0 : (y - pen.y) * i / steps));
    changed = joined(changed, joined(around(pen.x, pen.y, pen.brush), around(x, y, pen.brush)));
  }
  pen.x = x, pen.y = y;
  pen.shown = true;
  show(changed);
}

static void press_pen(bool down) {
  if (down == pen.down) return;
  if (down && pen.y < BAR) {
    for (int colour = 0; colour < COLOURS; colour++)
      if (pen.x >= colour_place(colour).left && pen.x < colour_place(colour).right) choose(colour);
    return;
  }
  pen.down = down;
  if (down) move_pen(pen.x, pen.y); /* a point */
}

static int placed(uint32_t position, int size) {
  return (int)((uint64_t)(position > MOST_POSITION ? MOST_POSITION : position) * (uint64_t)(size - 1) / MOST_POSITION);
}

/* ---- what happens ---- */

static void step_pen(int dx, int dy) {
  move_pen(most(0, least(width - 1, pen.x + dx)), most(0, least(height - 1, pen.y + dy)));
}

/* False: it is to end. */
static bool key(uint16_t code, bool down) {
  if (code == KEY_SPACE) return press_pen(down), true;
  if (!down) return true;
  if (code >= KEY_1 && code < KEY_1 + COLOURS) choose(code - KEY_1);
  if (code == KEY_C) clear();
  if (code == KEY_B) ball.moves = !ball.moves;
  if (code == KEY_MINUS) pen.brush = most(1, pen.brush - 1);
  if (code == KEY_EQUAL) pen.brush = least(MOST_BRUSH, pen.brush + 1);
  if (code == KEY_UP) step_pen(0, -STEP);
  if (code == KEY_DOWN) step_pen(0, STEP);
  if (code == KEY_LEFT) step_pen(-STEP, 0);
  if (code == KEY_RIGHT) step_pen(STEP, 0);
  return code != KEY_Q && code != KEY_ESCAPE;
}

/* What belongs together ends with a report: the pen is first moved there, and then pressed or lifted. */
static bool take(const struct input_event *events, int64_t count) {
  static int x, y;
  static bool moved, pressed, changed;
  for (int64_t i = 0; i < count; i++) {
    const struct input_event *event = &events[i];
    bool is_button = event->type == EV_KEY && (event->code == BUTTON_LEFT || event->code == TOUCH);
    if (event->type == EV_ABS && event->code == ABS_X) x = placed(event->value, width), moved = true;
    if (event->type == EV_ABS && event->code == ABS_Y) y = placed(event->value, height), moved = true;
    if (is_button) pressed = event->value != 0, changed = true;
    if (event->type == EV_KEY && !is_button && !key(event->code, event->value != 0)) return false;
    if (event->type != EV_SYN) continue;
    if (moved) move_pen(x, y);
    if (changed) press_pen(pressed);
    moved = changed = false;
  }
  return true;
}

static void move_ball(void) {
  struct area before = around(ball.x, ball.y, BALL);
  if (ball.x + ball.dx < BALL || ball.x + ball.dx >= width - BALL) ball.dx = -ball.dx;
  if (ball.y + ball.dy < BAR + BALL || ball.y + ball.dy >= height - BALL) ball.dy = -ball.dy;
  ball.x += ball.dx, ball.y += ball.dy;
  show(joined(before, around(ball.x, ball.y, BALL)));
}

static void run(void) {
  static struct input_event events[EVENTS];
  uint64_t timebase = machine()->timebase, begin = read_time(), shown = UINT64_MAX, ball_at = begin;
  for (;;) {
    uint64_t now = read_time(), seconds = (now - begin) / timebase;
    if (seconds != shown) {
      draw_clock(shown = seconds);
      show(clock_place());
    }
    if (ball.moves && now >= ball_at) {
      move_ball();
      ball_at = now + timebase / PICTURES_PER_SECOND;
    }
    uint64_t until = begin + (seconds + 1) * timebase;
    if (ball.moves && ball_at < until) until = ball_at;
    int64_t count = system_call(SYS_INPUT_READ, (uint64_t)events, EVENTS, until, 0, 0, 0);
    if (count < 0 || !take(events, count)) return;
  }
}

int program_paint(int words, char **word) {
  struct screen_info screen;
  (void)words, (void)word;
  int64_t error = system_call(SYS_SCREEN_OPEN, (uint64_t)&screen, 0, 0, 0, 0, 0);
  if (error != 0) {
    printf("paint: the screen: %s\n", error_text(error));
    return 1;
  }
  pixels = (volatile uint32_t *)screen.at;
  width = (int)screen.width, height = (int)screen.height;
  int64_t memory = system_call(SYS_GROW, (uint64_t)width * (uint64_t)height, 0, 0, 0, 0, 0);
  if (memory < 0) return printf("paint: %s\n", error_text(memory)), 1;
  picture = (uint8_t *)memory;
  pen.x = width / 2, pen.y = height / 2;
  printf("paint: %u by %u pixels, shown by %s\n", screen.width, screen.height, screen.way);
  printf("  pointer, or arrows with the space bar held: draw; 1 to 8: colour; - and =: brush\n");
  printf("  c: clear; b: the ball stops or goes; q: end\n");
  draw_bar();
  clear();
  show((struct area){0, 0, width, BAR});
  run();
  /* Black, as it was. */
  memset((void *)screen.at, 0, 4ul * screen.width * screen.height);
  system_call(SYS_SCREEN_SHOW, 0, 0, screen.width, screen.height, 0, 0);
  return 0;
}
