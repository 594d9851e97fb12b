/** How fast a stream goes over TCP from one Linux guest to another, at speed max: by wall time, and by the guests' own. */
import { fileURLToPath } from 'node:url';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { type Figure, type FigureGroup, median } from '../figure.ts';
import { type LinuxGuest, linuxResolver, linuxWith, said, untilSaid, untilShell } from '../linux-guest.ts';
import { hostOnNode, tell } from '../memory/host-on-node.ts';

const MIB = 1 << 20;
const SOURCE = fileURLToPath(new URL('guest/stream.c', import.meta.url));
const PORT = 5001;
const SENT_MIB = 64;
const ROUNDS = 3;
/** What the program says when a call of its fails. */
const GIVE_UP = { failure: 'stream failed', mostSteps: 100_000 } as const;
const VMS = { from: '10.0.0.2', to: '10.0.0.3' } as const;

function vmNamed(name: string, offload: boolean): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'linux' }, memoryBytes: 64 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [{ switch: 'lan', offload }], autostart: true },
  };
}

function typed(host: Host, vm: string, line: string, text: string): void {
  const before = said(host, vm, text);
  tell(host, 'console.input', { vm, text: `${line}\n` });
  untilSaid(host, vm, text, before, GIVE_UP);
}

function booted(software: LinuxGuest, offload: boolean): Host {
  const vms = Object.keys(VMS).map((name) => vmNamed(name, offload));
  const host = hostOnNode(vms, linuxResolver(software), { ramBytes: 256 * MIB, harts: vms.length });
  for (const [vm, address] of Object.entries(VMS)) {
    untilShell(host, vm, GIVE_UP);
    typed(host, vm, `ifconfig eth0 ${address} netmask 255.255.255.0 up; echo is up`, 'is up\r\n');
  }
  return host;
}

/** Sends one stream; how long it took in milliseconds by the wall, and by the guests. */
function stream(host: Host): { readonly wallMs: number; readonly virtualMs: number } {
  typed(host, 'to', `/stream sink ${PORT}`, 'stream ready');
  typed(host, 'from', `/stream source ${VMS.to} ${PORT} ${SENT_MIB}`, 'stream begin');
  const [wall, virtual] = [performance.now(), host.now];
  untilSaid(host, 'from', 'stream done', said(host, 'from', 'stream done'), GIVE_UP);
  const took = { wallMs: performance.now() - wall, virtualMs: (host.now - virtual) / NS_PER_MS };
  untilSaid(host, 'to', `stream got ${SENT_MIB * MIB}`, 0, GIVE_UP);
  return took;
}

/** Of so many milliseconds. */
const megabits = (ms: number): number => Math.round((SENT_MIB * MIB * 8) / 1000 / ms);

function measured(software: LinuxGuest, offload: boolean, say: (text: string) => void): Figure[] {
  const host = booted(software, offload);
  const frames = (): number => host.vm('to')?.devices.counted('net', 'framesIn') ?? 0;
  stream(host);
  const before = frames();
  const rounds = Array.from({ length: ROUNDS }, () => stream(host));
  for (const { wallMs, virtualMs } of rounds)
    say(`${SENT_MIB} MiB: ${Math.round(wallMs)} ms, ${Math.round(virtualMs)} ms of the guests’`);
  const name = `${offload ? '' : 'without offload: '}TCP between two Linux VMs`;
  return [
    { name, value: megabits(median(rounds.map(({ wallMs }) => wallMs))) },
    { name: `${name}, in virtual time`, value: megabits(median(rounds.map(({ virtualMs }) => virtualMs))) },
    { name: `${name}: ether frames received`, value: Math.round((frames() - before) / ROUNDS) },
  ];
}

export const TCP: FigureGroup = {
  id: 'tcp',
  measure({ say }) {
    const software = linuxWith({ source: SOURCE, name: 'stream' });
    if (typeof software === 'string') throw new Error(software);
    return Promise.resolve([true, false].flatMap((offload) => measured(software, offload, say)));
  },
};
