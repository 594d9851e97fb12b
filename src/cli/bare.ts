/**
 * `virtlab bare`: firmware, a kernel or a test program on a bare hart, console on standard output. The exit status tells
 * how the program ended: 0 pass, 1 fail or lost, 2 it could not be run, 3 out of instructions.
 */

import { parseArgs } from 'node:util';
import { RAM_BASE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { checkInitrd } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import { DEFAULT_NS_PER_INSTRUCTION, NS_PER_US } from '#base/virtual-time';
import { type GuestImage, parseImage, type Segment } from '#guests/image';
import { disassemble } from '#isa/disassemble';
import { BarePlatform } from '#machine/bare-platform';
import { bareDeviceTree } from '#machine/devices/device-tree/bare-device-tree';
import type { Hart } from '#machine/hart';
import { USUAL_POLICY } from '#machine/usual-policy';
import { engineModule } from './engine.ts';
import { Htif } from './htif.ts';
import { say } from './messages.ts';
import { parseCount, parseSize } from './options.ts';
import { readPath, writePath } from './paths.ts';

export const BARE_OPTIONS = {
  bios: { type: 'string' },
  dtb: { type: 'string' },
  initrd: { type: 'string' },
  append: { type: 'string' },
  memory: { type: 'string', default: '128M' },
  harts: { type: 'string', default: '1' },
  signature: { type: 'string' },
  'max-instructions': { type: 'string' },
  stats: { type: 'boolean', default: false },
  trace: { type: 'boolean', default: false },
} as const;

/** What a bare hart has, for its device tree. */
const HART_EXTENSIONS = [
  ...['i', 'm', 'a', 'f', 'd', 'c', 'h'],
  ...['sstc', 'svinval', 'zba', 'zbb', 'zbs', 'zicntr', 'zicsr', 'zifencei'],
];
/** Where firmware hands over to its payload (OpenSBI's fw_jump, QEMU's convention). */
const PAYLOAD_ADDRESS = RAM_BASE + 0x20_0000;
/** How often `tohost` is looked at while a program runs. */
const POLL_NS = 1_000 * DEFAULT_NS_PER_INSTRUCTION;
/** Where --max-instructions ends a program that executes hardly any: this much time for each of them. */
const MOST_CYCLES = 100;
/** A program may write its halves one after the other: what is there gets this much time to become whole. */
const SETTLE_NS = 8 * DEFAULT_NS_PER_INSTRUCTION;

function readImage(path: string, defaultAddress: number): Result<GuestImage> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const image = parseImage(bytes.value, { flatAddress: defaultAddress });
  return image.ok ? image : { ok: false, error: { ...image.error, where: path } };
}

/**
 * Linkers that are told where text begins put the file's headers into the page before it, which is not RAM when text
 * begins there. Nothing needs the headers.
 */
function withoutHeaders(segment: Segment): Segment {
  const below = RAM_BASE - segment.address;
  if (below <= 0 || below > 4096 || segment.memorySize <= below) return segment;
  return { address: RAM_BASE, memorySize: segment.memorySize - below, data: segment.data.subarray(below) };
}

function loadImage(platform: BarePlatform, image: GuestImage, path: string): Result<number> {
  const { ram } = platform.machine;
  for (const { address, memorySize, data } of image.segments.map(withoutHeaders)) {
    if (!ram.holds(address, Math.max(memorySize, data.length)))
      return fail('image.outsideMemory', { path, address: `0x${address.toString(16)}`, size: memorySize });
    ram.write(address, data);
  }
  return ok(image.entry);
}

/** End of what the images take, for placing initrd and device tree behind them. */
function endOf(images: readonly GuestImage[]): number {
  return Math.max(
    ...images.flatMap(({ segments }) => segments.map(({ address, memorySize }) => address + memorySize)),
  );
}

/** The information structure that fw_dynamic of OpenSBI takes in a2: magic, version, next address, mode, options, boot hart. */
function dynamicInfo(platform: BarePlatform, at: number, next: number): void {
  const words = [0x4942_534f, 2, next, 1, 0, 0];
  words.forEach((value, index) => {
    platform.machine.ram.setU64(at + index * 8, value >>> 0, 0);
  });
}

/** Runs the command; the result is the exit status. */
export function bare(args: readonly string[], print: (text: string) => void): Result<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: BARE_OPTIONS,
    allowPositionals: true,
  });
  const path = positionals[0];
  if (path === undefined || positionals.length > 1) return fail('usage', { command: 'bare' });
  const memory = parseSize(values.memory, 'memory', LIMITS.machineRamBytes);
  const harts = parseCount(values.harts, 'harts', LIMITS.harts);
  const limit = parseCount(values['max-instructions'] ?? '9'.repeat(15), 'max-instructions');
  if (!memory.ok) return memory;
  if (!harts.ok) return harts;
  if (!limit.ok) return limit;

  const platform = new BarePlatform(engineModule(), {
    ramBytes: Math.ceil(memory.value / LIMITS.machineRamBytes.least) * LIMITS.machineRamBytes.least,
    harts: harts.value,
    translate: USUAL_POLICY,
    output: (byte) => process.stdout.write(Uint8Array.of(byte)),
  });
  const started = start(platform, path, values);
  if (!started.ok) return started;
  const startMs = performance.now();
  const status = runToEnd(platform, started.value, limit.value, values.trace, print);
  const elapsedMs = performance.now() - startMs;
  if (values.stats) printStats(platform, elapsedMs, print);
  if (values.signature !== undefined) {
    const written = writeSignature(platform, started.value, path, values.signature);
    if (!written.ok) return written;
  }
  return status;
}

function start(
  platform: BarePlatform,
  path: string,
  values: { bios?: string; dtb?: string; initrd?: string; append?: string },
): Result<GuestImage> {
  const program = readImage(path, values.bios === undefined ? RAM_BASE : PAYLOAD_ADDRESS);
  if (!program.ok) return program;
  const loaded = loadImage(platform, program.value, path);
  if (!loaded.ok) return loaded;
  const images = [program.value];
  let entry = loaded.value;
  if (values.bios !== undefined) {
    const bios = readImage(values.bios, RAM_BASE);
    if (!bios.ok) return bios;
    const biosEntry = loadImage(platform, bios.value, values.bios);
    if (!biosEntry.ok) return biosEntry;
    entry = biosEntry.value;
    images.push(bios.value);
  }
  const { ram, harts } = platform.machine;
  const align = (address: number): number => Math.ceil(address / 0x20_0000) * 0x20_0000;
  let at = align(endOf(images));
  let initrd: { start: number; sizeBytes: number } | undefined;
  if (values.initrd !== undefined) {
    const read = readPath(values.initrd);
    if (!read.ok) return read;
    const bytes = read.value;
    const disk = checkInitrd(bytes);
    if (!disk.ok) return { ok: false, error: { ...disk.error, where: values.initrd } };
    if (!ram.holds(at, bytes.length))
      return fail('image.outsideMemory', {
        path: values.initrd,
        address: `0x${at.toString(16)}`,
        size: bytes.length,
      });
    ram.write(at, bytes);
    initrd = { start: at, sizeBytes: bytes.length };
    at = align(at + bytes.length);
  }
  const tree =
    values.dtb === undefined
      ? ok(
          bareDeviceTree({
            harts: harts.length,
            ramBytes: ram.sizeBytes,
            extensions: HART_EXTENSIONS,
            chosen: { bootargs: values.append ?? '', ...(initrd && { initrd }) },
          }),
        )
      : readPath(values.dtb);
  if (!tree.ok) return tree;
  const dtb = tree.value;
  // The tree lies at the end of RAM when what is loaded leaves no aligned room behind it.
  const dtbAt = ram.holds(at, dtb.length + 4096)
    ? at
    : RAM_BASE + ram.sizeBytes - Math.ceil((dtb.length + 4096) / 4096) * 4096;
  if (ram.holds(dtbAt, dtb.length + 64)) {
    ram.write(dtbAt, dtb);
    dynamicInfo(platform, dtbAt + Math.ceil(dtb.length / 8) * 8, loaded.value);
  }
  harts.forEach((hart, index) => {
    hart.setPc(entry >>> 0, Math.floor(entry / 0x1_0000_0000));
    hart.setX(10, index, 0);
    hart.setX(11, dtbAt >>> 0, 0);
    hart.setX(12, (dtbAt + Math.ceil(dtb.length / 8) * 8) >>> 0, 0);
  });
  return program;
}

function runToEnd(
  platform: BarePlatform,
  image: GuestImage,
  limit: number,
  trace: boolean,
  print: (text: string) => void,
): Result<number> {
  const htif = Htif.of(image, platform.machine.ram, (byte) => process.stdout.write(Uint8Array.of(byte)));
  const { harts } = platform.machine;
  const hart = harts[0];
  const { nsPerInstruction } = platform.machine;
  // Harts that wait for ever execute nothing: time has an end, too.
  const limitNs = limit * nsPerInstruction * MOST_CYCLES;
  const left = (): number =>
    limit - harts.reduce((most, { instructions }) => Math.max(most, instructions), 0);
  const stepNs = trace ? nsPerInstruction : htif === undefined ? 100 * NS_PER_US : POLL_NS;
  /** Traps taken when all harts were found where their handlers begin, or -1. */
  let lostAt = -1;
  let traced = '';
  for (let rest = left(); rest > 0 && platform.now < limitNs; rest = left()) {
    if (trace && hart !== undefined) {
      // A step may pass in waiting for memory.
      const place = `${hart.instructions} ${platform.machine.counters().traps}`;
      if (place !== traced) print(traceLine(platform));
      traced = place;
    }
    // No instruction takes less than a cycle.
    platform.advance(platform.now + Math.min(stepNs, rest * nsPerInstruction));
    if (htif?.hasRequest) platform.advance(platform.now + SETTLE_NS);
    const ended = htif?.poll();
    if (ended !== undefined) {
      if (ended !== 0) print(`${say('testFailed', { number: ended })}\n`);
      return ok(ended === 0 ? 0 : 1);
    }
    if (platform.finish?.kind === 'pass') return ok(0);
    if (platform.finish?.kind === 'fail') return ok(1);
    if (platform.finish?.kind === 'reset') return ok(0);
    // Twice: a program may go to its own handler, once.
    const { traps } = platform.machine.counters();
    if (!harts.every(trapsInItsHandler)) {
      lostAt = -1;
    } else if (lostAt < 0 || traps === lostAt) {
      lostAt = traps;
    } else {
      print(`${say('lost', { harts: harts.map(whereItTraps).join('; ') })}\n`);
      return ok(1);
    }
  }
  print(`${say('outOfInstructions', { limit })}\n`);
  return ok(3);
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

/** The words between `begin_signature` and `end_signature`, as the RISC-V architecture tests want them. */
function writeSignature(
  platform: BarePlatform,
  image: GuestImage,
  program: string,
  path: string,
): Result<null> {
  const { ram } = platform.machine;
  const begin = image.symbols('begin_signature');
  const end = image.symbols('end_signature');
  // Whole words: some programs end in the middle of one. None at all is a signature too.
  const words = begin === undefined || end === undefined ? -1 : Math.ceil((end - begin) / 4);
  if (begin === undefined || words < 0 || !ram.holds(begin, words * 4))
    return fail('signature.missing', { path: program });
  let text = '';
  for (let at = begin; at < begin + words * 4; at += 4)
    text += `${ram.u32(at).toString(16).padStart(8, '0')}\n`;
  return writePath(path, new TextEncoder().encode(text));
}

function printStats(platform: BarePlatform, elapsedMs: number, print: (text: string) => void): void {
  const instructions = platform.machine.harts.reduce((sum, hart) => sum + hart.instructions, 0);
  const { traps, interrupts, tlbMisses, mmio } = platform.machine.counters();
  print(
    `instructions ${instructions}\nmilliseconds ${elapsedMs.toFixed(1)}\nmips ${(instructions / elapsedMs / 1000).toFixed(0)}\n` +
      `traps ${traps}\ninterrupts ${interrupts}\ntlb-misses ${tlbMisses}\nmmio ${mmio}\n`,
  );
}
