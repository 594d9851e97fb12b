/**
 * The terminal emulator as the page uses it. Guest output is bytes to a cell grid: clipboard writes (OSC 52), links (OSC 8) and title
 * changes are off, and the terminal never answers by itself.
 */
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';

const THEME: ITheme = {
  background: '#12161c',
  foreground: '#d6dde6',
  cursor: '#8ecae6',
  selectionBackground: '#33506b',
  black: '#2a313b',
  red: '#ee7b84',
  green: '#6ccf9c',
  yellow: '#e5c07b',
  blue: '#74b6f2',
  magenta: '#d097e2',
  cyan: '#6fc9d1',
  white: '#d6dde6',
  brightBlack: '#8793a3',
};

/**
 * OSC sequences that reach outside the grid: titles (0, 1, 2), links (8), clipboard (52); and those that ask for colours
 * (4, 10, 11, 12).
 */
const REFUSED_OSC = [0, 1, 2, 4, 8, 10, 11, 12, 52] as const;

/**
 * Questions to the terminal (position, attributes, modes). They stay without an answer: an answer would be input that
 * nobody typed, so a machine would run differently while somebody looks, and a shared link would answer twice.
 */
const REFUSED_QUESTIONS = [
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 't' },
  { prefix: '>', final: 'q' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
] as const;

/** The mode in which a terminal tells that it got the focus: nobody typed that either. */
const REPORT_FOCUS = 1004;

interface Looks {
  readonly screenReader: boolean;
  readonly fontSize: number;
}

/** A terminal of 80 × 25, which every guest begins with. */
export function newTerminal({ screenReader, fontSize }: Looks): Terminal {
  const xterm = new Terminal({
    theme: THEME,
    fontFamily: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize,
    cols: 80,
    rows: 25,
    lineHeight: 1.15,
    scrollback: 3000,
    cursorBlink: false,
    // Early consoles (SBI) send bare line feeds.
    convertEol: true,
    allowProposedApi: false,
    linkHandler: null,
    screenReaderMode: screenReader,
  });
  for (const code of REFUSED_OSC) xterm.parser.registerOscHandler(code, () => true);
  for (const question of REFUSED_QUESTIONS) xterm.parser.registerCsiHandler(question, () => true);
  xterm.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => modes.includes(REPORT_FOCUS));
  xterm.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  return xterm;
}

/** All that a terminal shows and has scrolled away, as lines; what was wrapped is one. */
export function linesOf({ buffer, cols }: Terminal): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (let row = 0; row < buffer.active.length; row++) {
    const line = buffer.active.getLine(row);
    const last = lines.at(-1);
    const text = line?.translateToString(false) ?? '';
    if (line?.isWrapped === true && last !== undefined)
      lines[lines.length - 1] = { ...last, text: last.text + text };
    else lines.push({ row, cols, text });
  }
  return lines.map((line) => ({ ...line, text: line.text.trimEnd() }));
}

/** A line of text, and where it begins. */
export interface TextLine {
  readonly row: number;
  readonly cols: number;
  readonly text: string;
}
