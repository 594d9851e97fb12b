/**
 * Runs a program on a bare machine until it ends, by HTIF or the finisher, is lost, has no more time, or is left by who sits at the
 * console. Between two turns of the event loop bytes go to the terminal and come from there; virtual time depends on neither, unless
 * somebody types.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_NS_PER_INSTRUCTION, NS_PER_MS, NS_PER_S, NS_PER_US } from '#base/virtual-time';
import { disassemble } from '#isa/disassemble';
import type { BarePlatform } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import type { BareConsole } from './bare-console.ts';
import type { Htif } from './htif.ts';
import { say } from './messages.ts';
import { END_AFTER_NS, LINE_AFTER_NS, type Typist } from './terminal.ts';

/** How often `tohost` is looked at while a program runs. */
const POLL_NS = 1_000 * DEFAULT_NS_PER_INSTRUCTION;
/** Where --max-instructions ends a program that executes hardly any: this much time for each of them. */
const MOST_CYCLES = 100;
/** A program may write its halves one after the other: what is there gets this much time to become whole. */
export const SETTLE_NS: number = 8 * DEFAULT_NS_PER_INSTRUCTION;
/** How long it runs between two turns of the event loop. */
const TURN_MS = 10;
/** How far virtual time goes before it is compared with the clock on the wall, for who types. */
const PACE_NS = 10 * NS_PER_MS;
/** A program that never waits gets the next line of piped input when it is quiet for this long. */
const BUSY_LINE_AFTER_NS = NS_PER_S;

/** How a run has ended. */
export type Outcome =
  | { readonly kind: 'pass' | 'left' }
  | { readonly kind: 'fail'; readonly sentence?: string }
  | { readonly kind: 'lost' | 'limit'; readonly sentence: string };

/** Exit status of the command. */
export const STATUS_OF: Readonly<Record<Outcome['kind'], number>> = {
  ...{ pass: 0, left: 0, fail: 1, lost: 1, limit: 3 },
};

/** A machine with a program in its memory, and what that prints. */
export interface BareMachine {
  readonly platform: BarePlatform;
  readonly htif: Htif | undefined;
  readonly console: BareConsole;
}

export interface RunOptions {
  /** What it may execute on each hart. */
  readonly limit: number;
  /** Virtual time at which it is stopped. */
  readonly untilNs: number;
  readonly trace: boolean;
  readonly print: (text: string) => void;
  /** Where somebody types; nobody does unless given. */
  readonly terminal?: Typist;
}

export async function runToEnd(
  { platform, htif, console }: BareMachine,
  { limit, untilNs, trace, print, terminal }: RunOptions,
): Promise<Outcome> {
  const { harts, nsPerInstruction } = platform.machine;
  // Harts that wait for ever execute nothing: time has an end, too.
  const limitNs = Math.min(limit * nsPerInstruction * MOST_CYCLES, untilNs);
  const left = (): number => limit - mostInstructions(harts);
  const stepNs = trace ? nsPerInstruction : htif === undefined ? 100 * NS_PER_US : POLL_NS;
  const pace = new Pace(platform, console, terminal);
  /** Traps taken when all harts were found where their handlers begin, or -1. */
  let lostAt = -1;
  let traced = '';
  for (let rest = left(); rest > 0 && platform.now < limitNs; rest = left()) {
    if (trace) {
      // A step may pass in waiting for memory.
      const place = `${harts[0]?.instructions} ${platform.machine.traps}`;
      if (place !== traced) print(traceLine(platform));
      traced = place;
    }
    // No instruction takes less than a cycle.
    const next = Math.min(stepNs, rest * nsPerInstruction, limitNs - platform.now);
    platform.advance(platform.now + next);
    const ended = htif === undefined ? undefined : pollSettled(platform, htif);
    if (ended === 0) return { kind: 'pass' };
    if (ended !== undefined) return { kind: 'fail', sentence: say('testFailed', { number: ended }) };
    const { finish } = platform;
    if (finish !== undefined) return { kind: finish.kind === 'fail' ? 'fail' : 'pass' };
    if (pace.isDue && (await pace.takeTurn())) return { kind: 'left' };
    // Twice: a program may go to its own handler, once.
    const { traps } = platform.machine;
    if (!harts.every(trapsInItsHandler)) {
      lostAt = -1;
    } else if (lostAt < 0 || traps === lostAt) {
      lostAt = traps;
    } else {
      return { kind: 'lost', sentence: say('lost', { harts: harts.map(whereItTraps).join('; ') }) };
    }
  }
  const sentence =
    platform.now >= untilNs
      ? say('outOfTime', { seconds: untilNs / NS_PER_S })
      : say('outOfInstructions', { limit });
  return { kind: 'limit', sentence };
}

/** Answers what a program asks of HTIF, once it is whole; the status where it ends the run. */
function pollSettled(platform: BarePlatform, htif: Htif): number | undefined {
  if (!htif.hasRequest) return undefined;
  platform.advance(platform.now + SETTLE_NS);
  return htif.poll();
}

function mostInstructions(harts: readonly Hart[]): number {
  return harts.reduce((most, { instructions }) => Math.max(most, instructions), 0);
}

/** Carries what is typed to the program, and keeps pace with the clock on the wall while it waits for that. */
class Pace {
  readonly #platform: BarePlatform;
  readonly #console: BareConsole;
  readonly #terminal: Typist | undefined;
  #turnMs = performance.now();
  #quietSince = 0;
  #waitingSince = 0;
  #hasTyped = false;
  #from = { now: 0, instructions: 0, wallMs: performance.now() };

  constructor(platform: BarePlatform, console: BareConsole, terminal: Typist | undefined) {
    this.#platform = platform;
    this.#console = console;
    this.#terminal = terminal;
  }

  /** To be asked after each step. */
  get isDue(): boolean {
    const isLook = this.#terminal !== undefined && this.#platform.now >= this.#from.now + PACE_NS;
    return isLook || performance.now() >= this.#turnMs + TURN_MS;
  }

  /** True when the run is left. */
  async takeTurn(): Promise<boolean> {
    if (performance.now() >= this.#turnMs + TURN_MS) {
      this.#console.flush();
      await nextTurn();
      this.#turnMs = performance.now();
    }
    const terminal = this.#terminal;
    const { now } = this.#platform;
    if (terminal === undefined || now < this.#from.now + PACE_NS) return terminal?.left ?? false;
    const passedNs = now - this.#from.now;
    const idleNs = passedNs - this.#takeBusyNs();
    const isIdle = idleNs > passedNs / 2;
    if (this.#console.takeNews() || this.#platform.hasInput) this.#quietSince = now;
    if (!isIdle) this.#waitingSince = now;
    const quietNs = now - this.#quietSince;
    const isWaiting = Math.min(quietNs, now - this.#waitingSince) >= LINE_AFTER_NS;
    const typed = terminal.take(isWaiting || quietNs >= BUSY_LINE_AFTER_NS);
    if (typed !== '') {
      this.#platform.input(Buffer.from(typed, 'latin1'));
      this.#hasTyped = true;
      this.#quietSince = now;
    }
    // Time in which all harts wait passes as on a clock, unless nobody can type.
    const restMs = idleNs / NS_PER_MS - (performance.now() - this.#from.wallMs);
    if (!terminal.ended && isIdle && restMs >= 1) {
      this.#console.flush();
      await sleep(restMs);
    }
    this.#from = { ...this.#from, now, wallMs: performance.now() };
    const isDone = this.#hasTyped && terminal.ended && isIdle && quietNs >= END_AFTER_NS;
    return terminal.left || isDone;
  }

  /** How long the busiest hart had something to do since it was asked last. */
  #takeBusyNs(): number {
    const { harts, nsPerInstruction } = this.#platform.machine;
    const instructions = mostInstructions(harts);
    const busyNs = (instructions - this.#from.instructions) * nsPerInstruction;
    this.#from = { ...this.#from, instructions };
    return busyNs;
  }
}

/** Causes that the same instruction has again, whatever happens elsewhere: it cannot be fetched, or is none. */
const FETCH_CAUSES: readonly number[] = [0, 1, 2];

/** True when the first instruction of the M-mode handler is what trapped last, and comes next: so it goes on for ever. */
function trapsInItsHandler(hart: Hart): boolean {
  return (
    FETCH_CAUSES.includes(hart.csrLo('mcause')) &&
    hart.csrHi('mcause') === 0 &&
    hart.csrLo('mepc') === hart.pcLo &&
    hart.csrHi('mepc') === hart.pcHi &&
    (hart.csrLo('mtvec') & ~3) === (hart.pcLo | 0) &&
    hart.csrHi('mtvec') === hart.pcHi
  );
}

function whereItTraps(hart: Hart): string {
  const pc = (hart.pcHi >>> 0) * 0x1_0000_0000 + (hart.pcLo >>> 0);
  return say('whereItTraps', {
    hart: hart.index,
    cause: hart.csrLo('mcause'),
    pc: `0x${pc.toString(16)}`,
  });
}

function traceLine(platform: BarePlatform): string {
  const hart = platform.machine.harts[0];
  if (hart === undefined) return '';
  const pc = hart.pcHi * 0x1_0000_0000 + hart.pcLo;
  const { ram } = platform.machine;
  const raw = ram.holds(pc, 4) ? ram.u32(pc) : 0;
  const where = pc.toString(16).padStart(16, '0');
  return `${where} ${ram.holds(pc, 4) ? disassemble(raw, pc) : say('translated')}\n`;
}
