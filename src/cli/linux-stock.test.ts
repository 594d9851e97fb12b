/**
 * Debian's own kernel, from power-on to its shell and off again, and on its way out by IPv6. Its package has 112 MB: where nobody has packaged it, there
 * is no such test, and the summary says so.
 */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import {
  DEFAULT_NS_PER_INSTRUCTION,
  DEFAULT_QUANTUM_INSTRUCTIONS,
  NS_PER_MS,
  NS_PER_S,
} from '#base/virtual-time';
import { BUILTIN_GUESTS } from '#guests/catalogue';
import { Host } from '#hypervisor/host';
import { softwareResolver } from '#lab/software';
import { USUAL_POLICY } from '#machine/usual-policy';
import { missingRequirements } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GATEWAY, guest, LinuxBench } from './fixtures/linux-bench.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const STOCK = BUILTIN_GUESTS['linux-stock'];
const PACKAGED = missingRequirements().some(({ name }) => name === 'linux-stock') ? [] : [STOCK.name];
/** What the boot takes with two vCPUs, and a tenth more. */
const MOST_INSTRUCTIONS = 1.1e9;

function boot(image: string): Host {
  const vm: VmSpec = {
    ...{ name: 'deb', image: { kind: 'builtin', name: image }, memoryBytes: STOCK.minimumMemoryBytes },
    ...{ vcpus: 2, allocation: 'on-demand', autostart: true },
    ...{ disks: [{ sizeBytes: MIB }], nics: [{ switch: 'lan', address: '10.0.0.7/24' }] },
  };
  const files = new GuestFiles('/');
  const loaded = files.load([vm]);
  if (!loaded.ok) throw new Error(loaded.error.code);
  return Host.create(
    engineModule(),
    {
      ...{ name: 'host', ramBytes: 112 * MIB, harts: 2, switches: [{ name: 'lan' }], vms: [vm] },
      timeSliceNs: 10 * NS_PER_MS,
    },
    {
      ...{ seed: 1, nsPerInstruction: DEFAULT_NS_PER_INSTRUCTION },
      quantumInstructions: DEFAULT_QUANTUM_INSTRUCTIONS,
    },
    { software: softwareResolver(files), shared: false, translate: USUAL_POLICY },
  );
}

/** Runs until the console has the text, or too long; what was written behind `from`. */
function runUntil(host: Host, text: RegExp, from = 0): string {
  for (const end = host.now + 30 * NS_PER_S; ; ) {
    const written = new TextDecoder().decode(host.vm('deb')?.console.since(from).bytes);
    if (text.test(written) || host.now >= end || host.vm('deb')?.state !== 'running') return written;
    host.advance(host.now + 5 * NS_PER_MS);
  }
}

test.each(PACKAGED)(
  'Debian’s own kernel comes to its shell with all drivers, on two vCPUs, and powers off',
  (image) => {
    const host = boot(image);
    const started = runUntil(host, /deb:~# /);
    expect(started).toMatch(/READY deb after [\d.]+ s eth0 10\.0\.0\.7\/24/);
    expect(host.instructions).toBeLessThan(MOST_INSTRUCTIONS);
    const position = host.vm('deb')?.console.written ?? 0;
    const command = 'lsmod; grep -c ^processor /proc/cpuinfo; cat /sys/block/vda/size; poweroff\n';
    expect(host.execute({ op: 'console.input', args: { vm: 'deb', text: command } }).ok).toBe(true);
    const said = runUntil(host, /reboot: Power down/, position);
    for (const driver of ['virtio_mmio', 'virtio_blk', 'virtio_net', 'virtio_rng'])
      expect(said).toMatch(new RegExp(`^${driver} `, 'm'));
    expect(said).toMatch(/^2\r?\n2048\r?\n/m);
    host.advance(host.now + 100 * NS_PER_MS);
    expect(host.vm('deb')?.reason?.code).toBe('vm.guestShutDown');
  },
  120_000,
);

// IPv6 with a real guest: our own kernels have none of it.
test.each(PACKAGED)(
  '%s takes its address of IPv6 from the advertisement, and goes out with it',
  (name) => {
    const bench = LinuxBench.boot(
      [guest('deb', {}, { image: { kind: 'builtin', name }, memoryBytes: STOCK.minimumMemoryBytes })],
      [GATEWAY],
    );
    const at = (line: string): string => bench.shell('deb', line);
    expect(bench.until('deb', /READY/)).toMatch(/eth0 10\.0\.0\.100\/24\n/);
    // It solicits an advertisement, and tries whether somebody else has the address.
    bench.host.advance(bench.host.now + 3 * NS_PER_S);
    const [, own] = /inet6 (2001:db8:1::?\S+)\/64 scope global/.exec(at('ip -6 address show dev eth0')) ?? [];
    expect(own).toMatch(/^2001:db8:1:/);
    expect(at('ip -6 route')).toMatch(/default via fe80::\S+ dev eth0/);
    expect(at('ping -6 -c 2 -w 8 2001:db8:80::80')).toContain('2 packets received');
    expect(at('wget -q -O- http://[2001:db8:80::80]/you')).toMatch(new RegExp(`^${own} \\d+$`));
    expect(at('wget -q -O- http://[2001:db8:113::80]/files/small.bin | sha256sum')).toContain(
      '99e6e746a3cbfa84',
    );
    // Nobody translates addresses of IPv6.
    expect(bench.gateway().mappings.filter(({ inside }) => inside.includes('['))).toEqual([]);
    expect(bench.gateway().neighbours.map(({ address }) => address)).toContain(own);
    expect(at('nslookup -type=AAAA deb.lab.internal')).toContain(own);
  },
  600_000,
);

// Our own kernels cannot take processors in and out.
test.each(PACKAGED)(
  '%s takes up the vCPU that it is given while it runs, works on it, and lets it go again',
  (name) => {
    const bench = LinuxBench.boot([
      guest(
        'deb',
        {},
        {
          ...{ image: { kind: 'builtin', name }, memoryBytes: STOCK.minimumMemoryBytes },
          ...{ vcpus: 1, maxVcpus: 2, devices: [{ kind: 'agent' }] },
        },
      ),
    ]);
    const { host } = bench;
    const { agent, vcpus } = host.vm('deb')!;
    const online = (): string => bench.shell('deb', 'cat /sys/devices/system/cpu/online');
    const give = (count: number): void => {
      must(host.execute({ op: 'vm.setVcpus', args: { vm: 'deb', vcpus: count } }));
      for (const end = host.now + 10 * NS_PER_S; agent.jobs.at(-1)?.state === 'waiting' && host.now < end; )
        host.advance(host.now + 5 * NS_PER_MS);
      expect(agent.jobs.at(-1)?.state).toBe('done');
    };
    bench.until('deb', /READY/);
    host.advance(host.now + NS_PER_S);
    expect([online(), vcpus[1]!.state, agent.isPresent]).toEqual(['0', 'off', true]);

    give(2);
    expect(online()).toBe('0-1');
    const ranNs = vcpus[1]!.runNs;
    bench.shell('deb', 'for i in 1 2; do (n=0; while [ $n -lt 20000 ]; do n=$((n+1)); done) & done; wait');
    expect(vcpus[1]!.runNs - ranNs).toBeGreaterThan(50 * NS_PER_MS);

    give(1);
    expect([online(), vcpus[1]!.state, host.vm('deb')!.spec.vcpus]).toEqual(['0', 'off', 1]);
    give(2);
    expect(online()).toBe('0-1');
  },
  600_000,
);

test('the stock kernel speaks over the port that it has built in', () => {
  expect(STOCK.append).toContain('console=ttyS0');
});
