/** The lines that were typed into consoles, made of a lab's log: when each was ended, and what stood in it. */
import type { TypedLine } from '#base/lab-action';
import type { LoggedCommand } from './scenario.ts';

/** The newest that are told of. */
export const MOST_LINES = 500;
/** A longer line is told of by its beginning. */
export const LONGEST_LINE = 80;

const BACKSPACE = '\u007f';
const CONTROL_H = '\b';
/** Both end what was typed so far without giving it to anybody. */
const CONTROL_C = '\u0003';
const CONTROL_U = '\u0015';
const ESCAPE = '\u001b';

/** A line while it is typed. */
class Line {
  #text = '';
  /** Bytes of an escape sequence (an arrow, Home) that are still to come are no text. */
  #sequence = '';

  /** Takes a character; the line, when it ends it. */
  take(character: string): string | undefined {
    if (this.#sequence !== '' || character === ESCAPE) {
      this.#sequence += character;
      // CSI and SS3 end with a letter or `~` (ECMA-48, 5.4); anything else is one character long.
      const isLong = /^[[O]/.test(this.#sequence.slice(1));
      const isWhole = isLong ? /^..+[@-~]$/s.test(this.#sequence) : this.#sequence.length >= 2;
      if (isWhole || this.#sequence.length > LONGEST_LINE) this.#sequence = '';
      return undefined;
    }
    if (character === '\r' || character === '\n') return this.#end();
    // A character is one byte, or one that begins and others that go on (UTF-8).
    if (character === BACKSPACE || character === CONTROL_H)
      this.#text = this.#text.replace(/.[\u0080-\u00bf]*$/u, '');
    else if (character === CONTROL_C || character === CONTROL_U) this.#text = '';
    else if (character >= ' ' && this.#text.length < LONGEST_LINE) this.#text += character;
    return undefined;
  }

  #end(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** Lines with something in them, the oldest first, of commands that a console took. */
export function typedLines(log: readonly LoggedCommand[]): TypedLine[] {
  const open = new Map<string, Line>();
  const lines: TypedLine[] = [];
  for (const { command, error } of log) {
    if (command.op !== 'console.input' || error !== undefined) continue;
    const { host, at } = command;
    const { vm, text } = command.args;
    const console = `${host}/${vm}`;
    const line = open.get(console) ?? new Line();
    open.set(console, line);
    for (const character of text) {
      const ended = line.take(character);
      if (ended !== undefined && ended.trim() !== '') lines.push({ host, vm, at, text: ended });
    }
  }
  return lines.slice(-MOST_LINES);
}
