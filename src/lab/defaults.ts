/**
 * What a scenario says by leaving it out: `fillIn` makes a scenario of a checked document, `shortDocument` the shortest
 * document of a scenario. The defaults belong to version 1 of the format for ever: other ones would change old links.
 */
import type {
  DiskSpec,
  HostSpec,
  ImageSpec,
  NicSpec,
  Scenario,
  SwitchSpec,
  TimedCommand,
  VmSpec,
} from '#base/scenario';

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
type OtherCommand = Exclude<TimedCommand, { readonly op: 'vm.create' }>;
/** Without a time: at the start. Without a host: at the first. */
export type CommandDocument = { readonly at?: number; readonly host?: number } & (
  | { readonly op: 'vm.create'; readonly args: { readonly vm: VmDocument } }
  | { readonly op: 'console.input'; readonly args: { readonly vm: string; readonly text: string } }
  | {
      readonly op: Exclude<OtherCommand['op'], 'console.input'>;
      readonly args: { readonly vm: string };
    }
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
const NO_DISKS: readonly DiskSpec[] = [];
const NO_SWITCHES: readonly SwitchSpec[] = [];

/** The image of a VM that names none. */
const DEFAULT_IMAGE: ImageSpec = { kind: 'builtin', name: 'teaching' };

/** Memory of a VM that names none. */
function defaultMemoryBytes(image: ImageSpec): number {
  return image.kind === 'builtin' && image.name === DEFAULT_IMAGE.name ? 4 * MIB : 32 * MIB;
}

/** A card at a switch that no host has (the checks that follow refuse it) when there is no switch at all. */
function fillNic(nic: NicDocument, switches: readonly SwitchSpec[]): NicSpec {
  return { ...nic, switch: nic.switch ?? switches[0]?.name ?? '' };
}

function fillVm(vm: VmDocument, switches: readonly SwitchSpec[]): VmSpec {
  const image = vm.image ?? DEFAULT_IMAGE;
  return {
    ...VM_DEFAULTS,
    memoryBytes: defaultMemoryBytes(image),
    disks: NO_DISKS,
    ...vm,
    image,
    nics: (vm.nics ?? []).map((nic) => fillNic(nic, switches)),
  };
}

function fillHost(host: HostDocument): HostSpec {
  const switches = host.switches ?? NO_SWITCHES;
  return {
    ...HOST_DEFAULTS,
    ...host,
    switches,
    vms: (host.vms ?? []).map((vm) => fillVm(vm, switches)),
  };
}

function fillCommand(command: CommandDocument, hosts: readonly HostSpec[]): TimedCommand {
  const place = { at: command.at ?? 0, host: command.host ?? 0 };
  if (command.op !== 'vm.create') return { ...command, ...place };
  const vm = fillVm(command.args.vm, hosts[place.host]?.switches ?? NO_SWITCHES);
  return { op: command.op, args: { vm }, ...place };
}

/** The scenario that a checked document means. */
export function fillIn(document: ScenarioDocument): Scenario {
  const hosts = document.hosts.map(fillHost);
  return {
    version: 1,
    ...SCENARIO_DEFAULTS,
    ...document,
    hosts,
    commands: (document.commands ?? []).map((command) => fillCommand(command, hosts)),
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

function shortHost(host: HostSpec): Written {
  const { name, switches, vms, ...rest } = host;
  return written({
    name,
    ...without(rest, HOST_DEFAULTS),
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

/** Positions to the pixel: nobody sees more. */
function shortLayout(layout: NonNullable<Scenario['layout']>): Written {
  return Object.fromEntries(
    Object.entries(layout).map(([node, { x, y }]) => [node, { x: Math.round(x), y: Math.round(y) }]),
  );
}

/** The shortest document of a valid scenario, without its version; read again, it means the same scenario. */
export function shortDocument(scenario: Scenario): Written {
  const { version: _, hosts, commands, layout, ...rest } = scenario;
  return written({
    ...without(rest, SCENARIO_DEFAULTS),
    hosts: hosts.map(shortHost),
    commands: unlessEmpty(commands.map((command) => shortCommand(command, hosts))),
    layout: layout === undefined ? undefined : shortLayout(layout),
  });
}
