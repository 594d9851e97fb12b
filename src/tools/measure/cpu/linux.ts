/** What a Linux says of its CPU in /proc/stat, against what its host counts and shows: stolen time beside others, and utilisation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { must } from '#base/fixtures/must';
import type { HostSpec, VmSpec } from '#base/scenario';
import type { Host } from '#hypervisor/host';
import type { MetricTable } from '#hypervisor/monitor/questions/metrics';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';
import { linuxResolver } from '../linux-guest.ts';
import { consoleOf, hostOnNode, tell } from '../memory/host-on-node.ts';
import { MS } from './bare-host.ts';

const MIB = 1 << 20;
const VM = 'a';
/** USER_HZ: /proc/stat counts hundredths of a second. */
const TICK_NS = 10 * MS;
const MOST_NS = 120_000 * MS;

function linuxVm(name: string): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'linux' }, memoryBytes: 32 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
  };
}

/** Runs until a VM has written something that it had not before; what was found. */
function answered(host: Host, vm: string, line: string, answer: RegExp): RegExpExecArray {
  const from = consoleOf(host, vm).length;
  tell(host, 'console.input', { vm, text: `${line}\n` });
  for (const until = host.now + MOST_NS; host.now < until; host.advance(host.now + MS / 2)) {
    const found = answer.exec(consoleOf(host, vm).slice(from));
    if (found !== null) return found;
  }
  throw new Error(`${vm} does not answer to ${line}`);
}

function booted(names: readonly string[], more: Partial<HostSpec>): Host {
  const cache = process.env['VIRTLAB_GUESTS_CACHE'];
  if (cache === undefined)
    throw new Error('VIRTLAB_GUESTS_CACHE does not say where packaged Linux files are');
  const unpacked = (file: string): Uint8Array =>
    new Uint8Array(brotliDecompressSync(readFileSync(join(cache, `${file}.br`))));
  const software = linuxResolver({ kernel: unpacked('Image-tiny'), initrd: unpacked('initrd-lab.cpio') });
  const host = hostOnNode(names.map(linuxVm), software, {
    ...{ ramBytes: 160 * MIB, harts: 1 },
    ...more,
  });
  for (const vm of names) answered(host, vm, 'echo up-$((1 + 1))', /up-2/);
  return host;
}

/** The counts of /proc/stat in nanoseconds: user, nice, system, idle, iowait, irq, softirq, steal. */
function statOf(host: Host): readonly number[] {
  const [, counts = ''] = answered(host, VM, 'head -1 /proc/stat', /cpu +((?:\d+ ){8})/);
  return counts
    .trim()
    .split(' ')
    .map((count) => Number(count) * TICK_NS);
}
const busyNs = ([user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0]: readonly number[]): number =>
  user + nice + system + irq + softirq;

/** Beside three others that are busy as well. */
function stealOff(say: (text: string) => void): number {
  const host = booted([VM, 'b', 'c', 'd'], { timeSliceNs: MS });
  for (const vm of ['b', 'c', 'd'])
    tell(host, 'console.input', { vm, text: 'while true; do i=$((i + 1)); done\n' });
  const read = (): { guest: number; account: number } => {
    const guest = statOf(host)[7] ?? 0;
    return { guest, account: host.vm(VM)?.vcpus[0]?.stealNs ?? 0 };
  };
  const before = read();
  answered(host, VM, 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; echo done-$i', /done-20000/);
  const after = read();
  const [guest, account] = [after.guest - before.guest, after.account - before.account];
  say(`stolen: ${guest / MS} ms says the guest, ${(account / MS).toFixed(1)} ms says its host`);
  return Math.abs(guest / account - 1) * 100;
}

/** Of a guest that works and sleeps in turns: what the page shows (the mean of the samples of its charts), in hundredths of a CPU. */
function utilisationOff(say: (text: string) => void): number {
  const host = booted([VM], {});
  const fromNs = host.now;
  const before = statOf(host);
  const work = 'j=0; while [ $j -lt 1500 ]; do j=$((j + 1)); done';
  answered(
    host,
    VM,
    `i=0; while [ $i -lt 30 ]; do ${work}; sleep 0.1; i=$((i + 1)); done; echo done-$i`,
    /done-30/,
  );
  const after = statOf(host);
  const spanNs = host.now - fromNs;
  const guest = (busyNs(after) - busyNs(before)) / spanNs;
  const { rows } = must(host.ask('metrics', { vm: VM, metrics: ['cpu'] })).value as MetricTable;
  const shown = rows.flatMap(([at = 0, value = 0]) => (at > fromNs && at <= host.now ? [value] : []));
  const page = shown.reduce((sum, value) => sum + value, 0) / shown.length;
  say(
    `utilisation over ${(spanNs / MS).toFixed(0)} ms: ${(100 * guest).toFixed(2)} % says the guest, ${(100 * page).toFixed(2)} % the page`,
  );
  return Math.abs(page - guest) * 100;
}

export const LINUX: FigureGroup = {
  id: 'linux',
  measure: ({ say }) => {
    const figures: Figure[] = [
      { name: 'Linux: stolen time against the account of its host', value: rounded(stealOff(say)) },
      { name: 'Linux: utilisation against what the page shows', value: rounded(utilisationOff(say)) },
    ];
    return Promise.resolve(figures);
  },
};
