/**
 * VMs that have far more memory together than their host: each writes contents that nothing compresses, and has them verified when
 * others have pushed them out. What counts is that nothing is lost, and that each VM answers after it.
 */
import { PAGE_STATE } from '#base/catalogue/page-states';
import { USUAL_SWAP } from '#base/catalogue/usual';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { GuestFiles } from '#cli/guest-files';
import type { Host } from '#hypervisor/host';
import type { AddressSpace } from '#hypervisor/memory/address-space';
import { softwareResolver } from '#lab/software';
import type { Figure, FigureGroup } from '../figure.ts';
import { consoleOf, hostOnNode, tell } from './host-on-node.ts';

const MIB = 1 << 20;
const S = 1000 * NS_PER_MS;
const STEP_NS = 50 * NS_PER_MS;
const LINUX_VMS = 12;
/** With what its kernel and its programs take, each has touched 24 MiB and more then; a file of 24 MiB does not fit beside them. */
const LINUX_MIB = 22;
const TEACHING_VMS = 64;
const TEACHING_PAGES = 768;

type Say = (text: string) => void;

function several(
  count: number,
  image: string,
  memoryBytes: number,
  more: Partial<VmSpec>,
): readonly VmSpec[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ name: `vm-${at + 1}`, image: { kind: 'builtin', name: image }, memoryBytes, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true, ...more },
  }));
}

function start(vms: readonly VmSpec[], ramBytes: number): Host {
  const files = new GuestFiles('.');
  must(files.load(vms));
  return hostOnNode(vms, softwareResolver(files), { ramBytes, harts: 2, memory: { swap: USUAL_SWAP } });
}

/** Runs until VMs have written what is expected of each, for so long at most; those that have not are told. */
function waitFor(
  host: Host,
  names: readonly string[],
  expected: RegExp,
  mostNs: number,
  say: Say,
): Set<string> {
  const missing = new Set(names);
  for (const end = host.now + mostNs; missing.size > 0 && host.now < end; ) {
    host.advance(host.now + STEP_NS);
    for (const name of missing) if (expected.test(consoleOf(host, name))) missing.delete(name);
  }
  for (const name of missing) {
    const vm = host.vm(name);
    say(
      `${name} ${vm?.state} ${vm?.reason?.code ?? ''}: no ${expected.source}; ${consoleOf(host, name).slice(-200)}`,
    );
  }
  return missing;
}

/** What a Linux has printed between two marks that a line made. */
function printed(host: Host, vm: string, mark: string): string | undefined {
  return new RegExp(`<${mark} ([0-9a-f]{32}) `).exec(consoleOf(host, vm))?.[1];
}

/** In turn: a line to each, and what it answers. A quoted quote keeps what was typed from looking like the answer. */
function inTurn(host: Host, names: readonly string[], mark: string, work: string, say: Say): void {
  for (const vm of names) {
    const from = host.now;
    tell(host, 'console.input', { vm, text: `echo "<"${mark} $(${work}) ">"\n` });
    waitFor(host, [vm], new RegExp(`<${mark} .*>`), 600 * S, say);
    say(`${vm} ${mark}: ${printed(host, vm, mark) ?? '-'} after ${((host.now - from) / S).toFixed(1)} s`);
  }
}

function absentPages({ slots }: AddressSpace): number {
  return slots.reduce((sum, { counts }) => sum + counts[PAGE_STATE.absent]!, 0);
}

function linux(say: Say): Figure[] {
  const vms = several(LINUX_VMS, 'linux-tiny', 32 * MIB, {});
  const names = vms.map(({ name }) => name);
  const host = start(vms, 96 * MIB);
  waitFor(host, names, /~ ?# /, 60 * S, say);
  say(`all have booted after ${(host.now / S).toFixed(1)} s`);
  const mount = 'mkdir /m; mount -t tmpfs -o size=30m memory /m\n';
  for (const vm of names) tell(host, 'console.input', { vm, text: mount });
  host.advance(host.now + S);
  const blocks = LINUX_MIB * 16;
  inTurn(host, names, 'w', `dd if=/dev/urandom bs=64k count=${blocks} 2>/dev/null | tee /m/x | md5sum`, say);
  inTurn(host, names, 'r', 'md5sum < /m/x', say);
  const verified = names.filter((vm) => {
    const wrote = printed(host, vm, 'w');
    return wrote !== undefined && wrote === printed(host, vm, 'r');
  });
  const before = host.now;
  for (const vm of names) tell(host, 'console.input', { vm, text: 'echo alive-$((1 + 1))\n' });
  const silent = waitFor(host, names, /alive-2/, 60 * S, say);
  const touched = host.vms().map(({ memory }) => memory.pages - absentPages(memory));
  return [
    { name: '12 Linux VMs on 96 MiB: touched by each', value: Math.floor(Math.min(...touched) / 25.6) / 10 },
    { name: '12 Linux VMs on 96 MiB: contents verified', value: verified.length },
    { name: '12 Linux VMs on 96 MiB: answer at their shells', value: LINUX_VMS - silent.size },
    { name: '12 Linux VMs on 96 MiB: all answer within', value: (host.now - before) / S },
    { name: '12 Linux VMs on 96 MiB: virtual time', value: Math.round(host.now / S) },
  ];
}

function teaching(say: Say): Figure[] {
  const vms = several(TEACHING_VMS, 'teaching', 4 * MIB, {});
  const names = vms.map(({ name }) => name);
  const host = start(vms, 128 * MIB);
  waitFor(host, names, /\$ $/, 20 * S, say);
  for (const vm of names) tell(host, 'console.input', { vm, text: `wss ${TEACHING_PAGES}\n` });
  const unfilled = waitFor(host, names, /pages are filled and read back/, 300 * S, say);
  say(`all are filled after ${(host.now / S).toFixed(1)} s`);
  host.advance(host.now + 10 * S);
  const verified = names.filter((vm) => !unfilled.has(vm) && !consoleOf(host, vm).includes('does not hold'));
  const before = host.now;
  for (const vm of names) tell(host, 'console.input', { vm, text: '\u0003' });
  host.advance(host.now + S);
  for (const vm of names) tell(host, 'console.input', { vm, text: 'wss 0; help\n' });
  const silent = waitFor(host, names, /Several commands/, 120 * S, say);
  return [
    { name: '64 teaching VMs on 128 MiB: contents verified', value: verified.length },
    { name: '64 teaching VMs on 128 MiB: answer at their shells', value: TEACHING_VMS - silent.size },
    { name: '64 teaching VMs on 128 MiB: all answer within', value: (host.now - before) / S },
  ];
}

export const OVERCOMMIT: FigureGroup = {
  id: 'overcommit',
  measure: ({ say }) => Promise.resolve([...linux(say), ...teaching(say)]),
};
