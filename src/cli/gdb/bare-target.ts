/** A bare machine for gdb: threads are harts, memory is what a hart sees by its page tables. A step is of one hart, while the others stand. */
import type { BarePlatform } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import { SETTLE_NS } from '../bare-run.ts';
import type { Htif } from '../htif.ts';
import { History, type Search } from './history.ts';
import {
  generalRegisters,
  readRegister,
  TARGET_DESCRIPTION,
  writeGeneralRegisters,
  writeRegister,
} from './registers.ts';
import type { Point, Stop, Target } from './target.ts';
import { watchMet } from './watch.ts';

const MOST_WATCHPOINTS = 16;

export class BareTarget implements Target {
  readonly goesBack: boolean;
  readonly description: string = TARGET_DESCRIPTION;
  readonly #platform: BarePlatform;
  readonly #htif: Htif | undefined;
  readonly #history: History;
  #breakpoints: readonly bigint[] = [];
  #watchpoints: readonly Point[] = [];
  /** Hart and count of instructions where a watchpoint was told of last: it is executed next. */
  #passed = '';
  #search: Generator<Search, void> | undefined;

  /** @param goesBack the past is remembered */
  constructor(platform: BarePlatform, htif: Htif | undefined, goesBack: boolean) {
    this.#platform = platform;
    this.#htif = htif;
    this.goesBack = goesBack;
    this.#history = new History(platform, htif);
    this.#forgetPast();
  }

  #hart(thread: number): Hart {
    const { harts } = this.#platform.machine;
    return harts[thread] ?? harts[0]!;
  }
  threads(): readonly string[] {
    const { harts } = this.#platform.machine;
    return harts.map(({ index, waiting }) => `hart ${index}${waiting ? ' (wfi)' : ''}`);
  }

  registers(thread: number): string {
    return generalRegisters(this.#hart(thread));
  }
  register(thread: number, number: number): string | undefined {
    return readRegister(this.#hart(thread), number);
  }
  setRegisters(thread: number, digits: string): boolean {
    return this.#changed(writeGeneralRegisters(this.#hart(thread), digits));
  }
  setRegister(thread: number, number: number, digits: string): boolean {
    return this.#changed(writeRegister(this.#hart(thread), number, digits));
  }

  /** Pieces of a range that lie in RAM, page by page; undefined unless all of it does. */
  #pieces(thread: number, address: bigint, length: number): { at: number; length: number }[] | undefined {
    const pieces = [];
    for (let done = 0; done < length; ) {
      const from = address + BigInt(done);
      const count = Math.min(length - done, 0x1000 - Number(from & 0xfffn));
      const at = this.#platform.physicalOf(this.#hart(thread), from);
      if (at === undefined || !this.#platform.machine.ram.holds(at, count)) return undefined;
      pieces.push({ at, length: count });
      done += count;
    }
    return pieces;
  }
  read(thread: number, address: bigint, length: number): string | undefined {
    const { ram } = this.#platform.machine;
    const pieces = this.#pieces(thread, address, length);
    return pieces?.map(({ at, length: count }) => Buffer.from(ram.view(at, count)).toString('hex')).join('');
  }
  write(thread: number, address: bigint, bytes: Uint8Array): boolean {
    let done = 0;
    const pieces = this.#pieces(thread, address, bytes.length);
    for (const { at, length } of pieces ?? []) {
      this.#platform.machine.ram.write(at, bytes.subarray(done, done + length));
      done += length;
    }
    return this.#changed(pieces !== undefined);
  }

  setPoints(points: readonly Point[]): boolean {
    const breaks = points.filter(({ kind }) => kind === 'break').map(({ address }) => address);
    const watches = points.filter(({ kind }) => kind !== 'break');
    if (breaks.length > this.#platform.mostBreakpoints || watches.length > MOST_WATCHPOINTS) return false;
    this.#breakpoints = breaks;
    this.#watchpoints = watches;
    this.#platform.setBreakpoints(breaks);
    return true;
  }

  step(thread: number): Stop {
    const hart = this.#hart(thread);
    const met = this.#met(hart);
    if (met === undefined) this.#history.step(hart);
    return this.#ended ?? { thread: hart.index, met };
  }
  stepBack(thread: number): Stop {
    this.#platform.setBreakpoints([]);
    const isBack = this.#history.back(thread);
    this.#platform.setBreakpoints(this.#breakpoints);
    return isBack ? { thread } : { thread, isBegin: true };
  }
  /** A person has changed something: what came before would not lead here. */
  #changed(isDone: boolean): boolean {
    if (isDone) this.#forgetPast();
    return isDone;
  }
  #forgetPast(): void {
    if (this.goesBack) this.#history.begin();
  }

  /** A watchpoint that the next instruction of a hart meets, told once: gdb expects of this architecture to hear before the access. */
  #met(hart: Hart): Point | undefined {
    if (this.#watchpoints.length === 0 || hart.waiting) return undefined;
    const met = watchMet(this.#platform, hart, this.#watchpoints);
    const place = `${hart.index} ${hart.instructions}`;
    if (met === undefined || this.#passed === place) return undefined;
    this.#passed = place;
    return met;
  }

  /** Software has ended the run. */
  get #ended(): Stop | undefined {
    const { finish } = this.#platform;
    return finish === undefined ? undefined : { exited: finish.kind === 'fail' ? 1 : 0 };
  }

  begin(): void {
    this.#platform.passBreakpoints();
  }
  run(forNs: number): Stop | undefined {
    let met: Point | undefined;
    const ends = (hart: Hart): boolean => {
      met = this.#met(hart);
      return met !== undefined;
    };
    this.#history.advance(this.#platform.now + forNs, this.#watchpoints.length === 0 ? undefined : ends);
    const { broken } = this.#platform;
    if (broken !== undefined && met !== undefined) return { thread: broken, met };
    return this.#ended ?? this.#breakHere ?? this.#askedOfHost();
  }
  runBack(thread: number): Stop | undefined {
    const isWatching = this.#watchpoints.length > 0;
    const watches = (hart: Hart): boolean => watchMet(this.#platform, hart, this.#watchpoints) !== undefined;
    this.#search ??= this.#history.search(
      { breaks: (hart) => this.#breakpoints.includes(hart.pc), ...(isWatching && { watches }) },
      (isOn) => this.#platform.setBreakpoints(isOn ? this.#breakpoints : []),
    );
    const { value: found = 'begin' } = this.#search.next();
    if (found === 'searching') return undefined;
    this.#search = undefined;
    if (found === 'begin') return { thread, isBegin: true };
    const met = watchMet(this.#platform, this.#hart(found.hart), this.#watchpoints);
    // It comes next again, and is told again.
    this.#passed = '';
    return { thread: found.hart, met };
  }

  get #breakHere(): Stop | undefined {
    const { broken } = this.#platform;
    return broken === undefined ? undefined : { thread: broken };
  }
  /** Answers HTIF; where that ends the run, or a breakpoint comes before. */
  #askedOfHost(): Stop | undefined {
    if (this.#htif?.hasRequest !== true) return undefined;
    this.#history.advance(this.#platform.now + SETTLE_NS);
    const broken = this.#breakHere;
    if (broken !== undefined) return broken;
    const status = this.#history.poll();
    return status === undefined ? undefined : { exited: status };
  }

  interrupt(): void {
    // It is where it was before it was looked back.
    this.#search?.return();
    this.#search = undefined;
  }
  end(): void {
    this.interrupt();
    this.setPoints([]);
    this.#history.end();
    this.#platform.passBreakpoints();
  }
}
