/**
 * `virtlab vm`: one VM on a host of its own, its console on the terminal. At full speed while the guest works; while it
 * waits, virtual time keeps pace with the wall clock, which decides nothing else. Exit status: 0 the guest shut down (or
 * was left), 1 the VM failed, 2 it could not be run.
 */

import { existsSync } from 'node:fs';
import { parse, relative, resolve } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { DiskSpec, HostSpec, ImageSpec, KindSpec, VmSpec } from '#base/scenario';
import { startSeconds } from '#base/start-date';
import { DEFAULT_NS_PER_INSTRUCTION, DEFAULT_QUANTUM_INSTRUCTIONS, NS_PER_MS } from '#base/virtual-time';
import { BUILTIN_GUESTS, builtinGuest } from '#guests/catalogue';
import { Host, type Vm } from '#hypervisor/host';
import { laterParts, REGISTRIES } from '#hypervisor/registries';
import { parseShape } from '#hypervisor/shapes/parse';
import { checkVm, fillVm, vmShape } from '#hypervisor/shapes/vm';
import { softwareResolver } from '#lab/software';
import { USUAL_POLICY } from '#machine/usual-policy';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';
import { layerOf } from './image-layer.ts';
import { type KeptImages, withKeptImages } from './kept-images.ts';
import { describe, say } from './messages.ts';
import { parseCount, parseDuration, parseSize } from './options.ts';
import { END_AFTER_NS, LINE_AFTER_NS, Terminal } from './terminal.ts';
import { cpuFrom } from './vm-cpu.ts';
import { cardFrom, deviceFrom, diskFrom } from './vm-devices.ts';
import { vmProblem } from './vm-problems.ts';

const VM_OPTIONS = {
  initrd: { type: 'string' },
  memory: { type: 'string' },
  vcpus: { type: 'string', default: '1' },
  'max-vcpus': { type: 'string' },
  harts: { type: 'string' },
  cpu: { type: 'string' },
  scheduler: { type: 'string' },
  append: { type: 'string' },
  disk: { type: 'string', multiple: true },
  card: { type: 'string', multiple: true },
  device: { type: 'string', multiple: true },
  virtqueues: { type: 'string' },
  date: { type: 'string' },
  for: { type: 'string' },
} as const;

const NAME = 'vm';
const MIB = 1 << 20;
const DEFAULT_MEMORY = 32 * MIB;
/** What of a host's RAM the VM cannot have: page tables and the hypervisor's own. */
const HOST_OVERHEAD = 4 * MIB;

/** How often console and keyboard are looked at. */
const SLICE_NS = 10 * NS_PER_MS;
/** A slice in which no more than this share is used counts as waiting. */
const IDLE_SHARE = 0.5;

interface Boot {
  readonly host: Host;
  readonly vm: Vm;
  /** Virtual time at which to leave. */
  readonly untilNs: number;
}

/** What a VM's software and disks come from. */
interface Sources {
  readonly files: GuestFiles;
  readonly images: KeptImages;
}

/** Runs the command; the result is the exit status. */
export function vm(args: readonly string[], print: (text: string) => void): Promise<Result<number>> {
  return withKeptImages(print, (images) => run(args, images, print));
}

async function run(
  args: readonly string[],
  images: KeptImages,
  print: (text: string) => void,
): Promise<Result<number>> {
  const booted = await boot(args, images);
  if (!booted.ok) return booted;
  const terminal = new Terminal();
  if (terminal.isInteractive) print(`virtlab: ${say('howToLeave')}\n`);
  try {
    await play(booted.value, terminal, print);
  } finally {
    terminal.close();
  }
  // Who leaves a VM wants what it wrote, flushed or not.
  for (const disk of booted.value.vm.devices.layered.values()) disk.flush();
  return ok(statusOf(booted.value.vm, print));
}

async function boot(args: readonly string[], images: KeptImages): Promise<Result<Boot>> {
  const { values, positionals } = parseArgs({ args: [...args], options: VM_OPTIONS, allowPositionals: true });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'vm' });
  const image = imageOf(source);
  if (!image.ok) return image;
  const builtin = image.value.kind === 'builtin' ? builtinGuest(image.value.name) : undefined;
  const memory =
    values.memory === undefined
      ? ok(builtin?.defaultMemoryBytes ?? DEFAULT_MEMORY)
      : parseSize(values.memory, 'memory', LIMITS.vmMemoryBytes);
  const vcpus = parseCount(values.vcpus, 'vcpus', LIMITS.vcpus);
  const maxVcpus = parseCount(values['max-vcpus'] ?? values.vcpus, 'max-vcpus', LIMITS.vcpus);
  const harts = parseCount(values.harts ?? '1', 'harts', LIMITS.harts);
  const span = values.for === undefined ? ok(Number.POSITIVE_INFINITY) : parseDuration(values.for, 'for');
  if (!memory.ok) return memory;
  if (!vcpus.ok) return vcpus;
  if (!maxVcpus.ok) return maxVcpus;
  if (!harts.ok) return harts;
  const scheduler = schedulerOf(values.scheduler);
  if (!scheduler.ok) return scheduler;
  const cpu = cpuFrom(values.cpu ?? '');
  if (!cpu.ok) return cpu;
  if (!span.ok) return span;
  const { date } = values;
  if (date !== undefined && startSeconds(date) === undefined)
    return fail('scenario.badDate', { found: JSON.stringify(date) });
  const files = new GuestFiles(FILES_ROOT);
  const disks = await disksOf(values.disk ?? [], { files, images });
  if (!disks.ok) return disks;
  const parts = partsOf({
    cpu: cpu.value,
    disks: disks.value,
    nics: (values.card ?? []).map(cardFrom),
    devices: (values.device ?? []).map(deviceFrom),
    ...(values.virtqueues === undefined ? {} : { virtqueues: values.virtqueues }),
  });
  if (!parts.ok) return parts;
  const spec: VmSpec = {
    name: NAME,
    image: image.value,
    ...(values.initrd === undefined ? {} : { initrd: fileSpec(values.initrd) }),
    memoryBytes: Math.ceil(memory.value / PAGE_SIZE) * PAGE_SIZE,
    vcpus: vcpus.value,
    ...(maxVcpus.value === vcpus.value ? {} : { maxVcpus: maxVcpus.value }),
    allocation: 'on-demand',
    ...(values.append === undefined ? {} : { append: values.append }),
    ...parts.value,
    autostart: false,
  };
  // As many harts as vCPUs, unless something else is asked for.
  const wanted = values.harts === undefined ? maxVcpus.value : harts.value;
  await laterParts(REGISTRIES).comeFor([spec, scheduler.value]);
  const settings = {
    harts: Math.min(wanted, LIMITS.harts),
    untilNs: span.value,
    ...scheduler.value,
    ...(date === undefined ? {} : { date }),
  };
  return start(spec, settings, { files, images });
}

/** The scheduler of the host, if one is named. */
function schedulerOf(kind: string | undefined): Result<Pick<Settings, 'scheduler'>> {
  if (kind === undefined) return ok({});
  const choices = REGISTRIES.schedulers.map(({ id }) => id);
  return choices.includes(kind)
    ? ok({ scheduler: { kind } })
    : fail('option.choice', { option: 'scheduler', choices: choices.join(', '), text: kind });
}

/** Devices and a part of the CPUs as they were asked for, if they can be. */
function partsOf(
  document: object,
): Result<Pick<VmSpec, 'cpu' | 'disks' | 'nics' | 'devices' | 'virtqueues'>> {
  const parsed = parseShape(vmShape(REGISTRIES), { name: NAME, ...document });
  if (!parsed.ok) return parsed;
  const { cpu, disks, nics, devices, virtqueues } = fillVm(parsed.value, []);
  return ok({
    ...{ disks, nics },
    ...(cpu === undefined ? {} : { cpu }),
    ...(devices === undefined ? {} : { devices }),
    ...(virtqueues === undefined ? {} : { virtqueues }),
  });
}

/** A guest of the catalogue by its name, or else a file. */
function imageOf(source: string): Result<ImageSpec> {
  if (builtinGuest(source) !== undefined) return ok({ kind: 'builtin', name: source });
  if (existsSync(source)) return ok(fileSpec(source));
  return fail('vm.noImage', { source, builtin: Object.keys(BUILTIN_GUESTS).join(', ') });
}

/** Disks on images, where what is written goes with the VM, or into the image; and empty ones. */
async function disksOf(texts: readonly string[], { files, images }: Sources): Promise<Result<DiskSpec[]>> {
  const disks: DiskSpec[] = [];
  for (const [number, text] of texts.entries()) {
    const said = diskFrom(text);
    if (!said.ok) return said;
    if ('sizeBytes' in said.value) {
      disks.push(said.value);
      continue;
    }
    const { path, keeps, settings } = said.value;
    const name = `disk-${number}`;
    const layer = await layerOf({ path, keeps, name }, images);
    if (!layer.ok) return layer;
    files.giveLayer(layer.value);
    disks.push({
      sizeBytes: layer.value.sizeBytes,
      content: { kind: 'layered', layer: layer.value.name, ...(keeps ? { keep: name } : {}) },
      ...settings,
    });
  }
  return ok(disks);
}

/** Files are named from the root, since kernel and RAM disk may lie anywhere. */
const FILES_ROOT: string = parse(process.cwd()).root;
function fileSpec(path: string): ImageSpec {
  return { kind: 'file', name: relative(FILES_ROOT, resolve(path)) };
}

interface Settings {
  readonly harts: number;
  /** Virtual time at which to leave. */
  readonly untilNs: number;
  readonly scheduler?: KindSpec;
  /** What clocks show at the beginning. */
  readonly date?: string;
}

function start(
  spec: VmSpec,
  { harts, untilNs, scheduler, ...dated }: Settings,
  { files, images }: Sources,
): Result<Boot> {
  const wanted = Math.ceil((spec.memoryBytes * 1.01 + HOST_OVERHEAD) / MIB) * MIB;
  // The largest VMs have more memory than a host can hold of them at a time.
  const ramBytes = Math.min(Math.max(wanted, LIMITS.hostRamBytes.least), LIMITS.hostRamBytes.most);
  const loaded = files.load([spec]);
  if (!loaded.ok) return loaded;
  const switches = [...new Set(spec.nics.map((nic) => nic.switch))].map((name) => ({ name }));
  const store = { bytes: files.bytes.bind(files), keeper: images.keeper.bind(images) };
  const hostSpec: HostSpec = {
    ...{ name: 'host', ramBytes, harts, switches, vms: [], timeSliceNs: 10 * NS_PER_MS },
    ...(scheduler === undefined ? {} : { scheduler }),
  };
  const checked = checkVm(spec, hostSpec, 'vm');
  if (!checked.ok) return checked;
  const host = Host.create(
    engineModule(),
    hostSpec,
    {
      seed: 1,
      nsPerInstruction: DEFAULT_NS_PER_INSTRUCTION,
      quantumInstructions: DEFAULT_QUANTUM_INSTRUCTIONS,
      ...dated,
    },
    { software: softwareResolver(store), shared: false, translate: USUAL_POLICY },
  );
  const created = host.execute({ op: 'vm.create', args: { vm: spec } });
  if (!created.ok) return created;
  const started = host.execute({ op: 'vm.start', args: { vm: spec.name } });
  if (!started.ok) return started;
  const running = host.vm(spec.name);
  return running === undefined ? fail('no-such-vm', { vm: spec.name }) : ok({ host, vm: running, untilNs });
}

/** Lets the VM run, and carries bytes between it and the terminal, until it stops, is left, or has nothing more to do. */
async function play(
  { host, vm, untilNs }: Boot,
  terminal: Terminal,
  print: (text: string) => void,
): Promise<void> {
  let position = 0;
  let waitingSince = 0;
  while (vm.state === 'running' && host.now < untilNs && !terminal.left) {
    const before = { now: host.now, busyNs: busyNs(host), wallMs: performance.now() };
    host.advance(Math.min(untilNs, before.now + SLICE_NS));
    const output = vm.console.since(position);
    position = output.position;
    if (output.dropped > 0) print(`virtlab: ${say('dropped', { bytes: output.dropped })}\n`);
    terminal.write(output.bytes);

    const passedNs = host.now - before.now;
    const usedNs = busyNs(host) - before.busyNs;
    if (usedNs > passedNs * IDLE_SHARE || output.bytes.length > 0) waitingSince = host.now;
    const waitedNs = host.now - waitingSince;
    const typed = terminal.take(waitedNs >= LINE_AFTER_NS);
    if (typed !== '') {
      const taken = host.execute({ op: 'console.input', args: { vm: NAME, text: typed } });
      if (!taken.ok) print(`virtlab: ${describe(taken.error)}\n`);
      waitingSince = host.now;
    } else if (terminal.ended) {
      if (untilNs === Number.POSITIVE_INFINITY && waitedNs >= END_AFTER_NS) return;
    }
    // Time in which the guest waits passes as on a clock, unless nobody can type; time in which it works costs what it costs.
    const idleNs = terminal.ended ? 0 : passedNs - usedNs;
    const restMs = idleNs / NS_PER_MS - (performance.now() - before.wallMs);
    await (idleNs > passedNs * IDLE_SHARE && restMs >= 1 ? sleep(restMs) : nextTurn());
  }
}

/** Time of all harts in which they had something to do. */
function busyNs(host: Host): number {
  return host.cpus.reduce((sum, { guestNs, hypervisorNs }) => sum + guestNs + hypervisorNs, 0);
}

function statusOf(vm: Vm, print: (text: string) => void): number {
  const problem = vmProblem(vm);
  if (problem !== undefined) print(`virtlab: ${describe(problem)}\n`);
  return problem === undefined ? 0 : 1;
}
