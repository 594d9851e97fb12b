/** Linux guests at one switch, with the program that sends streams and floods. */
import { fileURLToPath } from 'node:url';
import type { NicSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import type { SwitchPort } from '#hypervisor/network/switch-port';
import { type LinuxGuest, linuxResolver, linuxWith, said, untilSaid, untilShell } from '../linux-guest.ts';
import { consoleOf, hostOnNode, tell } from '../memory/host-on-node.ts';

const MIB = 1 << 20;
const SOURCE = fileURLToPath(new URL('guest/stream.c', import.meta.url));
const PORT = 5001;
/** What the program says when a call of its fails. */
const GIVE_UP = { failure: 'stream failed', mostSteps: 100_000 } as const;

/** The software, or an exception that says why there is none. */
export function streamSoftware(): LinuxGuest {
  const software = linuxWith({ source: SOURCE, name: 'stream' });
  if (typeof software === 'string') throw new Error(software);
  return software;
}

/** The address of a guest by its place. */
const addressOf = (place: number): string => `10.0.0.${place + 2}`;

/** Types a line at a shell, and waits until the guest says a text. */
export function typed(host: Host, vm: string, line: string, text: string): void {
  const before = said(host, vm, text);
  tell(host, 'console.input', { vm, text: `${line}\n` });
  untilSaid(host, vm, text, before, GIVE_UP);
}

/** Guests with these cards, each with a hart of its own, at their shells and with addresses. */
export function bootLan(
  software: LinuxGuest,
  cards: Readonly<Record<string, Partial<NicSpec>>>,
  memoryMib = 64,
): Host {
  const vms = Object.entries(cards).map(
    ([name, card]): VmSpec => ({
      ...{ name, image: { kind: 'builtin', name: 'linux' }, memoryBytes: memoryMib * MIB, vcpus: 1 },
      ...{ allocation: 'on-demand', disks: [], nics: [{ switch: 'lan', ...card }], autostart: true },
    }),
  );
  const ramBytes = 2 * memoryMib * vms.length * MIB;
  const host = hostOnNode(vms, linuxResolver(software), { ramBytes, harts: vms.length });
  for (const [place, { name }] of vms.entries()) {
    untilShell(host, name, GIVE_UP);
    typed(host, name, `ifconfig eth0 ${addressOf(place)} netmask 255.255.255.0 up; echo is up`, 'is up\r\n');
  }
  return host;
}

/** The port at which the card of a guest hangs. */
export function portOf(host: Host, vm: string): SwitchPort {
  const slot = host.vm(vm)?.slot;
  const lan = host.network.switches.get('lan');
  const found = lan?.ports.find(({ index }) => host.network.cardAt('lan', index)?.slot === slot);
  if (found === undefined) throw new Error(`no port of ${vm}`);
  return found;
}

/** A stream from the guest `from` to the guest `to`: how long it took in milliseconds by the wall, and by the guests. */
export function stream(host: Host, mib: number): { readonly wallMs: number; readonly virtualMs: number } {
  typed(host, 'to', `/stream sink ${PORT}`, 'stream ready');
  typed(host, 'from', `/stream source ${addressOf(placeOf(host, 'to'))} ${PORT} ${mib}`, 'stream begin');
  const [wall, virtual] = [performance.now(), host.now];
  untilSaid(host, 'from', 'stream done', said(host, 'from', 'stream done'), GIVE_UP);
  const took = { wallMs: performance.now() - wall, virtualMs: (host.now - virtual) / NS_PER_MS };
  untilSaid(host, 'to', `stream got ${mib * MIB}`, 0, GIVE_UP);
  return took;
}

/** As above, of bytes without a pattern: what both ends say that their sums are. */
export function summedStream(host: Host, mib: number): readonly [sent: string, received: string] {
  typed(host, 'to', `/stream sink ${PORT} sum`, 'stream ready');
  typed(host, 'from', `/stream source ${addressOf(placeOf(host, 'to'))} ${PORT} ${mib} sum`, 'stream begin');
  const sumOf = (vm: string): string => {
    untilSaid(host, vm, 'stream sum', 0, GIVE_UP);
    // The number comes behind it.
    host.advance(host.now + 50 * NS_PER_MS);
    return consoleOf(host, vm).split('stream sum ').at(-1)!.split(/\D/, 1)[0]!;
  };
  return [sumOf('from'), sumOf('to')];
}

/** Datagrams from the guest `flood` to the guest `to`, without end. */
export function flood(host: Host): void {
  typed(host, 'flood', `/stream flood ${addressOf(placeOf(host, 'to'))} 9`, 'stream floods');
}

/** A line that says what a card has counted, and what stands behind that and not in the line. */
export const COUNTED = ['ifconfig eth0; echo counted $((1 + 1))', 'counted 2'] as const;
/** How many frames a guest says that it has got. */
function received(host: Host, vm: string): number {
  typed(host, vm, ...COUNTED);
  return receivedIn(consoleOf(host, vm));
}
/** What `ifconfig` of BusyBox said last. */
export function receivedIn(text: string): number {
  return Number(/^\d+/.exec(text.split('RX packets:').at(-1) ?? '')?.[0]);
}

/** Datagrams of so many bytes from the guest `from` to the guest `to`: how many came, and how long it took in milliseconds by the wall. */
export function datagrams(
  host: Host,
  count: number,
  bytes: number,
): { readonly wallMs: number; readonly came: number } {
  const before = received(host, 'to');
  const flooded = said(host, 'from', 'stream flooded');
  typed(host, 'from', `/stream flood ${addressOf(placeOf(host, 'to'))} 9 ${count} ${bytes}`, 'stream floods');
  const wall = performance.now();
  untilSaid(host, 'from', 'stream flooded', flooded, GIVE_UP);
  const wallMs = performance.now() - wall;
  return { wallMs, came: received(host, 'to') - before };
}

function placeOf(host: Host, vm: string): number {
  return host.vms().findIndex(({ spec }) => spec.name === vm);
}
