/**
 * What a scenario says by leaving it out: `fillIn` makes a scenario of a checked document, `shortDocument` the shortest
 * document of a scenario. The defaults belong to version 1 of the format for ever: other ones would change old links.
 */
import { LIMITS } from '#base/catalogue/limits';
import type {
  HostSpec,
  ImageSpec,
  NicSpec,
  Scenario,
  SwitchSpec,
  TimedCommand,
  VmSpec,
} from '#base/scenario';
import type { Registries } from '#hypervisor/registries';
import { shortKind } from './kinds.ts';

/** A type of which only some parts must be given. */
type Given<T, Required extends keyof T> = Pick<T, Required> & Partial<Omit<T, Required>>;

/** A card; without a switch it is at the first of its host. */
export type NicDocument = Partial<NicSpec>;
export interface VmDocument extends Given<Omit<VmSpec, 'nics'>, 'name'> {
  readonly nics?: readonly NicDocument[];
}
export interface HostDocument extends Given<Omit<HostSpec, 'vms'>, 'name'> {
  readonly vms?: readonly VmDocument[];
}
type CommandOn<Op> = Extract<TimedCommand, { readonly op: Op }>;
type OtherOp = Exclude<TimedCommand['op'], 'vm.create' | 'console.input'>;
/** Without a time: at the start. Without a host: at the first. */
export type CommandDocument = { readonly at?: number; readonly host?: number } & (
  | { readonly op: 'vm.create'; readonly args: { readonly vm: VmDocument } }
  | { readonly op: 'console.input'; readonly args: CommandOn<'console.input'>['args'] }
  /** A run of typing: each key with the time since the one before. */
  | {
      readonly op: 'console.typing';
      readonly args: { readonly vm: string; readonly keys: readonly (readonly [number, string])[] };
    }
  | { readonly op: OtherOp; readonly args: { readonly vm: string } }
);
/** A scenario as people and links write it. */
export interface ScenarioDocument extends Given<Omit<Scenario, 'hosts' | 'commands' | 'version'>, never> {
  readonly hosts: readonly HostDocument[];
  readonly commands?: readonly CommandDocument[];
}

const MIB = 1 << 20;

const SCENARIO_DEFAULTS = { title: '', seed: 1, nsPerInstruction: 10, quantumInstructions: 10_000 } as const;
const HOST_DEFAULTS = { ramBytes: 256 * MIB, harts: 1, timeSliceNs: 10_000_000 } as const;
const VM_DEFAULTS = { vcpus: 1, allocation: 'on-demand', autostart: true } as const;
const NO_SWITCHES: readonly SwitchSpec[] = [];

/** The image of a VM that names none. */
const DEFAULT_IMAGE: ImageSpec = { kind: 'builtin', name: 'teaching' };

/** Memory of a VM that names none. */
function defaultMemoryBytes(image: ImageSpec): number {
  return image.kind === 'builtin' && image.name === DEFAULT_IMAGE.name ? 4 * MIB : 32 * MIB;
}

/*
 * What follows writes each object's keys in one order, given or not: a snapshot holds specifications as text, so that the
 * same scenario must have the same text, whether it comes from a link, a file or the page.
 */

/** An entry that is absent when it has no value. */
function maybe<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: T });
}

function fillImage({ kind, name }: ImageSpec): ImageSpec {
  return { kind, name };
}

/** Without any switch, a card at one that no host has: the checks that follow refuse it. */
function fillNic(nic: NicDocument, switches: readonly SwitchSpec[]): NicSpec {
  return {
    switch: nic.switch ?? switches[0]?.name ?? '',
    ...maybe('mac', nic.mac),
    ...maybe('address', nic.address),
  };
}

function fillVm(vm: VmDocument, switches: readonly SwitchSpec[]): VmSpec {
  const image = fillImage(vm.image ?? DEFAULT_IMAGE);
  return {
    name: vm.name,
    image,
    ...maybe('initrd', vm.initrd && fillImage(vm.initrd)),
    memoryBytes: vm.memoryBytes ?? defaultMemoryBytes(image),
    vcpus: vm.vcpus ?? VM_DEFAULTS.vcpus,
    allocation: vm.allocation ?? VM_DEFAULTS.allocation,
    ...maybe('append', vm.append),
    disks: (vm.disks ?? []).map(({ sizeBytes }) => ({ sizeBytes })),
    nics: (vm.nics ?? []).map((nic) => fillNic(nic, switches)),
    autostart: vm.autostart ?? VM_DEFAULTS.autostart,
  };
}

function fillHost(host: HostDocument): HostSpec {
  const switches = (host.switches ?? []).map(({ name }) => ({ name }));
  return {
    name: host.name,
    ramBytes: host.ramBytes ?? HOST_DEFAULTS.ramBytes,
    harts: host.harts ?? HOST_DEFAULTS.harts,
    switches,
    vms: (host.vms ?? []).map((vm) => fillVm(vm, switches)),
    timeSliceNs: host.timeSliceNs ?? HOST_DEFAULTS.timeSliceNs,
    ...maybe('scheduler', host.scheduler),
  };
}

/** The commands that a checked document means: one, or one for each key. */
export function fillCommand(command: CommandDocument, hosts: readonly HostSpec[]): TimedCommand[] {
  const { at = 0, host = 0 } = command;
  if (command.op === 'vm.create') {
    const vm = fillVm(command.args.vm, hosts[host]?.switches ?? NO_SWITCHES);
    return [{ op: command.op, args: { vm }, at, host }];
  }
  if (command.op !== 'console.typing') return [{ ...command, at, host }];
  const { vm, keys } = command.args;
  let time = at;
  return keys.map(([gapNs, text]) => {
    time += gapNs;
    return { op: 'console.input', args: { vm, text }, at: time, host };
  });
}

/** The scenario that a checked document means; of a whole scenario, the same with its keys in order. */
export function fillIn(document: ScenarioDocument): Scenario {
  const hosts = document.hosts.map(fillHost);
  return {
    version: 1,
    title: document.title ?? SCENARIO_DEFAULTS.title,
    seed: document.seed ?? SCENARIO_DEFAULTS.seed,
    nsPerInstruction: document.nsPerInstruction ?? SCENARIO_DEFAULTS.nsPerInstruction,
    quantumInstructions: document.quantumInstructions ?? SCENARIO_DEFAULTS.quantumInstructions,
    hosts,
    commands: (document.commands ?? []).flatMap((command) => fillCommand(command, hosts)),
    ...maybe('layout', document.layout),
  };
}

/** What a document says: entries without a value are not written. */
type Written = Readonly<Record<string, unknown>>;

function written(entries: Written): Written {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** An object without the entries that are as the defaults say. */
function without<T extends object>(value: T, defaults: Partial<T>): Written {
  return Object.fromEntries(
    Object.entries(value).filter(([key, entry]) => entry !== defaults[key as keyof T]),
  );
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A builtin image is its name alone. */
function shortImage(image: ImageSpec | undefined): unknown {
  return image?.kind === 'builtin' ? image.name : image;
}

function shortVm(vm: VmSpec, switches: readonly SwitchSpec[]): Written {
  const { name, image, initrd, disks, nics, ...rest } = vm;
  const isUsual = image.kind === DEFAULT_IMAGE.kind && image.name === DEFAULT_IMAGE.name;
  return written({
    name,
    image: isUsual ? undefined : shortImage(image),
    initrd: shortImage(initrd),
    ...without(rest, { ...VM_DEFAULTS, memoryBytes: defaultMemoryBytes(image) }),
    disks: unlessEmpty(disks),
    nics: unlessEmpty(nics.map((nic) => without(nic, { switch: switches[0]?.name ?? '' }))),
  });
}

function shortHost(host: HostSpec, registries: Registries): Written {
  const { name, switches, vms, scheduler, ...rest } = host;
  return written({
    name,
    ...without(rest, HOST_DEFAULTS),
    scheduler: scheduler && shortKind(registries.schedulers, scheduler),
    switches: unlessEmpty(switches),
    vms: unlessEmpty(vms.map((vm) => shortVm(vm, switches))),
  });
}

function shortCommand(command: TimedCommand, hosts: readonly HostSpec[]): Written {
  const { at, host, op, args } = command;
  const switches = hosts[host]?.switches ?? NO_SWITCHES;
  return {
    ...without({ at, host }, { at: 0, host: 0 }),
    op,
    args: op === 'vm.create' ? { vm: shortVm(args.vm, switches) } : args,
  };
}

/** Commands with runs of typing (the same console, one key after the other) as one each. */
function shortCommands(commands: readonly TimedCommand[], hosts: readonly HostSpec[]): Written[] {
  const short: Written[] = [];
  for (let index = 0; index < commands.length; ) {
    const first = commands[index]!;
    const run = first.op === 'console.input' ? runFrom(commands, index) : [];
    if (first.op === 'console.input' && run.length > 1) {
      const { at, host, args } = first;
      const place = without({ at, host }, { at: 0, host: 0 });
      short.push({ ...place, op: 'console.typing', args: { vm: args.vm, keys: run } });
    } else short.push(shortCommand(first, hosts));
    index += Math.max(run.length, 1);
  }
  return short;
}

/** The keys from a command on that are typed into the same console: time since the one before, and text. */
function runFrom(commands: readonly TimedCommand[], start: number): [number, string][] {
  const first = commands[start]!;
  const keys: [number, string][] = [];
  let last = first.at;
  for (const command of commands.slice(start, start + LIMITS.keysInOneGo)) {
    const isSame = command.host === first.host && command.args.vm === first.args.vm;
    if (command.op !== 'console.input' || !isSame || command.at < last) break;
    keys.push([command.at - last, command.args.text]);
    last = command.at;
  }
  return keys;
}

/** Positions to the pixel: nobody sees more. */
function shortLayout(layout: NonNullable<Scenario['layout']>): Written {
  return Object.fromEntries(
    Object.entries(layout).map(([node, { x, y }]) => [node, { x: Math.round(x), y: Math.round(y) }]),
  );
}

/** The shortest document of a valid scenario, without its version; read again, it means the same scenario. */
export function shortDocument(scenario: Scenario, registries: Registries): Written {
  const { version: _, hosts, commands, layout, ...rest } = scenario;
  return written({
    ...without(rest, SCENARIO_DEFAULTS),
    hosts: hosts.map((host) => shortHost(host, registries)),
    commands: unlessEmpty(shortCommands(commands, hosts)),
    layout: layout === undefined ? undefined : shortLayout(layout),
  });
}
