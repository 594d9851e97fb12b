/**
 * `virtlab bare`: firmware, a kernel or a test program on a bare machine, console on the terminal. The exit status tells
 * how the program ended: 0 pass or left, 1 fail or lost, 2 it could not be run, 3 out of instructions or of time. Several programs run
 * one after the other, each on a machine of its own, with a line for each.
 */

import { parseArgs } from 'node:util';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { GuestImage } from '#guests/image';
import type { OptionalExtension } from '#isa/extensions';
import { trapCauseName } from '#isa/trap-causes';
import { BarePlatform, TRAP_TAKERS } from '#machine/bare-platform';
import type { EngineModule } from '#machine/engine-module';
import { USUAL_POLICY } from '#machine/usual-policy';
import { BareConsole } from './bare-console.ts';
import { bareDisks } from './bare-disks.ts';
import { load } from './bare-load.ts';
import { type BareMachine, type Outcome, runToEnd, STATUS_OF } from './bare-run.ts';
import { engineModule } from './engine.ts';
import { BareTarget } from './gdb/bare-target.ts';
import { type DebugEnd, debug } from './gdb/server.ts';
import { Htif } from './htif.ts';
import { type KeptImages, withKeptImages } from './kept-images.ts';
import { describe, say } from './messages.ts';
import { MOST_PORT, parseCount, parseDuration, parseIsa, parseSize } from './options.ts';
import { writePath } from './paths.ts';
import { Terminal, type Typist } from './terminal.ts';

const BARE_OPTIONS = {
  bios: { type: 'string' },
  dtb: { type: 'string' },
  initrd: { type: 'string' },
  append: { type: 'string' },
  memory: { type: 'string', default: '128M' },
  isa: { type: 'string', default: 'usual' },
  harts: { type: 'string' },
  smp: { type: 'string' },
  disk: { type: 'string', multiple: true },
  'legacy-virtio': { type: 'boolean', default: false },
  for: { type: 'string' },
  gdb: { type: 'string' },
  signature: { type: 'string' },
  'max-instructions': { type: 'string' },
  stats: { type: 'boolean', default: false },
  trace: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: BARE_OPTIONS, allowPositionals: true });
}

/** What every machine of the command is made of. */
interface Setting {
  readonly engine: EngineModule;
  readonly ramBytes: number;
  readonly harts: number;
  readonly extensions: readonly OptionalExtension[];
  readonly limit: number;
  readonly untilNs: number;
  /** Where gdb is waited for. */
  readonly gdbPort: number | undefined;
  readonly trace: boolean;
  readonly values: Values;
}

/** Where is said what is said besides, and where somebody types. */
interface Surroundings {
  readonly print: (text: string) => void;
  readonly openTerminal: () => Typist;
}

/** Runs the command; the result is the exit status. */
export async function bare(
  args: readonly string[],
  print: (text: string) => void,
  openTerminal: () => Typist = () => new Terminal(),
): Promise<Result<number>> {
  const { values, positionals } = parse(args);
  if (positionals.length === 0) return fail('usage', { command: 'bare' });
  const setting = settingOf(values);
  if (!setting.ok) return setting;
  if (positionals.length === 1) {
    const surroundings = { print, openTerminal };
    return withKeptImages(print, (images) =>
      runAlone(positionals[0] ?? '', setting.value, images, surroundings),
    );
  }
  // There is one file to write it to, and one gdb.
  if (values.signature !== undefined || values.gdb !== undefined) return fail('usage', { command: 'bare' });
  return runEach(positionals, setting.value, print);
}

function settingOf(values: Values): Result<Setting> {
  const memory = parseSize(values.memory, 'memory', LIMITS.machineRamBytes);
  const [option, text] = values.harts === undefined ? ['smp', values.smp ?? '1'] : ['harts', values.harts];
  const harts = parseCount(text, option, LIMITS.harts);
  const limit = parseCount(values['max-instructions'] ?? '9'.repeat(15), 'max-instructions');
  const span = values.for === undefined ? ok(Number.POSITIVE_INFINITY) : parseDuration(values.for, 'for');
  const extensions = parseIsa(values.isa);
  if (!memory.ok) return memory;
  if (!extensions.ok) return extensions;
  if (!harts.ok) return harts;
  if (!limit.ok) return limit;
  if (!span.ok) return span;
  const port = values.gdb === undefined ? ok(undefined) : parseCount(values.gdb, 'gdb', MOST_PORT);
  if (!port.ok) return port;
  const { least } = LIMITS.machineRamBytes;
  const ramBytes = Math.ceil(memory.value / least) * least;
  return ok({
    engine: engineModule(),
    ramBytes,
    harts: harts.value,
    extensions: extensions.value,
    limit: limit.value,
    untilNs: span.value,
    gdbPort: port.value,
    trace: values.trace,
    values,
  });
}

/** One program, at the terminal. */
async function runAlone(
  path: string,
  setting: Setting,
  images: KeptImages,
  { print, openTerminal }: Surroundings,
): Promise<Result<number>> {
  const { values } = setting;
  const made = await machineFor(path, setting, images, (bytes) => process.stdout.write(bytes));
  if (!made.ok) return made;
  const { platform, image, console } = made.value;
  const terminal = openTerminal();
  if (terminal.isInteractive) print(`virtlab: ${say('howToLeave')}\n`);
  const startMs = performance.now();
  let outcome: Outcome;
  try {
    await terminal.begun();
    const debugged = await debugFirst(made.value, setting, print);
    if (!debugged.ok) return debugged;
    if (debugged.value === 'killed') return ok(STATUS_OF.left);
    outcome = await runToEnd(made.value, { ...setting, print, terminal });
    console.flush();
  } finally {
    terminal.close();
  }
  const elapsedMs = performance.now() - startMs;
  // Who leaves a machine wants what it wrote, flushed or not.
  for (const disk of platform.disks) disk.flush();
  if ('sentence' in outcome) print(`${outcome.sentence}\n`);
  if (values.stats) printStats(platform, elapsedMs, print);
  if (values.signature !== undefined) {
    const written = writeSignature(platform, image, path, values.signature);
    if (!written.ok) return written;
  }
  return ok(STATUS_OF[outcome.kind]);
}

/** Waits for gdb, where that was asked for, until it lets the program go. */
async function debugFirst(
  machine: BareMachine,
  { gdbPort, values }: Setting,
  print: (text: string) => void,
): Promise<Result<DebugEnd>> {
  if (gdbPort === undefined) return ok('detached');
  const waits = (port: number): void => print(`virtlab: ${say('waitsForGdb', { port })}\n`);
  // What slots of version 1 remember is in no checkpoint.
  const goesBack = !values['legacy-virtio'];
  const { platform, htif, console } = machine;
  const target = new BareTarget(platform, htif, goesBack);
  return debug(target, { port: gdbPort, waits, flush: () => console.flush() });
}

/** Each program on a machine of its own; what they print is not shown. */
async function runEach(
  paths: readonly string[],
  setting: Setting,
  print: (text: string) => void,
): Promise<Result<number>> {
  let worst = 0;
  for (const path of paths) {
    const [status, sentence] = await withKeptImages(
      () => {},
      (images) => runQuietly(path, setting, images, print),
    );
    process.stdout.write(`${path}: ${sentence}\n`);
    worst = Math.max(worst, status);
  }
  return ok(worst);
}

/** Status and what is said of it. */
async function runQuietly(
  path: string,
  setting: Setting,
  images: KeptImages,
  print: (text: string) => void,
): Promise<[status: number, sentence: string]> {
  const made = await machineFor(path, setting, images, () => {});
  if (!made.ok) return [2, describe(made.error)];
  const outcome = await runToEnd(made.value, { ...setting, print });
  for (const disk of made.value.platform.disks) disk.flush();
  const sentence = 'sentence' in outcome ? outcome.sentence : undefined;
  return [STATUS_OF[outcome.kind], sentence ?? say(outcome.kind === 'fail' ? 'failed' : 'passed')];
}

interface Made extends BareMachine {
  readonly image: GuestImage;
}

/** A machine with its disks, and a program in its memory. @param write takes what it prints */
async function machineFor(
  path: string,
  { engine, values, ramBytes, harts, extensions }: Setting,
  images: KeptImages,
  write: (bytes: Uint8Array) => void,
): Promise<Result<Made>> {
  const disks = await bareDisks(values.disk ?? [], images);
  if (!disks.ok) return disks;
  const console = new BareConsole(write);
  const platform = new BarePlatform(engine, {
    ...{ ramBytes, harts, extensions, disks: disks.value, translate: USUAL_POLICY },
    virtio: values['legacy-virtio'] ? 1 : 2,
    output: (byte) => console.put(byte),
  });
  const image = load(platform, path, values);
  if (!image.ok) return image;
  const htif = Htif.of(image.value, platform.machine.ram, (byte) => {
    if (!platform.isRepeating) console.put(byte);
  });
  return ok({ platform, htif, console, image: image.value });
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
  // What software at each level had to do for that above it, where there are several.
  for (const taker of TRAP_TAKERS)
    for (const { code, isInterrupt, count } of platform.traps(taker))
      print(`${taker}-traps ${trapCauseName(code, isInterrupt)} ${count}\n`);
}
