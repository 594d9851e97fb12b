import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IPV4_PATTERN, isInNetworkOf, nextFree, noStation, stationOf } from './ipv4.ts';
import { parsePrefix } from './packets/prefix.ts';

test.each([
  ['10.0.0.0/24', 'network'],
  ['10.0.0.255/24', 'broadcast'],
  ['0.0.0.0/0', 'unspecified'],
  ['127.0.0.1/8', 'loopback'],
  ['224.0.0.1/4', 'multicast'],
  ['255.255.255.255/32', 'reserved'],
  ['10.0.0.1/24', undefined],
  ['10.0.0.0/31', undefined],
  ['10.0.0.255/16', undefined],
] as const)('%s: %s', (address, what) => {
  expect(noStation(address)).toBe(what);
});

const octet = fc.nat(255);
const anAddress = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
  .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);

test('property: the next free address is well-formed, a station’s, not taken, of the same network', () => {
  fc.assert(
    fc.property(anAddress, fc.array(anAddress, { maxLength: 8 }), (address, others) => {
      const taken = new Set(others.map(stationOf));
      const free = nextFree(address, taken);
      if (free === undefined) return;
      expect(free).toMatch(IPV4_PATTERN);
      expect(noStation(free)).toBeUndefined();
      expect(taken.has(stationOf(free))).toBe(false);
      expect(free.split('/')[1]).toBe(address.split('/')[1]);
    }),
    { numRuns: 100 },
  );
});

test.each(['10.0.0.01/24', '010.0.0.1/24', '10.0.0.256/24', '10.0.0.1', '10.0.0.1/33', '10.0.0.1/024'])(
  '%s is none',
  (text) => {
    expect(text).not.toMatch(IPV4_PATTERN);
    expect(text.includes('/') ? parsePrefix(text) : undefined).toBeUndefined();
  },
);

test('an address is of the network of another, as long as that one says', () => {
  expect(isInNetworkOf('10.0.0.7/8', '10.0.0.1/24')).toBe(true);
  expect(isInNetworkOf('10.0.1.7/8', '10.0.0.1/24')).toBe(false);
  expect(isInNetworkOf('192.168.0.1/24', '10.0.0.1/0')).toBe(true);
  expect(isInNetworkOf('10.0.0.2/32', '10.0.0.1/32')).toBe(false);
});
