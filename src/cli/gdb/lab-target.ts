/**
 * A VM of a lab for gdb: threads are its vCPUs, memory is what they see through their tables and those of the hypervisor. The lab stands while gdb
 * does; when it runs, all of it does, and a step of a vCPU lets the others go on meanwhile. Registers and memory are looked at and not
 * changed: a lab is what its scenario and its commands make of it. The way back is the same run again, from where gdb came.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '#base/result';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import type { AnswerOf } from '#hypervisor/questions';
import { CSRS } from '#isa/csrs';
import type { Lab } from '#lab/lab';
import { type Back, type Before, runBack, type WentBack } from '#lab/running-back';
import { describeTarget, FIRST_CSR, FIRST_F, hex, PC, PRIVILEGE } from './registers.ts';
import type { Point, Stop, Target } from './target.ts';

type Registers = AnswerOf<'registers'>;
type Breakpoint = Extract<Back, { readonly kind: 'stop' }>['breakpoints'][number];

const [UXL_64, FS, SD] = [2n << 32n, 0x6000n, 1n << 63n] as const;
/** A vCPU may wait for so long before its next instruction. */
const LONGEST_STEP_NS = 60 * NS_PER_S;
const PART_NS: number = 10 * NS_PER_MS;
/** Of one question. */
const MOST_BYTES = 4096;
/** Between two looks for an interrupt while it goes back, in milliseconds. */
const LOOK_MS = 20;
/** How often it is asked whether the VM runs. */
const PARTS_BETWEEN_LOOKS = 50;

/** What a guest calls the registers that the machine calls by these names (privileged spec 18.2). */
const GUEST_NAMES: readonly string[] = [
  'status',
  'tvec',
  'scratch',
  'epc',
  'cause',
  'tval',
  'atp',
  'timecmp',
];
const STORED_AS: ReadonlyMap<string, string> = new Map(GUEST_NAMES.map((name) => [`s${name}`, `vs${name}`]));
/** Those that only the hypervisor has beside them. */
const OF_HYPERVISOR = /^(?:vs|h)/;
const SHOWN: typeof CSRS = CSRS.filter(
  ({ name }) =>
    STORED_AS.has(name) || OF_HYPERVISOR.test(name) || ['fcsr', 'scounteren', 'senvcfg'].includes(name),
);
const DESCRIPTION: string = describeTarget(SHOWN);

export interface LabTargetOptions {
  readonly host: number;
  readonly vm: string;
  readonly vcpus: number;
  /** The lab as it was when gdb came. */
  readonly again: () => Promise<Result<Lab>>;
}

export class LabTarget implements Target {
  readonly goesBack = true;
  readonly description: string = DESCRIPTION;
  readonly #options: LabTargetOptions;
  #lab: Lab;
  #points: readonly Point[] = [];
  /** By vCPU, as long as the lab stands. */
  #seen: (Registers | undefined)[] = [];
  #parts = 0;
  /** The way back that somebody waits for: one that was interrupted may take a while to notice, and another may have begun. */
  #way: symbol | undefined;
  #search: Promise<Stop> | undefined;

  constructor(lab: Lab, options: LabTargetOptions) {
    this.#lab = lab;
    this.#options = options;
  }

  /** The lab as it is now: where it went back, it is another one. */
  get lab(): Lab {
    return this.#lab;
  }

  threads(): readonly string[] {
    return Array.from({ length: this.#options.vcpus }, (_, index) => `${this.#options.vm}: vCPU ${index}`);
  }

  async #registers(vcpu: number): Promise<Registers | undefined> {
    const { host, vm } = this.#options;
    const known = this.#seen[vcpu];
    if (known !== undefined) return known;
    const answer = await this.#lab.answer(host, 'registers', { vm, vcpu });
    if (answer.ok) this.#seen[vcpu] = answer.value.value;
    return this.#seen[vcpu];
  }
  async registers(thread: number): Promise<string> {
    const seen = await this.#registers(thread);
    return [...(seen?.x ?? Array<string>(PC).fill('0x0')), seen?.pc ?? '0x0'].map(hex).join('');
  }
  async register(thread: number, number: number): Promise<string | undefined> {
    const seen = await this.#registers(thread);
    if (seen === undefined) return undefined;
    if (number < PC) return hex(seen.x[number] ?? '0x0');
    if (number === PC) return hex(seen.pc);
    if (number < FIRST_CSR) return hex(seen.f[number - FIRST_F] ?? '0x0');
    if (number === PRIVILEGE) return hex(seen.mode === 'VU' ? '0x0' : '0x1');
    const name = SHOWN.find(({ address }) => address === number - FIRST_CSR)?.name ?? '';
    const value = seen.csrs.find((each) => each.name === (STORED_AS.get(name) ?? name))?.value;
    if (value === undefined) return undefined;
    // Bits that are made when software reads it (privileged spec 3.1.6.6, 10.1.1.2).
    const isStatus = name === 'sstatus' || name === 'vsstatus';
    return hex(isStatus ? BigInt(value) | UXL_64 | ((BigInt(value) & FS) === FS ? SD : 0n) : value);
  }
  setRegisters(): boolean {
    return false;
  }
  setRegister(): boolean {
    return false;
  }

  async read(thread: number, address: bigint, length: number): Promise<string | undefined> {
    const { host, vm } = this.#options;
    let digits = '';
    for (let done = 0; done < length; ) {
      const bytes = Math.min(MOST_BYTES, length - done);
      const from = `0x${BigInt.asUintN(64, address + BigInt(done)).toString(16)}`;
      const asked = { vm, vcpu: thread, space: 'gva', address: from, bytes } as const;
      const answer = await this.#lab.answer(host, 'memory', asked);
      if (!answer.ok || answer.value.value.length < bytes) return undefined;
      digits += Buffer.from(answer.value.value).toString('hex');
      done += bytes;
    }
    return digits;
  }
  write(): boolean {
    return false;
  }

  #breakpoints(points: readonly Point[] = this.#points): Breakpoint[] {
    const { vm } = this.#options;
    return points.map(({ kind, address, length }): Breakpoint => {
      const at = { vm, address: `0x${address.toString(16)}` };
      return kind === 'break'
        ? { kind: 'address', ...at }
        : { kind: 'watch', ...at, length, access: kind === 'access' ? 'any' : kind };
    });
  }
  async setPoints(points: readonly Point[]): Promise<boolean> {
    const request = { kind: 'breakpoints', breakpoints: this.#breakpoints(points) } as const;
    const { ok: isTaken } = await this.#lab.debug(this.#options.host, request);
    // What was refused is not looked for on the way back either.
    if (isTaken) this.#points = points;
    return isTaken;
  }

  /** Where the lab stands, if it does. */
  #stopped(): Stop | undefined {
    const { host, vm } = this.#options;
    const stop = this.#lab.hosts[host]?.status.stop;
    if (stop === undefined) return undefined;
    const { watched } = stop;
    const met = this.#points.find(
      ({ kind, address }) => kind !== 'break' && `0x${address.toString(16)}` === watched?.address,
    );
    return { thread: stop.vm === vm ? stop.vcpu : 0, met: watched && met };
  }

  async step(thread: number): Promise<Stop> {
    const { host, vm } = this.#options;
    const request = { kind: 'step', vm, vcpu: thread, unit: 'instruction', patient: true } as const;
    this.#seen = [];
    if (!(await this.#lab.debug(host, request)).ok) return (await this.#ended()) ?? { thread };
    for (const end = this.#lab.now + LONGEST_STEP_NS; this.#lab.now < end; ) {
      await this.#lab.advance(this.#lab.now + PART_NS);
      const stop = this.#stopped() ?? (await this.#ended());
      if (stop !== undefined) return stop;
    }
    return { thread };
  }

  begin(): void {
    this.#parts = 0;
  }
  async run(forNs: number): Promise<Stop | undefined> {
    this.#seen = [];
    if (this.#parts === 0)
      for (const host of this.#lab.hosts.keys()) await this.#lab.debug(host, { kind: 'go-on' });
    await this.#lab.advance(this.#lab.now + forNs);
    this.#parts += 1;
    return this.#stopped() ?? (this.#parts % PARTS_BETWEEN_LOOKS === 0 ? this.#ended() : undefined);
  }
  /** The VM does not run any more. */
  async #ended(): Promise<Stop | undefined> {
    const answer = await this.#lab.answer(this.#options.host, 'vms', {});
    const vm = answer.ok ? answer.value.value.find(({ spec }) => spec.name === this.#options.vm) : undefined;
    if (vm?.state === 'running' || vm?.state === 'paused') return undefined;
    return { exited: vm?.state === 'failed' ? 1 : 0 };
  }

  stepBack(thread: number): Promise<Stop> {
    return this.#back(thread, { kind: 'step', unit: 'instruction' });
  }
  async runBack(thread: number): Promise<Stop | undefined> {
    this.#search ??= this.#back(thread, { kind: 'stop', breakpoints: this.#breakpoints() });
    const found = await Promise.race([this.#search, sleep(LOOK_MS, undefined)]);
    if (found !== undefined) this.#search = undefined;
    return found;
  }
  async #back(thread: number, back: Back): Promise<Stop> {
    const { host, vm, again } = this.#options;
    const way = Symbol('way back');
    this.#way = way;
    const before: Before = {
      open: again,
      pause: async () => {
        await sleep(0);
        return this.#way !== way;
      },
    };
    const went = await runBack(this.#lab, { host, vm, vcpu: thread }, back, before);
    if (!went.ok) return { thread };
    if (this.#way === way) return this.#goOnWith(thread, went.value);
    went.value.lab.close();
    return { thread };
  }
  async #goOnWith(thread: number, { lab, isBegin }: WentBack): Promise<Stop> {
    this.#lab.close();
    this.#lab = lab;
    this.#seen = [];
    const stop = this.#stopped() ?? { thread };
    await this.setPoints(this.#points);
    return isBegin ? { ...stop, isBegin } : stop;
  }

  interrupt(): void {
    this.#way = undefined;
    this.#search = undefined;
  }
  async end(): Promise<void> {
    this.interrupt();
    await this.setPoints([]);
    for (const host of this.#lab.hosts.keys()) await this.#lab.debug(host, { kind: 'go-on' });
  }
}
