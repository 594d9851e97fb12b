/**
 * What gdb asks, and what is answered (GDB manual, appendix E): threads are harts, memory is what the chosen hart sees by its page tables.
 * It knows no socket.
 */
import type { BarePlatform } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import { SETTLE_NS } from '../bare-run.ts';
import type { Htif } from '../htif.ts';
import { History, type Search } from './history.ts';
import { MOST_PACKET } from './packets.ts';
import {
  generalRegisters,
  readRegister,
  TARGET_DESCRIPTION,
  writeGeneralRegisters,
  writeRegister,
} from './registers.ts';
import { type WatchKind, type Watchpoint, watchMet } from './watch.ts';

/** What is to be done besides answering. */
export type Request =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'continue' | 'continue-back' | 'detach' | 'kill' };

const answer = (text: string): Request => ({ kind: 'answer', text });
const OK: Request = answer('OK');
const UNKNOWN: Request = answer('');
const ERROR: Request = answer('E01');
const NO_ROOM: Request = answer('E1c');
const SIGINT = 2;
const SIGTRAP = 5;
const MOST_WATCHPOINTS = 16;
/** Bytes that one packet may ask for: two digits each. */
const MOST_BYTES: number = MOST_PACKET / 2 - 16;

const hexNumber = (text: string): number => Number.parseInt(text, 16);
/** A thread is a hart, from 1; 0 and -1 mean any. */
const threadOf = (hart: number): string => (hart + 1).toString(16);

export class GdbSession {
  readonly #platform: BarePlatform;
  /** Whose registers and memory are meant. */
  #chosen = 0;
  /** Why it stands. */
  #stop: string;
  readonly #breakpoints = new Set<bigint>();
  #watchpoints: Watchpoint[] = [];
  /** Hart and count of instructions where a watchpoint was told of last: it is executed next. */
  #passed = '';

  readonly #htif: Htif | undefined;
  readonly #history: History;
  readonly #goesBack: boolean;
  #search: Generator<Search, void> | undefined;

  /** @param goesBack the past is remembered */
  constructor(platform: BarePlatform, htif: Htif | undefined, goesBack: boolean) {
    this.#platform = platform;
    this.#htif = htif;
    this.#history = new History(platform, htif);
    this.#goesBack = goesBack;
    this.#stop = this.#stopAt(0, SIGTRAP);
    this.#forgetPast();
  }

  get #hart(): Hart {
    const { harts } = this.#platform.machine;
    return harts[this.#chosen] ?? harts[0]!;
  }

  request(text: string): Request {
    const rest = text.slice(1);
    switch (text[0]) {
      case '?':
        return answer(this.#stop);
      case 'q':
      case 'Q':
        return this.#query(text);
      case 'H':
        return this.#choose(rest.slice(1)) ? OK : ERROR;
      case 'T':
        return this.#hartOf(rest) === undefined ? ERROR : OK;
      case 'g':
        return answer(generalRegisters(this.#hart));
      case 'p':
        return answer(readRegister(this.#hart, hexNumber(rest)) ?? 'E01');
      case 'G':
        return this.#wrote(writeGeneralRegisters(this.#hart, rest));
      case 'P': {
        const [number = '', value = ''] = rest.split('=');
        return this.#wrote(writeRegister(this.#hart, hexNumber(number), value));
      }
      case 'm':
        return this.#readMemory(rest);
      case 'M':
        return this.#writeMemory(rest);
      case 'Z':
        return this.#place(rest);
      case 'z':
        return this.#remove(rest);
      case 'c':
        return { kind: 'continue' };
      case 's':
        return this.#step(this.#hart);
      case 'b':
        if (!this.#goesBack) return UNKNOWN;
        return text === 'bs' ? this.#stepBack() : text === 'bc' ? { kind: 'continue-back' } : UNKNOWN;
      case 'v':
        return this.#vCommand(text);
      case 'D':
        this.end();
        return { kind: 'detach' };
      case 'k':
        return { kind: 'kill' };
      default:
        return UNKNOWN;
    }
  }

  #query(text: string): Request {
    const { harts } = this.#platform.machine;
    if (text.startsWith('qSupported'))
      return answer(
        `PacketSize=${MOST_PACKET.toString(16)};qXfer:features:read+;hwbreak+;vContSupported+${this.#goesBack ? ';ReverseStep+;ReverseContinue+' : ''}`,
      );
    const part = /^qXfer:features:read:target\.xml:([0-9a-f]+),([0-9a-f]+)$/.exec(text);
    if (part !== null) {
      const [from, length] = [hexNumber(part[1] ?? ''), hexNumber(part[2] ?? '')];
      const piece = TARGET_DESCRIPTION.slice(from, from + Math.min(length, MOST_BYTES));
      return answer(`${from + piece.length < TARGET_DESCRIPTION.length ? 'm' : 'l'}${piece}`);
    }
    if (text === 'qfThreadInfo') return answer(`m${harts.map(({ index }) => threadOf(index)).join(',')}`);
    if (text === 'qsThreadInfo') return answer('l');
    if (text === 'qC') return answer(`QC${threadOf(this.#chosen)}`);
    if (text === 'qAttached') return answer('1');
    if (text.startsWith('qThreadExtraInfo,')) {
      const hart = this.#hartOf(text.slice('qThreadExtraInfo,'.length));
      if (hart === undefined) return ERROR;
      return answer(Buffer.from(`hart ${hart.index}${hart.waiting ? ' (wfi)' : ''}`).toString('hex'));
    }
    return UNKNOWN;
  }

  #hartOf(thread: string): Hart | undefined {
    const number = thread.startsWith('-') ? 0 : hexNumber(thread);
    return number === 0 ? this.#hart : this.#platform.machine.harts[number - 1];
  }
  #choose(thread: string): boolean {
    const hart = this.#hartOf(thread);
    if (hart !== undefined) this.#chosen = hart.index;
    return hart !== undefined;
  }

  /** Pieces of a range that lie in RAM, page by page; undefined unless all of it does. */
  #pieces(address: bigint, length: number): { at: number; length: number }[] | undefined {
    const pieces = [];
    for (let done = 0; done < length; ) {
      const from = address + BigInt(done);
      const count = Math.min(length - done, 0x1000 - Number(from & 0xfffn));
      const at = this.#platform.physicalOf(this.#hart, from);
      if (at === undefined || !this.#platform.machine.ram.holds(at, count)) return undefined;
      pieces.push({ at, length: count });
      done += count;
    }
    return pieces;
  }

  #readMemory(text: string): Request {
    const range = rangeOf(text);
    const pieces = range && this.#pieces(range.address, range.length);
    if (pieces === undefined) return ERROR;
    const { ram } = this.#platform.machine;
    return answer(pieces.map(({ at, length }) => Buffer.from(ram.view(at, length)).toString('hex')).join(''));
  }

  #writeMemory(text: string): Request {
    const [where = '', digits = ''] = text.split(':');
    const range = rangeOf(where);
    const bytes = Buffer.from(digits, 'hex');
    const pieces = range?.length === bytes.length ? this.#pieces(range.address, range.length) : undefined;
    if (pieces === undefined) return ERROR;
    let done = 0;
    for (const { at, length } of pieces) {
      this.#platform.machine.ram.write(at, bytes.subarray(done, done + length));
      done += length;
    }
    this.#forgetPast();
    return OK;
  }

  #place(text: string): Request {
    const point = pointOf(text);
    if (point === undefined) return ERROR;
    const { kind, address, length } = point;
    if (kind === '0' || kind === '1') {
      if (this.#breakpoints.size >= this.#platform.mostBreakpoints && !this.#breakpoints.has(address))
        return NO_ROOM;
      this.#breakpoints.add(address);
      this.#platform.setBreakpoints([...this.#breakpoints]);
      return OK;
    }
    if (!['2', '3', '4'].includes(kind)) return UNKNOWN;
    if (this.#watchpoints.length >= MOST_WATCHPOINTS) return NO_ROOM;
    this.#watchpoints.push({ kind: Number(kind) as WatchKind, address, length });
    return OK;
  }
  #remove(text: string): Request {
    const point = pointOf(text);
    if (point === undefined) return ERROR;
    const { kind, address, length } = point;
    if (kind === '0' || kind === '1') {
      this.#breakpoints.delete(address);
      this.#platform.setBreakpoints([...this.#breakpoints]);
    }
    this.#watchpoints = this.#watchpoints.filter(
      (each) => !(each.kind === Number(kind) && each.address === address && each.length === length),
    );
    return OK;
  }

  #vCommand(text: string): Request {
    if (text === 'vCont?') return answer('vCont;c;C;s;S');
    if (!text.startsWith('vCont;')) return UNKNOWN;
    // One hart is stepped while the others stand, or all go on.
    const step = /;[sS][0-9a-f]*(?::(-?[0-9a-f]+))?/.exec(text);
    if (step === null) return { kind: 'continue' };
    const hart = this.#hartOf(step[1] ?? '0');
    return hart === undefined ? ERROR : this.#step(hart);
  }

  #step(hart: Hart): Request {
    const met = this.#met(hart);
    if (met === undefined) this.#history.step(hart);
    return answer(this.#ended ?? this.#stopAt(hart.index, SIGTRAP, met));
  }

  #stepBack(): Request {
    this.#platform.setBreakpoints([]);
    const isBack = this.#history.back(this.#chosen);
    this.#platform.setBreakpoints([...this.#breakpoints]);
    const stop = this.#stopAt(this.#chosen, SIGTRAP);
    return answer(isBack ? stop : atBegin(stop));
  }
  #wrote(isDone: boolean): Request {
    if (isDone) this.#forgetPast();
    return isDone ? OK : ERROR;
  }
  /** A person has changed something: what came before would not lead here. */
  #forgetPast(): void {
    if (this.#goesBack) this.#history.begin();
  }

  /** A watchpoint that the next instruction of a hart meets, told once: gdb expects of this architecture to hear before the access. */
  #met(hart: Hart): Watchpoint | undefined {
    if (this.#watchpoints.length === 0 || hart.waiting) return undefined;
    const met = watchMet(this.#platform, hart, this.#watchpoints);
    const place = `${hart.index} ${hart.instructions}`;
    if (met === undefined || this.#passed === place) return undefined;
    this.#passed = place;
    return met;
  }

  /** What is said when software has ended the run. */
  get #ended(): string | undefined {
    const { finish } = this.#platform;
    if (finish === undefined) return undefined;
    return `W${finish.kind === 'fail' ? '01' : '00'}`;
  }

  #stopAt(hart: number, signal: number, met?: Watchpoint): string {
    this.#chosen = hart;
    const names: Readonly<Record<WatchKind, string>> = { 2: 'watch', 3: 'rwatch', 4: 'awatch' };
    const why = met === undefined ? '' : `${names[met.kind]}:${met.address.toString(16)};`;
    this.#stop = `T${signal.toString(16).padStart(2, '0')}${why}thread:${threadOf(hart)};`;
    return this.#stop;
  }

  /** Before the first {@link run} of those that follow a request to continue. */
  begin(): void {
    this.#platform.passBreakpoints();
  }

  /** Lets all harts run for a while; what to tell gdb where they stopped. */
  run(forNs: number): string | undefined {
    let met: Watchpoint | undefined;
    const ends = (hart: Hart): boolean => {
      met = this.#met(hart);
      return met !== undefined;
    };
    this.#history.advance(this.#platform.now + forNs, this.#watchpoints.length === 0 ? undefined : ends);
    const { broken } = this.#platform;
    if (broken !== undefined && met !== undefined) return this.#stopAt(broken, SIGTRAP, met);
    return this.#ended ?? this.#breakHere ?? this.#askedOfHost();
  }

  /** Looks for a while for where a breakpoint or watchpoint was met last; what to tell gdb where that was found. */
  runBack(): string | undefined {
    const isWatching = this.#watchpoints.length > 0;
    const watches = (hart: Hart): boolean => watchMet(this.#platform, hart, this.#watchpoints) !== undefined;
    this.#search ??= this.#history.search(
      { breaks: (hart) => this.#breakpoints.has(hart.pc), ...(isWatching && { watches }) },
      (isOn) => this.#platform.setBreakpoints(isOn ? [...this.#breakpoints] : []),
    );
    const { value: found = 'begin' } = this.#search.next();
    if (found === 'searching') return undefined;
    this.#search = undefined;
    if (found === 'begin') return atBegin(this.#stopAt(this.#chosen, SIGTRAP));
    const hart = this.#platform.machine.harts[found.hart];
    const met = hart && watchMet(this.#platform, hart, this.#watchpoints);
    // It comes next again, and is told again.
    this.#passed = '';
    return this.#stopAt(found.hart, SIGTRAP, met);
  }

  get #breakHere(): string | undefined {
    const { broken } = this.#platform;
    return broken === undefined ? undefined : this.#stopAt(broken, SIGTRAP);
  }
  /** Answers HTIF; what to tell gdb where that ends the run, or a breakpoint comes before. */
  #askedOfHost(): string | undefined {
    if (this.#htif?.hasRequest !== true) return undefined;
    this.#history.advance(this.#platform.now + SETTLE_NS);
    const broken = this.#breakHere;
    if (broken !== undefined) return broken;
    const status = this.#history.poll();
    return status === undefined ? undefined : `W${(status & 0xff).toString(16).padStart(2, '0')}`;
  }

  /** gdb wants it to stand. */
  interrupt(): string {
    // It is where it was before it was looked back.
    this.#search?.return();
    this.#search = undefined;
    return this.#stopAt(this.#chosen, SIGINT);
  }

  /** Nobody debugs any more. */
  end(): void {
    this.interrupt();
    this.#breakpoints.clear();
    this.#history.end();
    this.#watchpoints = [];
    this.#platform.setBreakpoints([]);
    this.#platform.passBreakpoints();
  }
}
/** The way back ends here. */
function atBegin(stop: string): string {
  return stop.replace('thread:', 'replaylog:begin;thread:');
}

/** Kind, place and length of a break- or watchpoint. */
function pointOf(text: string): { kind: string; address: bigint; length: number } | undefined {
  const [kind = '', address = '', length = ''] = text.split(',');
  if (!/^[0-9a-f]{1,16}$/i.test(address)) return undefined;
  return { kind, address: BigInt(`0x${address}`), length: hexNumber(length) };
}

function rangeOf(text: string): { address: bigint; length: number } | undefined {
  const [, address, length] = /^([0-9a-f]{1,16}),([0-9a-f]{1,8})$/i.exec(text) ?? [];
  if (address === undefined || length === undefined) return undefined;
  const bytes = hexNumber(length);
  return bytes > MOST_BYTES ? undefined : { address: BigInt(`0x${address}`), length: bytes };
}
