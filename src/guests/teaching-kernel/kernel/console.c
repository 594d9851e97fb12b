/*
 * The terminal: characters out, edited lines in.
 *
 * Output waits in a ring until the virtio console takes it, one piece at a time; before that device is up, and on
 * machines without one, it goes out through the SBI at once. Input is edited here, as it arrives: backspace, Ctrl-U
 * (empty the line), Ctrl-C (end the foreground job), arrows up and down (lines typed before).
 */
#include "defs.h"
#include "proc.h"

enum { OUTPUT_SIZE = 4096, INPUT_SIZE = 1024, HISTORY = 8, MOST_POLLS = 100000 };
enum { CTRL_C = 3, BACKSPACE = 8, CTRL_U = 21, ESCAPE = 27, DELETE = 127 };

bool console_is_virtio;
int console_foreground;

/* Positions count all characters ever; the place in a ring is their remainder. */
static char output[OUTPUT_SIZE];
static uint64_t output_written, output_sent;
static size_t in_flight; /* characters after output_sent that the device has */

static char input[INPUT_SIZE]; /* finished lines, each ended by \n */
static uint64_t input_written, input_read;

static char line[LINE_LENGTH]; /* being typed */
static size_t line_length;
static int escape; /* characters seen of an escape sequence */
static char history[HISTORY][LINE_LENGTH];
static uint32_t history_lines, history_at;

/* Gives the device what waits, up to the end of the ring. */
static void send(void) {
  if (in_flight > 0 || output_sent == output_written) return;
  size_t place = output_sent % OUTPUT_SIZE;
  size_t length = output_written - output_sent;
  if (length > OUTPUT_SIZE - place) length = OUTPUT_SIZE - place;
  if (virtio_console_send(output + place, length)) in_flight = length;
}

void console_sent(void) {
  output_sent += in_flight;
  in_flight = 0;
  send();
  if (output_written - output_sent <= OUTPUT_SIZE / 2) wake(output);
}

void console_use_virtio(void) { console_is_virtio = true; }

static size_t room(void) { return OUTPUT_SIZE - (output_written - output_sent); }

static void put(char c) { output[output_written++ % OUTPUT_SIZE] = c; }

/* Puts as much as there is room for, with \r before each \n; returns how much. */
static size_t put_text(const char *text, size_t length) {
  size_t done = 0;
  for (; done < length && room() >= 2; done++) {
    if (text[done] == '\n') put('\r');
    put(text[done]);
  }
  send();
  return done;
}

void console_flush(void) {
  for (int polls = 0; console_is_virtio && output_sent != output_written && polls < MOST_POLLS; polls++)
    virtio_console_poll();
}

void console_write(const char *text, size_t length) {
  if (!console_is_virtio) {
    for (size_t end = 0; length > 0; text += end, length -= end, end = 0) {
      while (end < length && text[end] != '\n') end++;
      if (end > 0) sbi_write(text, end);
      else sbi_write("\r\n", 2), end = 1;
    }
    return;
  }
  size_t done = put_text(text, length);
  for (int polls = 0; done < length && polls < MOST_POLLS; polls++) {
    virtio_console_poll();
    done += put_text(text + done, length - done);
  }
}

int console_write_user(const char *text, size_t length) {
  if (!console_is_virtio) console_write(text, length);
  else
    for (size_t done = put_text(text, length); done < length; done += put_text(text + done, length - done))
      if (!sleep_on(output, TIME_NEVER)) return ERROR_INTERRUPTED;
  return (int)length;
}

/* What a person typed shows at once, unless the output is full. */
static void echo(const char *text, size_t length) {
  if (console_is_virtio) put_text(text, length);
  else console_write(text, length);
}

static void erase(size_t characters) {
  for (; characters > 0 && line_length > 0; characters--, line_length--) echo("\b \b", 3);
}

static void finish_line(void) {
  if (input_written - input_read + line_length + 1 <= INPUT_SIZE) {
    for (size_t i = 0; i < line_length; i++) input[input_written++ % INPUT_SIZE] = line[i];
    input[input_written++ % INPUT_SIZE] = '\n';
  }
  if (line_length > 0) {
    memcpy(history[history_lines % HISTORY], line, line_length);
    history[history_lines++ % HISTORY][line_length] = 0;
  }
  history_at = history_lines;
  line_length = 0;
  echo("\n", 1);
  wake(input);
}

static void recall(uint32_t number) {
  if (number > history_lines || number + HISTORY < history_lines) return;
  erase(line_length);
  history_at = number;
  if (number == history_lines) return;
  copy_text(line, history[number % HISTORY], sizeof line);
  line_length = strlen(line);
  echo(line, line_length);
}

static void interrupt_foreground(void) {
  echo("^C", 2);
  line_length = 0;
  if (console_foreground == 0) {
    finish_line(); /* an empty line: a new prompt */
    return;
  }
  echo("\n", 1);
  input_read = input_written;
  process_kill(console_foreground);
}

void console_input(char c) {
  if (escape == 1) {
    escape = c == '[' ? 2 : 0;
  } else if (escape == 2) {
    if (c >= '0' && c <= '?') return; /* parameters of a sequence that we do not know */
    escape = 0;
    if (c == 'A' && history_at > 0) recall(history_at - 1);
    if (c == 'B') recall(history_at + 1);
  } else if (c == ESCAPE) {
    escape = 1;
  } else if (c == CTRL_C) {
    interrupt_foreground();
  } else if (c == CTRL_U) {
    erase(line_length);
  } else if (c == BACKSPACE || c == DELETE) {
    erase(1);
  } else if (c == '\r' || c == '\n') {
    finish_line();
  } else if (c >= ' ' && c < DELETE) {
    if (line_length < sizeof line - 1) {
      line[line_length++] = c;
      echo(&c, 1);
    } else {
      echo("\a", 1);
    }
  }
}

/* Without a virtio console nobody tells us that something was typed: ask fifty times a second. */
static uint64_t poll_sbi(void) {
  if (console_is_virtio) return TIME_NEVER;
  char typed[16];
  size_t length = sbi_read(typed, sizeof typed);
  for (size_t i = 0; i < length; i++) console_input(typed[i]);
  return read_time() + platform.timebase / 50;
}

int console_read_line(char *to, size_t size) {
  for (;;) {
    uint64_t again = poll_sbi();
    if (input_read != input_written) break;
    if (!sleep_on(input, again)) return ERROR_INTERRUPTED;
  }
  int length = 0;
  for (;;) {
    char c = input[input_read++ % INPUT_SIZE];
    if (c == '\n') return length;
    if ((size_t)length < size) to[length++] = c;
  }
}
