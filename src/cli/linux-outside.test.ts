/**
 * Real Linux and its way out: guests get addresses by DHCP, resolve names, fetch a page and a file from the built-in internet; a transfer goes on
 * over a snapshot the same way; and streams between guests arrive as they were sent where the wire loses, doubles and reorders frames.
 */
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { ApplianceSpec } from '#base/scenario';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
import { builtinScenario } from '#lab/scenarios/builtin';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GATEWAY, guest, LinuxBench } from './fixtures/linux-bench.ts';

const MIB = 1 << 20;
const linux = requirement('linux');
const SMALL = '99e6e746a3cbfa841e7397747364082daa796b5c8ea790c2fa72db5a70c13dd6';
const LARGE = 'b9f6b6f2518ced77fa5f994bc0b4ea128250c4f0745a089d594e65cd03dfeb04';

describe.skipIf(linux.skip)('two Linux guests behind a gateway', () => {
  const bench = linux.skip ? undefined : LinuxBench.boot([guest('alpha'), guest('beta')], [GATEWAY]);
  const at = (vm: string, line: string): string => bench!.shell(vm, line);

  test('get addresses by DHCP, with a route and a name server, before their shells come', () => {
    expect(bench!.until('alpha', /READY/)).toMatch(/READY alpha after [\d.]+ s eth0 10\.0\.0\.10[01]\/24\n/);
    const addresses = ['alpha', 'beta'].map((vm) => at(vm, 'ip -4 -o address show dev eth0'));
    expect(addresses.map((text) => /inet (\S+)/.exec(text)?.[1]).sort()).toEqual([
      '10.0.0.100/24',
      '10.0.0.101/24',
    ]);
    expect(at('alpha', 'ip route')).toContain('default via 10.0.0.1 dev eth0');
    expect(at('beta', 'cat /etc/resolv.conf')).toBe('search lab.internal\nnameserver 10.0.0.1');
    expect(
      bench!
        .gateway()
        .leases.map(({ hostName }) => hostName)
        .sort(),
    ).toEqual(['alpha', 'beta']);
  });

  test('resolve names: of the world, of each other, and of nobody', () => {
    expect(at('alpha', 'nslookup www.example.com')).toContain('198.51.100.80');
    expect(at('alpha', 'ping -c 1 -w 5 beta')).toContain('1 packets received');
    expect(at('beta', 'nslookup nobody.example.com')).toContain('NXDOMAIN');
    expect(bench!.gateway().names.map(({ name }) => name)).toContain('www.example.com');
  });

  test('fetch a page that says who they are outside, each behind a port of its own', () => {
    for (const vm of ['alpha', 'beta'])
      expect(at(vm, 'wget -q -O- http://www.example.com/you')).toMatch(/^192\.0\.2\.1 \d+$/);
    const web = bench!.gateway().mappings.filter(({ remote }) => remote === '198.51.100.80:80');
    expect(new Set(web.map(({ inside }) => inside.split(':')[0])).size).toBe(2);
    expect(new Set(web.map(({ outside }) => outside)).size).toBe(web.length);
  });

  test('fetch a file whose sum is that of the file', () => {
    expect(at('beta', 'wget -q -O- http://www.example.org/files/small.bin | sha256sum')).toBe(`${SMALL}  -`);
    expect(at('alpha', 'wget -q -O- http://www.example.com/files/large.bin | sha256sum')).toBe(`${LARGE}  -`);
  });
});

describe.skipIf(linux.skip)(
  'two Linux guests in two VLANs behind a router, and a gateway behind that',
  () => {
    const VLANS = [10, 20] as const;
    const to = VLANS.map((vlan) => ({ to: `10.0.${vlan}.0/24`, via: '10.0.0.2' }));
    const inner = VLANS.map((vlan) => ({ port: 'eth0', switch: 'lan', vlan, address: `10.0.${vlan}.1/24` }));
    const router = {
      ...{
        name: 'router',
        kind: 'router',
        relay: '10.0.0.1',
        routes: [{ to: '0.0.0.0/0', via: '10.0.0.1' }],
      },
      interfaces: [...inner, { port: 'eth1', switch: 'lan', address: '10.0.0.2/24' }],
    } as ApplianceSpec;
    const inVlan = (name: string, access: number, address?: string) =>
      guest(name, { port: { vlan: { access } }, ...(address === undefined ? {} : { address }) });
    const vms = [inVlan('sales', 10), inVlan('office', 20), inVlan('fixed', 20, '10.0.20.7/24')];
    const bench = linux.skip
      ? undefined
      : LinuxBench.boot(vms, [{ ...GATEWAY, routes: to } as ApplianceSpec, router]);
    const at = (vm: string, line: string): string => bench!.shell(vm, line);
    const leases = () => bench!.gateway().leases;

    test('get addresses of their VLANs, with the router as the way out', () => {
      expect(bench!.until('sales', /READY/)).toMatch(/eth0 10\.0\.10\.100\/24\n/);
      expect(bench!.until('office', /READY/)).toMatch(/eth0 10\.0\.20\.100\/24\n/);
      expect(at('sales', 'ip route')).toContain('default via 10.0.10.1 dev eth0');
      expect(at('fixed', 'ip route')).toContain('default via 10.0.20.1 dev eth0');
      expect(
        leases()
          .map(({ address, hostName }) => `${hostName} ${address}`)
          .sort(),
      ).toEqual(['office 10.0.20.100', 'sales 10.0.10.100']);
    });

    test('reach each other by name, and fetch a page and a file from beyond router and gateway', () => {
      expect(at('sales', 'ping -c 2 -w 5 office')).toMatch(
        /10\.0\.20\.100[\s\S]*ttl=63[\s\S]*2 packets received/,
      );
      for (const vm of ['sales', 'office'])
        expect(at(vm, 'wget -q -O- http://www.example.com/you')).toMatch(/^192\.0\.2\.1 \d+$/);
      expect(at('fixed', 'ping -c 1 -w 5 198.51.100.80')).toContain('1 packets received');
      expect(at('office', 'wget -q -O- http://www.example.org/files/small.bin | sha256sum')).toBe(
        `${SMALL}  -`,
      );
    });

    test('keep their addresses when their time is half over: they ask the router, which passes it on', () => {
      bench!.host.advance(bench!.host.now + NS_PER_S);
      const before = leases().map(({ leftNs }) => leftNs);
      expect(Math.max(...before)).toBeLessThan(3600 * NS_PER_S - NS_PER_S);
      at('sales', 'killall -USR1 udhcpc; sleep 1; ip route');
      const renewed = leases().find(({ hostName }) => hostName === 'sales');
      expect(renewed).toMatchObject({ address: '10.0.10.100' });
      expect(renewed?.leftNs).toBeGreaterThan(Math.max(...before));
      expect(at('sales', 'ip route')).toContain('default via 10.0.10.1 dev eth0');
    });
  },
);

test.skipIf(linux.skip)(
  'the lab of a way out over a router is such a one: its guests get addresses and a page over both',
  () => {
    const { hosts } = builtinScenario('routed-way-out', { linux: true })!;
    const bench = LinuxBench.of(hosts[0]!);
    expect(bench.shell('sales', 'ping -c 1 -w 5 office')).toContain('1 packets received');
    expect(bench.shell('office', 'wget -q -O- http://www.example.com/you')).toMatch(/^192\.0\.2\.1 \d+$/);
  },
);

test.skipIf(linux.skip)(
  'a guest whose address the lab says knows the gateway of its network, and its names',
  () => {
    const bench = LinuxBench.boot([guest('fixed', { address: '10.0.0.7/24' })], [GATEWAY]);
    expect(bench.until('fixed', /READY/)).toMatch(/eth0 10\.0\.0\.7\/24\n/);
    expect(bench.shell('fixed', 'wget -q -O- http://www.example.com/you')).toMatch(/^192\.0\.2\.1 \d+$/);
    expect(bench.gateway().leases).toEqual([]);
  },
);

test.skipIf(linux.skip)(
  'where nobody gives addresses the shell comes all the same, and an address when somebody does',
  () => {
    const bench = LinuxBench.boot([guest('alone')]);
    expect(bench.until('alone', /READY/)).toContain('eth0 asks for its address\n');
    expect(bench.host.now).toBeLessThan(3 * NS_PER_S);
    must(bench.host.execute({ op: 'network.addAppliance', args: { appliance: GATEWAY } }));
    bench.host.advance(bench.host.now + 12 * NS_PER_S);
    expect(bench.shell('alone', 'ping -c 1 -w 2 www.example.com')).toContain('1 packets received');
  },
);

test.skipIf(linux.skip)('a transfer goes on over a snapshot of the host, the same way to the bit', () => {
  const vms = [guest('alpha')];
  const bench = LinuxBench.boot(vms, [GATEWAY]);
  const from = bench.type('alpha', 'wget -q -O- http://www.example.com/files/large.bin | sha256sum');
  bench.host.advance(bench.host.now + 400 * NS_PER_MS);
  const [connection] = bench.gateway().connections;
  expect(connection?.sentBytes).toBeGreaterThan(100_000);
  expect(connection?.sentBytes).toBeLessThan(4 * MIB);
  const restored = new LinuxBench(
    must(Host.restore(engineModule(), bench.host.snapshot(), LinuxBench.environment(vms))),
  );
  for (const each of [bench, restored]) each.until('alpha', new RegExp(`${LARGE}  -\n`), from);
  const end = Math.max(bench.host.now, restored.host.now) + 100 * NS_PER_MS;
  for (const { host } of [bench, restored]) host.advance(end);
  expect(restored.host.hash()).toBe(bench.host.hash());
});

test.skipIf(linux.skip)(
  'a VM that is reverted in the middle of a transfer goes on with it, since nothing else has moved',
  () => {
    const bench = LinuxBench.boot([guest('alpha')], [GATEWAY]);
    const from = bench.type('alpha', 'wget -q -O- http://www.example.com/files/small.bin | sha256sum');
    bench.host.advance(bench.host.now + 30 * NS_PER_MS);
    must(bench.host.execute({ op: 'vm.snapshot', args: { vm: 'alpha', name: 'middle' } }));
    must(bench.host.execute({ op: 'vm.revert', args: { vm: 'alpha', snapshot: 'middle' } }));
    expect(bench.until('alpha', / {2}-\n/, from)).toContain(SMALL);
  },
);

test.skipIf(linux.skip)(
  'a stream between guests arrives as it was sent, where frames are lost, doubled and overtaken both ways',
  () => {
    const netem = {
      ...{ delayNs: NS_PER_MS, jitterNs: NS_PER_MS / 4, inOrder: false },
      ...{ lossPercent: 1, duplicatePercent: 1, reorderPercent: 2 },
    };
    const bench = LinuxBench.boot([
      guest('from', { address: '10.0.0.2/24', port: { netem } }),
      guest('to', { address: '10.0.0.3/24', port: { netem } }),
    ]);
    const sum = bench.shell('from', 'seq 1 60000 >/tmp/file; sha256sum </tmp/file');
    const from = bench.type('to', 'nc -l -p 5001 | sha256sum');
    bench.until('to', /sha256sum\n/, from);
    bench.shell('from', 'nc 10.0.0.3 5001 </tmp/file');
    expect(bench.until('to', / {2}-\n/, from)).toContain(sum);
    const counted = bench.host.network.switches
      .get('lan')!
      .ports.map(({ stages }) => stages.find(({ id }) => id === 'netem')?.counters ?? {});
    for (const what of ['lost', 'duplicated', 'reordered'])
      expect([what, Math.max(...counted.map((each) => each[what] ?? 0)) > 0]).toEqual([what, true]);
  },
);
