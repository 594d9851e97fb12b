/**
 * What a scenario says by leaving it out: `fillIn` makes a scenario of a checked document, `shortDocument` the shortest
 * document of a scenario. The defaults belong to version 1 of the format for ever: other ones would change old links.
 */

import { LIMITS } from '#base/catalogue/limits';
import type { CommandData, HostSpec, LinkSpec, RemoteDesktopSpec } from '#base/scenario';
import { USUAL_START_DATE } from '#base/start-date';
import { commandNamed } from '#hypervisor/commands';
import type { Registries } from '#hypervisor/registries';
import { fillStorage, shortStorage } from '#hypervisor/shapes/disks';
import { type Given, maybe, unlessEmpty, type Written, without, written } from '#hypervisor/shapes/document';
import { fillHostMemory, type HostMemoryDocument, shortHostMemory } from '#hypervisor/shapes/host-memory';
import { fillHostNic, shortHostNic } from '#hypervisor/shapes/host-nics';
import { shortKind } from '#hypervisor/shapes/kinds';
import {
  fillAppliance,
  fillSwitch,
  fillTrunk,
  shortAppliance,
  shortPort,
  shortSwitch,
  shortTrunk,
} from '#hypervisor/shapes/network';
import { fillPolicy, type PolicyDocument, shortPolicy } from '#hypervisor/shapes/policies';
import { fillVm, shortVm, type VmDocument } from '#hypervisor/shapes/vm';
import { USUAL_BITS_PER_SECOND } from './links-between.ts';
import type { Scenario, TimedCommand } from './scenario.ts';
import { type Key, readTyping, type TypedRun, writeTyping } from './typing.ts';

export interface HostDocument extends Given<Omit<HostSpec, 'vms' | 'memory' | 'policies'>, 'name'> {
  readonly policies?: readonly PolicyDocument[];
  readonly memory?: HostMemoryDocument;
  readonly vms?: readonly VmDocument[];
}
/** Without a time: at the start. Without a host: at the first. */
interface When {
  readonly at?: number;
  readonly host?: number;
}
/** A run of typing as people write it: each key with the time since the one before. */
interface TypingDocument extends When {
  readonly op: 'console.typing';
  readonly args: { readonly vm: string; readonly keys: readonly Key[] };
}
/** The same in few characters, as links have it. */
interface TypedDocument extends When {
  readonly op: 'console.typed';
  readonly args: TypedRun & { readonly vm: string };
}
/** A command whose arguments have the shape that its definition says, or a run of typing. */
export type CommandDocument = (When & CommandData) | TypingDocument | TypedDocument;

/** A scenario as people and links write it. */
export interface ScenarioDocument extends Given<Omit<Scenario, 'hosts' | 'commands' | 'version'>, never> {
  readonly hosts: readonly HostDocument[];
  readonly commands?: readonly CommandDocument[];
}

const MIB = 1 << 20;

const SCENARIO_DEFAULTS = { title: '', seed: 1, nsPerInstruction: 10, quantumInstructions: 10_000 } as const;
const HOST_DEFAULTS = { ramBytes: 256 * MIB, harts: 1, timeSliceNs: 10_000_000 } as const;
/*
 * What follows writes each object's keys in one order, given or not: a snapshot holds specifications as text, so that the
 * same scenario must have the same text, whether it comes from a link, a file or the page.
 */

/** Of a command for a host that there is not: the checks that follow refuse it. */
const NO_HOST: HostSpec = fillHost({ name: '' });

function isTyping(command: CommandDocument): command is TypingDocument {
  return command.op === 'console.typing';
}

function isTyped(command: CommandDocument): command is TypedDocument {
  return command.op === 'console.typed';
}

/** A run of typing however it is written; of a command of another kind nothing. */
function runOf(command: CommandDocument): TypingDocument['args'] | undefined {
  if (isTyping(command)) return command.args;
  // The schema has refused keys that do not fit.
  return isTyped(command) ? { vm: command.args.vm, keys: readTyping(command.args) ?? [] } : undefined;
}

/** How many commands a checked document means. */
export function countCommands(commands: readonly CommandDocument[]): number {
  return commands.reduce((sum, command) => sum + (runOf(command)?.keys.length ?? 1), 0);
}

/** As documents write it, with its keys in order. */
function fillRemoteDesktop({ role, vm, switch: port }: RemoteDesktopSpec): RemoteDesktopSpec {
  return { role, vm, switch: port };
}

function fillHost(host: HostDocument): HostSpec {
  const switches = (host.switches ?? []).map(fillSwitch);
  return {
    name: host.name,
    ramBytes: host.ramBytes ?? HOST_DEFAULTS.ramBytes,
    harts: host.harts ?? HOST_DEFAULTS.harts,
    ...maybe('isa', host.isa === 'usual' ? undefined : host.isa),
    switches,
    ...maybe('trunks', unlessEmpty((host.trunks ?? []).map(fillTrunk))),
    ...maybe('appliances', unlessEmpty((host.appliances ?? []).map(fillAppliance))),
    vms: (host.vms ?? []).map((vm) => fillVm(vm, switches)),
    timeSliceNs: host.timeSliceNs ?? HOST_DEFAULTS.timeSliceNs,
    ...maybe('scheduler', host.scheduler),
    ...maybe('memory', host.memory && fillHostMemory(host.memory)),
    ...maybe('remoteDesktops', unlessEmpty((host.remoteDesktops ?? []).map(fillRemoteDesktop))),
    ...maybe('alarms', unlessEmpty(host.alarms ?? [])),
    ...maybe('storage', host.storage && fillStorage(host.storage)),
    ...maybe('policies', unlessEmpty((host.policies ?? []).map(fillPolicy))),
    ...maybe('software', host.software),
    ...maybe('nics', unlessEmpty((host.nics ?? []).map(fillHostNic))),
  };
}

/** As documents write it, with its keys in order. */
function fillLink({ a, b, delayNs, bitsPerSecond, portA, portB }: LinkSpec): LinkSpec {
  const isUsual = bitsPerSecond === USUAL_BITS_PER_SECOND;
  return {
    ...{ a, b, delayNs, ...maybe('bitsPerSecond', isUsual ? undefined : bitsPerSecond) },
    ...{ ...maybe('portA', portA), ...maybe('portB', portB) },
  };
}

/** The commands that a checked document means: one, or one for each key. */
export function fillCommand(
  command: CommandDocument,
  hosts: readonly HostSpec[],
  { commands }: Registries,
): TimedCommand[] {
  const { at = 0, host = 0 } = command;
  const run = runOf(command);
  if (run !== undefined) {
    const { vm, keys } = run;
    let time = at;
    return keys.map(([gapNs, text]) => {
      time += gapNs;
      return { op: 'console.input', args: { vm, text }, at: time, host };
    });
  }
  const { op, args } = command;
  const filled = commandNamed(commands, op)?.fill(args, hosts[host] ?? NO_HOST);
  return filled === undefined ? [] : [{ op, args: filled, at, host } as TimedCommand];
}

/** The scenario that a checked document means; of a whole scenario, the same with its keys in order. */
export function fillIn(document: ScenarioDocument, registries: Registries): Scenario {
  const hosts = document.hosts.map(fillHost);
  return {
    version: 1,
    title: document.title ?? SCENARIO_DEFAULTS.title,
    seed: document.seed ?? SCENARIO_DEFAULTS.seed,
    nsPerInstruction: document.nsPerInstruction ?? SCENARIO_DEFAULTS.nsPerInstruction,
    quantumInstructions: document.quantumInstructions ?? SCENARIO_DEFAULTS.quantumInstructions,
    ...maybe('date', document.date === USUAL_START_DATE ? undefined : document.date),
    hosts,
    ...maybe('links', unlessEmpty((document.links ?? []).map(fillLink))),
    commands: (document.commands ?? []).flatMap((command) => fillCommand(command, hosts, registries)),
    ...maybe('moment', document.moment),
    ...maybe('layout', document.layout),
    ...maybe('guide', document.guide),
  };
}

function shortHost(host: HostSpec, registries: Registries): Written {
  const { name, switches, trunks, appliances, vms, scheduler, memory, storage, policies, nics, ...rest } =
    host;
  return written({
    name,
    ...without(rest, HOST_DEFAULTS),
    scheduler: scheduler && shortKind(registries.schedulers, scheduler),
    memory: memory && shortHostMemory(memory),
    storage: storage && shortStorage(storage, registries),
    policies: policies?.map(shortPolicy),
    nics: nics?.map((nic) => shortHostNic(nic, registries)),
    switches: unlessEmpty(switches.map((each) => shortSwitch(each, registries))),
    trunks: trunks?.map((trunk) => shortTrunk(trunk, registries)),
    appliances: appliances?.map((appliance) => shortAppliance(appliance, registries)),
    vms: unlessEmpty(vms.map((vm) => shortVm(vm, switches, registries))),
  });
}

function shortLink({ portA, portB, ...link }: LinkSpec, registries: Registries): Written {
  return written({
    ...link,
    portA: portA && shortPort(registries, portA),
    portB: portB && shortPort(registries, portB),
  });
}

function shortCommand(command: TimedCommand, hosts: readonly HostSpec[], registries: Registries): Written {
  const { at, host, op, args } = command;
  return {
    ...without({ at, host }, { at: 0, host: 0 }),
    op,
    args: commandNamed(registries.commands, op)?.short(args, hosts[host] ?? NO_HOST, registries),
  };
}

/** Commands with runs of typing (the same console, one key after the other) as one each. */
function shortCommands(
  commands: readonly TimedCommand[],
  hosts: readonly HostSpec[],
  registries: Registries,
): Written[] {
  const short: Written[] = [];
  for (let index = 0; index < commands.length; ) {
    const first = commands[index]!;
    const run = first.op === 'console.input' ? runFrom(commands, index) : [];
    if (first.op === 'console.input' && run.length > 1) {
      const { at, host, args } = first;
      const place = without({ at, host }, { at: 0, host: 0 });
      short.push({ ...place, op: 'console.typed', args: { vm: args.vm, ...writeTyping(run) } });
    } else short.push(shortCommand(first, hosts, registries));
    index += Math.max(run.length, 1);
  }
  return short;
}

/** The keys from a command on that are typed into the same console: time since the one before, and text. */
function runFrom(commands: readonly TimedCommand[], start: number): Key[] {
  const first = commands[start]!;
  if (first.op !== 'console.input') return [];
  const keys: Key[] = [];
  let last = first.at;
  let characters = 0;
  for (const command of commands.slice(start, start + LIMITS.typedLength)) {
    if (command.op !== 'console.input' || command.at < last) break;
    if (command.host !== first.host || command.args.vm !== first.args.vm) break;
    const { text } = command.args;
    characters += text.length;
    // A key that gave nothing has no place in the text.
    if (text === '' || characters > LIMITS.typedLength) break;
    keys.push([command.at - last, text]);
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
  const { version: _, hosts, links, commands, layout, ...rest } = scenario;
  return written({
    ...without(rest, SCENARIO_DEFAULTS),
    hosts: hosts.map((host) => shortHost(host, registries)),
    links: links?.map((link) => shortLink(link, registries)),
    commands: unlessEmpty(shortCommands(commands, hosts, registries)),
    layout: layout === undefined ? undefined : shortLayout(layout),
  });
}
