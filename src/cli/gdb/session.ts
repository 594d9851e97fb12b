/** What gdb asks, and what is answered (GDB manual, appendix E), of whatever it debugs. It knows no socket. */
import { LIMITS } from '#base/catalogue/limits';
import { MOST_PACKET } from './packets.ts';
import type { Point, PointKind, Stop, Target } from './target.ts';

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
/** Bytes that one packet may ask for: two digits each. */
const MOST_BYTES: number = MOST_PACKET / 2 - 16;
/** As gdb numbers what it inserts: breakpoints in software and hardware, watchpoints for stores, loads, both. */
const POINT_KINDS: readonly PointKind[] = ['break', 'break', 'write', 'read', 'access'];
const WATCH_NAMES: Readonly<Record<PointKind, string>> = {
  ...{ break: '', write: 'watch', read: 'rwatch', access: 'awatch' },
};

/** Not a number where the text is anything but digits: `-5` would be a register before the first. */
const hexNumber = (text: string): number =>
  /^[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
/** Threads count from 1; 0 and -1 mean any. */
const threadName = (thread: number): string => (thread + 1).toString(16);

export class GdbSession {
  readonly #target: Target;
  /** Whose registers and memory are meant. */
  #chosen = 0;
  /** Why it stands. */
  #stop: string;
  /** By what gdb calls them: one in software and one in hardware may be at one address. */
  #points: ReadonlyMap<string, Point> = new Map();

  constructor(target: Target) {
    this.#target = target;
    this.#stop = this.#say({ thread: 0 });
  }

  async request(text: string): Promise<Request> {
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
        return this.#threadOf(rest) === undefined ? ERROR : OK;
      case 'g':
        return answer(await this.#target.registers(this.#chosen));
      case 'G':
        return (await this.#target.setRegisters(this.#chosen, rest)) ? OK : ERROR;
      case 'p':
        return answer((await this.#target.register(this.#chosen, hexNumber(rest))) ?? 'E01');
      case 'P': {
        const [number = '', value = ''] = rest.split('=');
        return (await this.#target.setRegister(this.#chosen, hexNumber(number), value)) ? OK : ERROR;
      }
      case 'm': {
        const range = rangeOf(rest);
        if (range === undefined) return ERROR;
        return answer((await this.#target.read(this.#chosen, range.address, range.length)) ?? 'E01');
      }
      case 'M':
        return this.#write(rest);
      case 'Z':
        return this.#place(rest);
      case 'z':
        return this.#remove(rest);
      // To go on elsewhere, gdb sets pc.
      case 'c':
        return rest === '' ? { kind: 'continue' } : ERROR;
      case 's':
        if (rest !== '') return ERROR;
        return answer(this.#say(await this.#target.step(this.#chosen)));
      case 'b':
        return this.#back(text);
      case 'v':
        return this.#vCommand(text);
      case 'D':
        await this.end();
        return { kind: 'detach' };
      case 'k':
        return { kind: 'kill' };
      default:
        return UNKNOWN;
    }
  }

  #query(text: string): Request {
    const { goesBack, description } = this.#target;
    if (text.startsWith('qSupported'))
      return answer(
        `PacketSize=${MOST_PACKET.toString(16)};qXfer:features:read+;hwbreak+;vContSupported+${goesBack ? ';ReverseStep+;ReverseContinue+' : ''}`,
      );
    const part = /^qXfer:features:read:target\.xml:([0-9a-f]+),([0-9a-f]+)$/.exec(text);
    if (part !== null) {
      const [from, length] = [hexNumber(part[1] ?? ''), hexNumber(part[2] ?? '')];
      const piece = description.slice(from, from + Math.min(length, MOST_BYTES));
      return answer(`${from + piece.length < description.length ? 'm' : 'l'}${piece}`);
    }
    const threads = this.#target.threads();
    if (text === 'qfThreadInfo') return answer(`m${threads.map((_, index) => threadName(index)).join(',')}`);
    if (text === 'qsThreadInfo') return answer('l');
    if (text === 'qC') return answer(`QC${threadName(this.#chosen)}`);
    if (text === 'qAttached') return answer('1');
    if (text.startsWith('qThreadExtraInfo,')) {
      const thread = this.#threadOf(text.slice('qThreadExtraInfo,'.length));
      if (thread === undefined) return ERROR;
      return answer(Buffer.from(threads[thread] ?? '').toString('hex'));
    }
    return UNKNOWN;
  }

  #threadOf(thread: string): number | undefined {
    const number = thread.startsWith('-') ? 0 : hexNumber(thread);
    if (number === 0) return this.#chosen;
    return this.#target.threads()[number - 1] === undefined ? undefined : number - 1;
  }
  #choose(thread: string): boolean {
    const found = this.#threadOf(thread);
    if (found !== undefined) this.#chosen = found;
    return found !== undefined;
  }

  async #write(text: string): Promise<Request> {
    const [where = '', digits = ''] = text.split(':');
    const range = rangeOf(where);
    const bytes = Buffer.from(digits, 'hex');
    if (range?.length !== bytes.length) return ERROR;
    return (await this.#target.write(this.#chosen, range.address, bytes)) ? OK : ERROR;
  }

  async #place(text: string): Promise<Request> {
    if (!KNOWN_POINT.test(text)) return UNKNOWN;
    const point = pointOf(text);
    if (point === undefined) return ERROR;
    const points = new Map(this.#points).set(nameOf(text), point);
    if (!(await this.#target.setPoints([...points.values()]))) return NO_ROOM;
    this.#points = points;
    return OK;
  }
  async #remove(text: string): Promise<Request> {
    if (!KNOWN_POINT.test(text)) return UNKNOWN;
    if (pointOf(text) === undefined) return ERROR;
    const points = new Map(this.#points);
    points.delete(nameOf(text));
    this.#points = points;
    await this.#target.setPoints([...points.values()]);
    return OK;
  }

  async #vCommand(text: string): Promise<Request> {
    if (text === 'vCont?') return answer('vCont;c;C;s;S');
    if (!/^vCont(?:;[cCsS][0-9a-f]*(?::-?[0-9a-f]+)?)+$/i.test(text)) return UNKNOWN;
    // One thread does a step, or all go on.
    const step = /;[sS][0-9a-f]*(?::(-?[0-9a-f]+))?/.exec(text);
    if (step === null) return { kind: 'continue' };
    const thread = this.#threadOf(step[1] ?? '0');
    return thread === undefined ? ERROR : answer(this.#say(await this.#target.step(thread)));
  }
  async #back(text: string): Promise<Request> {
    if (!this.#target.goesBack) return UNKNOWN;
    if (text === 'bs') return answer(this.#say(await this.#target.stepBack(this.#chosen)));
    return text === 'bc' ? { kind: 'continue-back' } : UNKNOWN;
  }

  #say(stop: Stop, signal: number = SIGTRAP): string {
    if ('exited' in stop) return `W${(stop.exited & 0xff).toString(16).padStart(2, '0')}`;
    const { thread, met, isBegin } = stop;
    this.#chosen = thread;
    const watched = met === undefined || met.kind === 'break' ? '' : WATCH_NAMES[met.kind];
    const why = watched === '' ? '' : `${watched}:${met?.address.toString(16)};`;
    const begin = isBegin === true ? 'replaylog:begin;' : '';
    this.#stop = `T${signal.toString(16).padStart(2, '0')}${why}${begin}thread:${threadName(thread)};`;
    return this.#stop;
  }

  /** Before the first {@link run} of those that follow a request to continue. */
  begin(): void {
    this.#target.begin();
  }
  /** Lets all run for a while; what to tell gdb where they stopped. */
  async run(forNs: number): Promise<string | undefined> {
    const stop = await this.#target.run(forNs);
    return stop && this.#say(stop);
  }
  /** Looks for a while for where it stopped last; what to tell gdb where that was found. */
  async runBack(): Promise<string | undefined> {
    const stop = await this.#target.runBack(this.#chosen);
    return stop && this.#say(stop);
  }
  /** gdb wants it to stand. */
  interrupt(): string {
    this.#target.interrupt();
    return this.#say({ thread: this.#chosen }, SIGINT);
  }
  /** Nobody debugs any more. */
  async end(): Promise<void> {
    this.#points = new Map();
    await this.#target.end();
  }
}

const KNOWN_POINT = /^[0-4],/;

/** Number and place, by which what was placed is taken away again; of watchpoints the length, too. */
function nameOf(text: string): string {
  const [number = '', address = '', length = ''] = text.split(',');
  return `${number},${BigInt(`0x${address}`)},${Number(number) < 2 ? '' : hexNumber(length)}`;
}

/** Kind, place and length of a break- or watchpoint. */
function pointOf(text: string): Point | undefined {
  const [number = '', address = '', length = ''] = text.split(',');
  const kind = POINT_KINDS[Number(number)];
  if (kind === undefined || !/^[0-9a-f]{1,16}$/i.test(address)) return undefined;
  const bytes = hexNumber(length);
  if (Number.isNaN(bytes) || (kind !== 'break' && (bytes < 1 || bytes > LIMITS.watchedBytes)))
    return undefined;
  return { kind, address: BigInt(`0x${address}`), length: bytes };
}

function rangeOf(text: string): { address: bigint; length: number } | undefined {
  const [, address, length] = /^([0-9a-f]{1,16}),([0-9a-f]{1,8})$/i.exec(text) ?? [];
  if (address === undefined || length === undefined) return undefined;
  const bytes = hexNumber(length);
  return bytes > MOST_BYTES ? undefined : { address: BigInt(`0x${address}`), length: bytes };
}
