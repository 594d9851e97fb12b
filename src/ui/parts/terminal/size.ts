/**
 * The size of a terminal is the guest's, whoever looks: every panel that shows a console draws it with the cells that the guest
 * believes in. The guest is told another size by whoever types into a panel: typing is a change already, merely looking is none, and
 * of several panels the one that is typed into counts. While the window is being dragged nothing is told; once it rests, it is.
 * Nor is anything while something else takes room from the panel that will be gone again: the guest keeps its size meanwhile.
 */
import type { FitAddon } from '@xterm/addon-fit';
import type { Terminal } from '@xterm/xterm';
import type { VmDescription } from '#bridge/protocol/answers';

/** How long a panel must have kept its size. */
const REST_MS = 300;
/** The least and the most that a panel asks for. */
const COLUMNS = { least: 20, most: 300 } as const;
const ROWS = { least: 6, most: 120 } as const;

type TerminalSize = VmDescription['terminal'];
type Tell = (columns: number, rows: number) => void;

/** What a panel's size depends on besides the panel. */
interface PanelOptions {
  readonly guest: TerminalSize;
  /** Something takes room from it for a while. */
  readonly isCrowded: () => boolean;
  readonly tell: Tell;
}

function within(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.max(least, Math.min(most, value));
}

export class PanelSize {
  readonly #terminal: Terminal;
  readonly #fit: FitAddon;
  readonly #options: PanelOptions;
  #guest: TerminalSize;
  #isTypedInto = false;
  #told = '';
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(terminal: Terminal, fit: FitAddon, options: PanelOptions) {
    this.#terminal = terminal;
    this.#fit = fit;
    this.#guest = options.guest;
    this.#options = options;
    this.#draw();
  }

  /** The guest has another size. */
  set guest(size: TerminalSize) {
    // A guest that began anew has forgotten what it was told.
    if (!size.follows || this.#guest.columns !== size.columns || this.#guest.rows !== size.rows)
      this.#told = '';
    this.#guest = size;
    this.#draw();
  }

  /** Somebody types here: before the key, the guest learns the size that this panel has. */
  typed(): void {
    this.#isTypedInto = true;
    this.#follow();
  }
  /** Somebody types elsewhere. */
  left(): void {
    this.#isTypedInto = false;
  }
  /** The panel, or its letters, have another size. */
  changed(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#follow(), REST_MS);
  }
  end(): void {
    clearTimeout(this.#rest);
  }

  #draw(): void {
    const { columns, rows } = this.#guest;
    if (this.#terminal.cols !== columns || this.#terminal.rows !== rows) this.#terminal.resize(columns, rows);
  }

  #follow(): void {
    if (this.#options.isCrowded()) return;
    const fitting = this.#fit.proposeDimensions();
    if (!this.#isTypedInto || !this.#guest.follows || fitting === undefined) return;
    if (!Number.isFinite(fitting.cols) || !Number.isFinite(fitting.rows)) return;
    const [columns, rows] = [within(fitting.cols, COLUMNS), within(fitting.rows, ROWS)];
    const wanted = `${columns} ${rows}`;
    if ((columns === this.#guest.columns && rows === this.#guest.rows) || wanted === this.#told) return;
    this.#told = wanted;
    this.#options.tell(columns, rows);
  }
}
