/**
 * How the parts of a scenario refer to each other: unique names, switches and VMs that exist, sums within bounds. The
 * scenario's shape has been checked before. What only a running host can know (room for fixed memory) is not its affair.
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { HostSpec } from '#base/scenario';
import { type Command, commandNamed } from '#hypervisor/commands';
import type { Registries } from '#hypervisor/registries';
import { checkHostNics } from '#hypervisor/shapes/host-nics';
import { checkNetwork } from '#hypervisor/shapes/network';
import { checkVm } from '#hypervisor/shapes/vm';
import { linkEnd } from './links-between.ts';
import type { Scenario } from './scenario.ts';

/** Checks a scenario that is whole. */
export function checkReferences(scenario: Scenario, registries: Registries): Result<Scenario> {
  for (const check of [checkNames, checkSums, checkHosts, checkLinks, checkCommands]) {
    const result = check(scenario, registries);
    if (!result.ok) return result;
  }
  return ok(scenario);
}

/** The first name that is there twice. */
function checkUnique(names: readonly string[], where: (index: number) => string): Result<null> {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) return fail('scenario.duplicate', { name }, where(index));
    seen.add(name);
  }
  return ok(null);
}

/** VMs, switches and appliances of a host share the names of the topology's nodes. */
function checkNames({ hosts }: Scenario): Result<null> {
  const unique = checkUnique(
    hosts.map(({ name }) => name),
    (index) => `hosts[${index}].name`,
  );
  if (!unique.ok) return unique;
  for (const [at, { switches, appliances = [], vms }] of hosts.entries()) {
    const named = [
      ...switches.map(({ name }, index) => ({ name, where: `hosts[${at}].switches[${index}].name` })),
      ...vms.map(({ name }, index) => ({ name, where: `hosts[${at}].vms[${index}].name` })),
      ...appliances.map(({ name }, index) => ({ name, where: `hosts[${at}].appliances[${index}].name` })),
    ];
    const result = checkUnique(
      named.map(({ name }) => name),
      (index) => named[index]?.where ?? '',
    );
    if (!result.ok) return result;
  }
  return ok(null);
}

function checkSums({ hosts, commands }: Scenario, registries: Registries): Result<null> {
  const creations = commands.filter(
    ({ op, args }) => commandNamed(registries.commands, op)?.creates(args) !== undefined,
  ).length;
  const vms = hosts.reduce((sum, host) => sum + host.vms.length, creations);
  if (vms > LIMITS.vms) return fail('scenario.tooManyVms', { found: vms, limit: LIMITS.vms }, 'hosts');
  const ramBytes = hosts.reduce((sum, host) => sum + host.ramBytes, 0);
  if (ramBytes > LIMITS.totalRamBytes)
    return fail('scenario.tooMuchRam', { found: ramBytes, limit: LIMITS.totalRamBytes }, 'hosts');
  return ok(null);
}

/** A command that is about to be given to a host that runs: what the host itself does not look at. */
export function checkCommand(
  { op, args }: Command,
  host: HostSpec,
  registries: Registries,
  before: readonly Command[] = [],
): Result<null> {
  return commandNamed(registries.commands, op)?.check(args, added(host, before, registries), '') ?? ok(null);
}

/** A host with the switches that commands add to it, whenever they do. */
function added(host: HostSpec, commands: readonly Command[], registries: Registries): HostSpec {
  const names = commands.flatMap(
    ({ op, args }) => commandNamed(registries.commands, op)?.addsSwitch(args) ?? [],
  );
  if (names.length === 0) return host;
  return { ...host, switches: [...host.switches, ...names.map((name) => ({ name }))] };
}

/** Who serves or shows a screen hangs at a switch of its host, and shows each once. */
function checkRemoteDesktops(host: HostSpec, where: string): Result<null> {
  const known = new Set<string>();
  for (const [index, { role, vm, switch: port }] of (host.remoteDesktops ?? []).entries()) {
    const place = `${where}.remoteDesktops[${index}]`;
    if (!host.switches.some(({ name }) => name === port))
      return fail('scenario.noSuchSwitch', { vm, host: host.name, switch: port }, `${place}.switch`);
    if (known.has(`${role} ${vm}`)) return fail('scenario.duplicate', { name: vm }, `${place}.vm`);
    known.add(`${role} ${vm}`);
  }
  return ok(null);
}

function checkHosts({ hosts }: Scenario, registries: Registries): Result<null> {
  for (const [at, host] of hosts.entries()) {
    const network = checkNetwork(host, registries, `hosts[${at}]`);
    if (!network.ok) return network;
    const remote = checkRemoteDesktops(host, `hosts[${at}]`);
    if (!remote.ok) return remote;
    if (host.software !== undefined && host.vms.length > 0)
      return fail('scenario.ownSoftware', { host: host.name }, `hosts[${at}].vms`);
    const nics = checkHostNics(host, `hosts[${at}]`);
    if (!nics.ok) return nics;
    for (const [index, vm] of host.vms.entries()) {
      const result = checkVm(vm, host, `hosts[${at}].vms[${index}]`);
      if (!result.ok) return result;
    }
  }
  return ok(null);
}

/**
 * A link joins switches of two hosts, and is no faster than hosts can hear from each other. Circles are allowed, as those of trunks
 * are: a storm is as much as wires carry and queues hold, and a spanning tree cuts them.
 */
function checkLinks({ hosts, links = [], quantumInstructions, nsPerInstruction }: Scenario): Result<null> {
  const least = quantumInstructions * nsPerInstruction;
  for (const [index, { a, b, delayNs }] of links.entries()) {
    const where = `links[${index}]`;
    const [from, to] = [linkEnd(hosts, a), linkEnd(hosts, b)];
    if (from === undefined) return fail('scenario.noSuchEnd', { found: a }, `${where}.a`);
    if (to === undefined) return fail('scenario.noSuchEnd', { found: b }, `${where}.b`);
    if (from.host === to.host) return fail('scenario.linkInHost', { found: b }, `${where}.b`);
    if (delayNs < least)
      return fail('scenario.linkTooFast', { found: delayNs, limit: least }, `${where}.delayNs`);
  }
  return ok(null);
}

/** A command speaks of a host that is there, and of a VM that is there or that another command creates. */
function checkCommands({ hosts, commands }: Scenario, registries: Registries): Result<null> {
  const known = hosts.map(({ vms }) => new Set(vms.map(({ name }) => name)));
  for (const { op, args, host } of commands) {
    const created = commandNamed(registries.commands, op)?.creates(args);
    if (created !== undefined) known[host]?.add(created.name);
  }
  const grown = hosts.map((host, at) =>
    added(
      host,
      commands.filter((command) => command.host === at),
      registries,
    ),
  );
  for (const [index, command] of commands.entries()) {
    const where = `commands[${index}]`;
    const host = grown[command.host];
    if (host === undefined) return fail('scenario.noSuchHost', { found: command.host }, `${where}.host`);
    if (command.at > LIMITS.commandAtNs.most)
      return fail('scenario.tooLarge', { found: command.at, limit: LIMITS.commandAtNs.most }, `${where}.at`);
    const checked = commandNamed(registries.commands, command.op)?.check(
      command.args,
      host,
      `${where}.args.`,
    );
    if (checked?.ok === false) return checked;
    const vm = vmOf(command, registries);
    if (vm !== undefined && known[command.host]?.has(vm) !== true)
      return fail('scenario.noSuchVm', { vm, host: host.name }, `${where}.args.vm`);
  }
  return ok(null);
}

/** The VM that a command is of. */
function vmOf({ op, args }: Command, registries: Registries): string | undefined {
  const isOfVm = commandNamed(registries.commands, op)?.target === 'vm';
  return isOfVm && 'vm' in args && typeof args.vm === 'string' ? args.vm : undefined;
}
