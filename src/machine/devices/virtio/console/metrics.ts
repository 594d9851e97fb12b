/** What a console counts. */
import { TERMINAL_COUNTERS, type TerminalCounter } from '../terminal.ts';

export const CONSOLE_COUNTERS: typeof TERMINAL_COUNTERS = TERMINAL_COUNTERS;
export type ConsoleCounter = TerminalCounter;
