/** The page of code around an address of a vCPU, with what the machine knows of each instruction: executed, translated, how often found there. */
import * as v from 'valibot';
import { type Hex64, hex64, parseHex64 } from '#base/hex64';
import { ok } from '#base/result';
import { decode } from '#isa/decode';
import { disassemble } from '#isa/disassemble';
import { exitsOf } from '../../cpu/stops.ts';
import type { Host } from '../../host.ts';
import { readGuest } from '../../memory/guest-bytes.ts';
import { isTranslating } from '../../memory/vsatp.ts';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { ADDRESS } from '../../shapes/values.ts';
import type { CodeNames } from '../../vm/image.ts';
import type { Vm } from '../../vm/vm.ts';
import type { Vcpu } from '../vcpu.ts';
import type { DisassembledLine, VcpuRegisters } from './registers.ts';

/** An instruction, and what the machine knows of it. */
export interface CodeLine extends DisassembledLine {
  /** The symbol that begins here. */
  readonly label?: string;
  /** Where a jump or a branch leads, and the symbol there, as `name` or `name+0x10`. */
  readonly target?: Hex64;
  readonly targetSymbol?: string;
  /** Executed since its page was last decoded anew. */
  readonly executed: boolean;
  /** A part of translated code. */
  readonly translated: boolean;
  /** Times that a hart was found here at the end of a quantum. */
  readonly samples: number;
}

/** The page of code around an address. */
export interface CodeView {
  readonly mode: VcpuRegisters['mode'];
  readonly pc: Hex64;
  /** The symbol at `pc`, as `name` or `name+0x10`, where the image names any. */
  readonly symbol?: string;
  /** `vsatp`: the address space that the vCPU is in. */
  readonly space: Hex64;
  /** Instructions that the vCPU has retired. */
  readonly instructions: number;
  /** Exits of the vCPU, of any reason. */
  readonly exits: number;
  /** Where the page begins. */
  readonly page: Hex64;
  /** Its instructions; empty where it does not translate. */
  readonly lines: readonly CodeLine[];
  /** Samples of all code of the host that count now. */
  readonly samples: number;
}

interface Args {
  /** The page of pc unless said. */
  readonly address?: Hex64;
}

export const code: Question<'code', OfVcpu & Args, CodeView> = defineVcpuQuestion<'code', CodeView, Args>({
  id: 'code',
  text: {
    en: 'the page of code around an address of a vCPU, or around its pc',
    zh: '某个 vCPU 的地址（或 pc）所在的代码页',
  },
  more: { address: v.exactOptional(ADDRESS) },
  ask(vm, vcpu, { address }, host) {
    const parsed = address === undefined ? ok(undefined) : parseHex64(address);
    if (!parsed.ok) return parsed;
    const names = host.namesIn(vm);
    if (isTranslating(vcpu.csrHi('vsatp')))
      return ok(codeAround({ host, vm, vcpu, symbols: names }, parsed.value));
    // A kernel that does not translate yet is where it was loaded, whatever it was linked for.
    const where = parsed.value && (names.loadedAt(parsed.value.lo, parsed.value.hi) ?? parsed.value);
    return ok(codeAround({ host, vm, vcpu, symbols: names.asLoaded() }, where));
  },
});

const PAGE = 4096;
const HALFWORD = 2;

interface Place {
  readonly host: Host;
  readonly vm: Vm;
  readonly vcpu: Vcpu;
  /** Of the VM's image. */
  readonly symbols: CodeNames;
}

/** A page as an answer needs it. All its addresses have the same upper half. */
interface CodePage {
  readonly lo: number;
  readonly hi: number;
  readonly spa: number;
  /** Two bytes more than the page where the next one is there: an instruction may reach into it. */
  readonly view: DataView;
  /** By halfword: an instruction is known to begin here. */
  readonly anchors: Uint8Array;
}

/** What stands at an offset: an instruction, or a halfword that belongs to none. */
interface Item {
  readonly at: number;
  readonly length: 2 | 4;
  readonly isCode: boolean;
}

function rawAt({ view }: CodePage, { at, length }: Item): number {
  return length === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
}

/** What stands at an offset. Lengths can only be read forwards; where one would swallow a known beginning, it was none. */
function itemAt({ view, anchors }: CodePage, at: number): Item {
  const isLong = (view.getUint16(at, true) & 3) === 3;
  const half = at / HALFWORD;
  if (isLong && anchors[half] === 0 && anchors[half + 1] === 1) return { at, length: 2, isCode: false };
  if (isLong && at + 4 > view.byteLength) return { at, length: 2, isCode: false };
  return { at, length: isLong ? 4 : 2, isCode: true };
}

function sweep(page: CodePage, from: number): Item[] {
  const items: Item[] = [];
  const end = Math.min(PAGE, page.view.byteLength - 1);
  for (let at = from; at < end; ) {
    const item = itemAt(page, at);
    items.push(item);
    at += item.length;
  }
  return items;
}

function oddities(page: CodePage, items: readonly Item[]): number {
  return items.reduce(
    (sum, item) => sum + (item.isCode && decode(rawAt(page, item)) !== undefined ? 0 : 1),
    0,
  );
}

/** Everything on a page. Its first halfword may be the end of an instruction: of two readings the one with less nonsense is right. */
function itemsOf(page: CodePage): Item[] {
  const whole = sweep(page, 0);
  if (page.anchors[0] === 1 || whole[0]?.length !== 4) return whole;
  const later: Item[] = [{ at: 0, length: 2, isCode: false }, ...sweep(page, HALFWORD)];
  return oddities(page, later) < oddities(page, whole) ? later : whole;
}

function pageAt({ host, vm, vcpu }: Place, lo: number, hi: number, known: readonly number[]): CodePage {
  // Code of the kernel is there to be looked at while a process runs, and the other way round.
  const walks = [false, true].map((user) => ({ user, ...vm.walk(vcpu, lo, hi, 'execute', user) }));
  const { user, spa } = walks.find(({ fault }) => fault === undefined) ?? walks[0]!;
  const bytes = readGuest(vm, vcpu, lo, hi, PAGE + HALFWORD, 'execute', user);
  const anchors = new Uint8Array(PAGE / HALFWORD + 1);
  for (let half = 0; half < PAGE / HALFWORD && bytes.length > 0; half++)
    anchors[half] = host.machine.codeState(spa + half * HALFWORD).executed ? 1 : 0;
  for (const offset of known) anchors[offset / HALFWORD] = 1;
  return { lo, hi, spa, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), anchors };
}

function nameOf(symbols: CodeNames, lo: number, hi: number): string | undefined {
  const place = symbols.at(lo, hi);
  if (place === undefined) return undefined;
  return place.offset === 0 ? place.name : `${place.name}+0x${place.offset.toString(16)}`;
}

interface Target {
  readonly target: Hex64;
  readonly targetSymbol?: string;
}

/** A place at a distance from an offset of the page. */
function targetAt({ symbols }: Place, { lo, hi }: CodePage, distance: number): Target {
  const sum = lo + distance;
  const [low, high] = [sum >>> 0, (hi + Math.floor(sum / 0x1_0000_0000)) >>> 0];
  const name = nameOf(symbols, low, high);
  return { target: hex64(low, high), ...(name === undefined ? {} : { targetSymbol: name }) };
}

/** Where an instruction leads: a jump or branch by itself, `jalr` when the instruction before it made its address. */
function targetOf(place: Place, page: CodePage, item: Item, before: Item | undefined): Target | undefined {
  const decoded = item.isCode ? decode(rawAt(page, item)) : undefined;
  if (decoded === undefined) return undefined;
  const { effect, name } = decoded.instruction;
  if (effect.kind === 'branch' || effect.kind === 'jump')
    return targetAt(place, page, item.at + decoded.immediate);
  if (name !== 'jalr' || before?.isCode !== true) return undefined;
  const upper = decode(rawAt(page, before));
  if (upper?.instruction.name !== 'auipc' || upper.rd !== decoded.rs1) return undefined;
  return targetAt(place, page, before.at + upper.immediate + decoded.immediate);
}

function textOf(page: CodePage, item: Item, bytes: string, target: Target | undefined): string {
  const raw = rawAt(page, item);
  const decoded = item.isCode ? decode(raw) : undefined;
  if (decoded === undefined) return `${item.length === 4 ? '.word' : '.half'} 0x${bytes}`;
  const text = disassemble(raw, 0);
  // `jalr` has its parts as operands.
  const isWhole = target !== undefined && decoded.instruction.name !== 'jalr';
  return isWhole ? text.replace(/\S+$/, target.target) : text;
}

function lineOf(
  place: Place,
  page: CodePage,
  items: readonly Item[],
  index: number,
  label: string | undefined,
): CodeLine {
  const { machine, heat } = place.host;
  const item = items[index]!;
  const bytes = rawAt(page, item)
    .toString(16)
    .padStart(item.length * 2, '0');
  const target = targetOf(place, page, item, items[index - 1]);
  return {
    address: hex64(page.lo + item.at, page.hi),
    bytes,
    text: textOf(page, item, bytes, target),
    ...(label === undefined ? {} : { label }),
    ...target,
    ...machine.codeState(page.spa + item.at),
    samples: heat.at(page.spa + item.at),
  };
}

/** @param where undefined: the page of pc */
function codeAround(place: Place, where: { readonly lo: number; readonly hi: number } | undefined): CodeView {
  const { host, vm, vcpu, symbols } = place;
  const { mode, pc } = vm.registers(vcpu);
  const [pcLo, pcHi] = [pc[0] >>> 0, pc[1] >>> 0];
  const lo = (where?.lo ?? pcLo) >>> 0;
  const hi = (where?.hi ?? pcHi) >>> 0;
  const base = (lo & ~(PAGE - 1)) >>> 0;
  const known = where === undefined ? [] : [lo - base - (lo % HALFWORD)];
  if (pcHi === hi && pcLo >= base && pcLo < base + PAGE) known.push(pcLo - base);
  const page = pageAt(place, base, hi, known);
  const items = itemsOf(page);
  const labels = symbols.inPage(base, hi);
  const symbol = nameOf(symbols, pcLo, pcHi);
  host.heat.watch();
  return {
    mode,
    pc: hex64(pcLo, pcHi),
    ...(symbol === undefined ? {} : { symbol }),
    space: hex64(vcpu.csrLo('vsatp'), vcpu.csrHi('vsatp')),
    instructions: vcpu.instructions,
    exits: exitsOf(vcpu),
    page: hex64(base, hi),
    lines: items.map((item, index) => lineOf(place, page, items, index, labels.get(item.at))),
    samples: host.heat.total,
  };
}
