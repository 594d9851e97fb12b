/**
 * The program of the overhead account in a VM, on a host of its own: the VM comes to where the program waits to begin. Where several runs
 * differ by a setting alone, that host is saved there, and each run is of one that was made from the same bytes. What is read is what the
 * host's own accounts have between the two marks.
 */

import { RAM_BASE } from '#base/addresses';
import { type DiskWay, isPassedThrough } from '#base/catalogue/disk-ways';
import type { OverheadRun } from '#base/catalogue/overhead';
import { invariant, ok, type Result } from '#base/result';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { assemble } from '#isa/assemble';
import type { Host } from '../host.ts';
import type { ExitDetail } from '../monitor/exit-details.ts';
import type { SoftwareResolver } from '../vm/image.ts';
import type { Vm } from '../vm/vm.ts';
import type { RunCounts } from './account.ts';
import * as map from './memory-map.ts';
import type { OverheadProgram } from './program.ts';
import { DISK_BYTES, MOST_NS, type Surroundings } from './surroundings.ts';

const VM = 'program';
const NEIGHBOUR = 'neighbour';
const DISK = 'disk0';
const SWITCH = 'lan';
/** Room for what a host needs beside both VMs, and for whole runs of frames. */
const RAM_BYTES = 32 << 20;
/** A leaf of 2 MiB is made each 100 ms at most: so long the VM stands paused, which costs it nothing. */
const LEAVES_NS = 1000 * NS_PER_MS;

const BUSY = 'again: addi a0, a0, 1\n j again';

function softwareOf(program: Uint8Array): SoftwareResolver {
  const busy = assemble(BUSY, RAM_BASE);
  invariant(busy.ok, 'the busy neighbour can be assembled');
  const bytes: Readonly<Record<string, Uint8Array>> = { [VM]: program, [NEIGHBOUR]: busy.value.bytes };
  return {
    load: ({ name }) => {
      const data = bytes[name] ?? program;
      const segments = [{ address: RAM_BASE, data, memorySize: data.length }];
      return ok({ image: { kind: 'flat', entry: RAM_BASE, segments }, bootargs: '' });
    },
  };
}

/** What its program drives. */
function deviceOf(work: OverheadRun['work'], way: DiskWay): Pick<VmSpec, 'nics'> | Pick<VmSpec, 'disks'> {
  return work === 'card' ? { nics: [{ switch: SWITCH, way }] } : { disks: [{ sizeBytes: DISK_BYTES, way }] };
}

function specOf({ way, work, isFixed }: OverheadRun, { spec, disk }: Surroundings): HostSpec {
  const whole = way !== undefined && isPassedThrough({ way });
  const plain: VmSpec = {
    ...{ name: VM, image: { kind: 'builtin', name: VM }, memoryBytes: map.memoryBytes(work), vcpus: 1 },
    ...{
      allocation: isFixed === true || whole ? 'fixed' : 'on-demand',
      disks: [],
      nics: [],
      autostart: true,
    },
  };
  const vm = way === undefined ? plain : { ...plain, ...deviceOf(work, way) };
  // It is there in every one of these hosts, so that all begin in the same way; it runs where that is what is looked at.
  const neighbour: VmSpec = {
    ...plain,
    allocation: 'on-demand',
    name: NEIGHBOUR,
    memoryBytes: 2 << 20,
    autostart: false,
  };
  return {
    ...{
      name: 'overhead',
      ramBytes: RAM_BYTES,
      harts: 1,
      switches: [{ name: SWITCH }],
      vms: [vm, neighbour],
      ...spec,
    },
    storage: [{ ...disk, name: DISK, sizeBytes: DISK_BYTES }],
  };
}

/** What a VM has come to so far. */
interface Totals {
  readonly now: VirtualNs;
  readonly instructions: number;
  readonly runNs: VirtualNs;
  readonly heldUpNs: VirtualNs;
  readonly own: number;
  readonly host: number;
  readonly hart: Required<RunCounts>['hart'];
  readonly exits: readonly ExitDetail[];
}

function totalsOf(host: Host, { slot, vcpus, exitDetails }: Vm): Totals {
  const [vcpu] = vcpus;
  const [cpu] = host.cpus;
  invariant(vcpu !== undefined && cpu !== undefined, 'there is a vCPU, and a hart');
  const [, , , own = 0, g = 0] = cpu.tlb.of(slot);
  const { instructions, runNs, stealNs, blockedNs } = vcpu;
  const { guestNs, hypervisorNs, idleNs } = cpu;
  return {
    ...{ now: cpu.hart.now, instructions, runNs, heldUpNs: stealNs + blockedNs, own, host: g },
    hart: { guestNs, hypervisorNs, idleNs },
    exits: exitDetails.list(),
  };
}

/** Exits since those that were counted before. */
function exitsSince(before: readonly ExitDetail[], after: readonly ExitDetail[]): ExitDetail[] {
  return after.flatMap((exit) => {
    const was = before.find(({ reason, detail }) => reason === exit.reason && detail === exit.detail);
    const count = exit.count - (was?.count ?? 0);
    return count === 0 ? [] : [{ ...exit, count, costNs: exit.costNs - (was?.costNs ?? 0) }];
  });
}

/** Runs it, from the saved beginning to its end. */
export function runInVm(run: OverheadRun, program: OverheadProgram, options: Surroundings): RunCounts {
  const { host: asked, settings } = options;
  const software = softwareOf(program.bytes);
  const first = asked.createBeside(specOf(run, options), settings, software);
  const word = (host: Host, address: number): number => host.vm(VM)?.memory.readU32(address) ?? 0;
  while (first.now < MOST_NS && word(first, map.BOARD + map.READY) !== 1)
    first.advance(first.now + NS_PER_MS);
  const saved = isShared(run) ? first.snapshot() : undefined;
  const host = saved === undefined ? first : restored(asked.restoreBeside(saved, software));
  const vm = host.vm(VM);
  invariant(vm !== undefined, 'the VM is there');
  prepare(run, host);
  vm.memory.writeU32(map.BOARD + map.GO, 1);
  runTo(host, vm, program.begin);
  const before = totalsOf(host, vm);
  runTo(host, vm, program.end);
  const after = totalsOf(host, vm);
  host.stops.resume();
  while (host.now < MOST_NS && word(host, map.BOARD + map.DONE) !== 1) host.advance(host.now + NS_PER_MS);
  const elapsedNs = after.now - before.now;
  const runNs = after.runNs - before.runNs;
  const heldUpNs = after.heldUpNs - before.heldUpNs;
  return {
    ...(saved === undefined ? {} : { beginning: host.hashBytes(saved) }),
    ...{ elapsedNs, runNs, heldUpNs, waitedNs: elapsedNs - runNs - heldUpNs },
    instructions: after.instructions - before.instructions,
    hart: {
      guestNs: after.hart.guestNs - before.hart.guestNs,
      hypervisorNs: after.hart.hypervisorNs - before.hart.hypervisorNs,
      idleNs: after.hart.idleNs - before.hart.idleNs,
    },
    references: { own: after.own - before.own, host: after.host - before.host },
    exits: exitsSince(before.exits, after.exits),
    board: map.readBoard((address) => word(host, address)),
  };
}

/** Several runs go on from the same beginning. */
function isShared({ work, isBare }: OverheadRun): boolean {
  return isBare !== true && work === 'memory';
}
function restored(host: Result<Host>): Host {
  invariant(host.ok, 'a host comes back from what it has saved');
  return host.value;
}

/** What is another than usual, set while the VM waits to begin. */
function prepare({ setting }: OverheadRun, host: Host): void {
  const tell = (op: string, args: object): void => {
    invariant(host.execute({ op, args }).ok, `${op} can be carried out`);
  };
  if (setting === 'neighbour') tell('vm.start', { vm: NEIGHBOUR });
  if (setting !== 'huge-pages') return;
  tell('vm.pause', { vm: VM });
  tell('host.setHugePages', { on: true });
  host.advance(host.now + LEAVES_NS);
  tell('host.setHugePages', { on: false });
  tell('vm.resume', { vm: VM });
}

function runTo(host: Host, { slot }: Vm, address: number): void {
  host.stops.runTo({ slot, lo: address >>> 0, hi: Math.floor(address / 0x1_0000_0000) });
  while (host.stops.stopped === undefined && host.now < MOST_NS) host.advance(host.now + 10 * NS_PER_MS);
}
