/** Headers of frames: those that are whole are read, and what is claimed and cannot be read is unknown. */
import { expect, test } from 'vitest';
import { ipv4Text } from '#base/packets/values';
import { arp, ether, ipv4, ipv6, mac, tag, tcp, udp } from './fixtures/frames.ts';
import { Headers } from './headers.ts';

const STATIONS = { to: mac(1), from: mac(2) } as const;
const read = (bytes: Uint8Array): Headers => new Headers().read(bytes);
const V4 = { from: '10.0.0.2', to: '10.0.0.1' } as const;
const V6 = { from: 'fd00::2', to: 'fd00::1' } as const;

test('a TCP segment: addresses, protocol and ports', () => {
  const headers = read(
    ether({ ...STATIONS, type: 0x800, data: ipv4({ ...V4, protocol: 6, data: tcp(4000, 80) }) }),
  );
  expect(headers).toMatchObject({ network: 'known', protocol: 6, ports: 'known', isFragment: false });
  expect([headers.sourcePort, headers.destinationPort]).toEqual([4000, 80]);
  const at = headers.sourceAddress;
  expect(ipv4Text(headers.bytes.slice(at, at + 4))).toBe('10.0.0.2');
  expect(headers.destination).toBe(0x5254_0000_0001);
});

test('what lies behind one or two tags is read, behind three it is unknown', () => {
  const data = ipv4({ ...V4, protocol: 17, data: udp(1, 2) });
  const tagged = (...vlans: number[]) =>
    read(ether({ ...STATIONS, tags: vlans.map((vlan) => tag(vlan)), type: 0x800, data }));
  expect(tagged(10)).toMatchObject({ vlan: 10, etherType: 0x800, ports: 'known' });
  expect(tagged(10, 20)).toMatchObject({ vlan: 10, etherType: 0x800, ports: 'known' });
  expect(tagged(10, 20, 30)).toMatchObject({
    etherType: -1,
    network: 'unknown',
    arp: 'unknown',
    ports: 'unknown',
  });
});

test('a tag that is cut is unknown', () => {
  const cut = ether({ ...STATIONS, type: 0x8100, least: 14 });
  expect(read(cut)).toMatchObject({ etherType: -1, network: 'unknown' });
});

test('IP behind an LLC and SNAP header is IP', () => {
  const data = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...ipv4({ ...V4, protocol: 17, data: udp(1, 2) })];
  expect(read(ether({ ...STATIONS, type: data.length, data }))).toMatchObject({
    etherType: 0x800,
    ports: 'known',
  });
});

test.each([
  ['version', [0x55]],
  ['header shorter than any', [0x44]],
  ['header longer than the packet', [0x4f]],
  ['packet longer than the frame', [0x45, 0, 1, 0]],
  ['packet shorter than its header', [0x45, 0, 0, 19]],
])('IPv4 that cannot be: %s', (_, start) => {
  const data = ipv4({ ...V4, protocol: 17, data: udp(1, 2) });
  const bytes = ether({ ...STATIONS, type: 0x800, data: [...start, ...data.slice(start.length)] });
  expect(read(bytes)).toMatchObject({ network: 'unknown', ports: 'unknown', protocol: -1 });
});

test('later pieces of a packet, and first ones without their whole header, have unknown ports', () => {
  const piece = (more: Parameters<typeof ipv4>[0]) =>
    read(ether({ ...STATIONS, type: 0x800, data: ipv4(more) }));
  const later = piece({ ...V4, protocol: 6, offset: 1, data: tcp(4000, 80) });
  expect(later).toMatchObject({ protocol: 6, ports: 'unknown', isFragment: true, sourcePort: -1 });
  const tiny = piece({ ...V4, protocol: 6, more: true, data: tcp(4000, 80).slice(0, 16) });
  expect(tiny).toMatchObject({ ports: 'unknown', isFragment: true });
  const first = piece({ ...V4, protocol: 6, more: true, data: tcp(4000, 80) });
  expect(first).toMatchObject({ ports: 'known', isFragment: true });
});

test('padding behind a packet is not read as its header', () => {
  const data = [...ipv4({ ...V4, protocol: 17, data: [] }), ...udp(1, 2)];
  expect(read(ether({ ...STATIONS, type: 0x800, data }))).toMatchObject({ protocol: 17, ports: 'unknown' });
});

test('IPv6: extension headers are followed to the protocol', () => {
  const hop = (next: number, units = 0) => [next, units, ...Array.from({ length: 6 + 8 * units }, () => 0)];
  const chain = (next: number, data: readonly number[]) =>
    read(ether({ ...STATIONS, type: 0x86dd, data: ipv6({ ...V6, next, data }) }));
  expect(chain(17, udp(5, 6))).toMatchObject({ protocol: 17, ports: 'known', destinationPort: 6 });
  expect(chain(0, [...hop(60, 1), ...hop(17), ...udp(5, 6)])).toMatchObject({ protocol: 17, sourcePort: 5 });
  expect(chain(59, [])).toMatchObject({ protocol: 59, ports: 'absent' });
  expect(chain(0, [17, 200, 0, 0, 0, 0, 0, 0])).toMatchObject({ protocol: -1, ports: 'unknown' });
  const long = Array.from({ length: 12 }, () => hop(0)).flat();
  expect(chain(0, [...long, ...hop(17), ...udp(5, 6)])).toMatchObject({ protocol: -1, ports: 'unknown' });
});

test('IPv6: of a later piece neither protocol nor ports are known', () => {
  const data = [17, 0, 0, 8, 0, 0, 0, 1, ...udp(5, 6)];
  const headers = read(ether({ ...STATIONS, type: 0x86dd, data: ipv6({ ...V6, next: 44, data }) }));
  expect(headers).toMatchObject({ network: 'known', protocol: -1, ports: 'unknown', isFragment: true });
});

test('ARP for other than IPv4 over Ethernet, or cut, is unknown', () => {
  const data = arp({ operation: 1, senderMac: mac(2), senderIp: '10.0.0.2', targetIp: '10.0.0.1' });
  expect(read(ether({ ...STATIONS, type: 0x806, data })).arp).toBe('known');
  expect(read(ether({ ...STATIONS, type: 0x806, data: data.slice(0, 27), least: 14 })).arp).toBe('unknown');
  expect(read(ether({ ...STATIONS, type: 0x806, data: [0, 6, ...data.slice(2)] })).arp).toBe('unknown');
});

test('any bytes of any length are read without an exception, and what is known lies within them', () => {
  const headers = new Headers();
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
  const TYPES = [0x800, 0x806, 0x86dd, 0x8100, 0x88a8, 46];
  for (let count = 0; count < 50_000; count++) {
    const bytes = Uint8Array.from({ length: 14 + (next() % 90) }, () => next() & 255);
    const type = TYPES[next() % TYPES.length]!;
    bytes.set([type >> 8, type & 255], 12);
    if (next() % 2 === 0 && bytes.length > 20) bytes.set([type === 0x800 ? 0x45 : 0x60, 0, 0, 40], 14);
    headers.read(bytes);
    if (headers.network === 'known') {
      expect(headers.end).toBeLessThanOrEqual(bytes.length);
      expect(headers.destinationAddress + (headers.isIpv6 ? 16 : 4)).toBeLessThanOrEqual(headers.end);
    }
    if (headers.ports === 'known') expect(headers.transport + 8).toBeLessThanOrEqual(headers.end);
  }
});
