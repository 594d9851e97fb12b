/**
 * IPv6 with a real guest: Debian's own kernel, since ours have none of it. It takes its address and its way out from the gateway's advertisement,
 * and fetches what it names by address of either version. Where nobody has packaged that kernel, there is no such test.
 */
import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { BUILTIN_GUESTS } from '#guests/catalogue';
import { missingRequirements } from '#tools/prerequisites';
import { GATEWAY, guest, LinuxBench } from './fixtures/linux-bench.ts';

const STOCK = BUILTIN_GUESTS['linux-stock'];
const PACKAGED = missingRequirements().some(({ name }) => name === 'linux-stock') ? [] : [STOCK.name];

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
