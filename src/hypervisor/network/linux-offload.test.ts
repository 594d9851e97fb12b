/** Two Linux guests: what one sends over TCP comes to the other as it was, whoever of guest and card does the work with packets. */
import { expect, test } from 'vitest';
import type { HostSpec, NicSpec, VmSpec } from '#base/scenario';
import { bootLinux, linuxVm, waitFor } from '../fixtures/linux-host.ts';
import { consoleText, LINUX_SKIPPED, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

/** Runs until a VM has written a text, which takes so long at most. */
function expectText(host: Host, vm: string, text: string, ms = 4000): void {
  const until = host.now + ms * MS;
  expect(waitFor(host, vm, text)).toContain(text);
  expect(host.now).toBeLessThanOrEqual(until);
}

/** A host whose guests came to their shells in time. */
function booted(vms: readonly VmSpec[], more: Partial<HostSpec> = {}): Host {
  const host = bootLinux(vms, more);
  expect(host.now).toBeLessThanOrEqual(4000 * MS);
  return host;
}

/** Sends 2 MiB from one to the other; the digests that each has of them, and the largest packet that the receiver took. */
function sent(card: Omit<NicSpec, 'switch'>): Host {
  const vms = ['a', 'b'].map((name) => linuxVm(name, { nics: [{ switch: 'lan', ...card }] }));
  const host = booted(vms, { ramBytes: 96 * MIB, harts: 2 });
  for (const [n, name] of ['a', 'b'].entries()) {
    type(host, name, `ifconfig eth0 10.0.0.${n + 1}; echo up-$((1 + 1))\n`);
    expectText(host, name, 'up-2');
  }
  type(host, 'b', 'nc -l -p 5000 > got; md5sum < got; echo got-$((1 + 1))\n');
  host.advance(host.now + 50 * MS);
  type(host, 'a', 'dd if=/dev/urandom of=sent bs=64k count=32; md5sum < sent; nc 10.0.0.2 5000 < sent\n');
  expectText(host, 'b', 'got-2', 8000);
  return host;
}
const digestOf = (host: Host, vm: string): string | undefined =>
  /([0-9a-f]{32}) {2}-/.exec(consoleText(vmOf(host, vm)))?.[1];
const framesIn = (host: Host, vm: string): number => vmOf(host, vm).devices.counted('net', 'framesIn');
/** Chains of descriptors that its card took. */
const chains = (host: Host, vm: string): number =>
  vmOf(host, vm).devices.slots.find(({ device }) => device?.kind === 'net')?.counters.chains ?? 0;

test.skipIf(LINUX_SKIPPED)('with offload a stream arrives whole, in fewer packets than frames', () => {
  const host = sent({});
  expect(digestOf(host, 'b')).toBe(digestOf(host, 'a'));
  expect(digestOf(host, 'b')).toBeDefined();
  const slot = vmOf(host, 'a').devices.slots.find(({ device }) => device?.kind === 'net');
  // CSUM, GUEST_CSUM, GUEST_TSO4, HOST_TSO4, MRG_RXBUF.
  const wanted = 0x8883;
  expect((slot?.acceptedFeatures[0] ?? 0) & wanted).toBe(wanted);
  expect(framesIn(host, 'b')).toBeGreaterThan((2 * MIB) / 1500);
  expect(chains(host, 'a')).toBeLessThan(framesIn(host, 'b') * 0.75);
});

test.skipIf(LINUX_SKIPPED)('without, the guests do the work', () => {
  const host = sent({ offload: false });
  expect(digestOf(host, 'b')).toBe(digestOf(host, 'a'));
  expect(digestOf(host, 'b')).toBeDefined();
  expect(chains(host, 'a')).toBeGreaterThan(framesIn(host, 'b'));
});

test.skipIf(LINUX_SKIPPED)(
  'a Linux takes MTU and speed from its card, says which frames it wants, and tells where it is',
  () => {
    const nic = { switch: 'lan', mtu: 1000, queues: 2, port: { wire: { bitsPerSecond: 100_000_000 } } };
    const host = booted([linuxVm('a', { nics: [nic] })]);
    type(host, 'a', 'cd /sys/class/net/eth0; ifconfig eth0 10.0.0.1; echo $(cat mtu speed duplex)\n');
    expectText(host, 'a', '1000 100 full');
    const { devices } = vmOf(host);
    const frame = new Uint8Array(60);
    frame.set([0x52, 0x54, 9, 9, 9, 9, 0x52, 0x54, 8, 8, 8, 8]);
    const filtered = (): number => devices.counted('net', 'filteredIn');
    const card = devices.device('net', 0) as unknown as { receive(bytes: Uint8Array): void };
    card.receive(frame);
    expect(filtered()).toBe(1);
    type(host, 'a', 'ifconfig eth0 promisc; echo all-$((1 + 1))\n');
    expectText(host, 'a', 'all-2');
    card.receive(frame);
    expect(filtered()).toBe(1);
    const sentBefore = devices.counted('net', 'framesOut');
    for (const up of [false, true]) host.execute({ op: 'vm.setLink', args: { vm: 'a', card: 0, up } });
    host.advance(host.now + 500 * MS);
    expect(devices.counted('net', 'framesOut')).toBeGreaterThan(sentBefore);
  },
);
