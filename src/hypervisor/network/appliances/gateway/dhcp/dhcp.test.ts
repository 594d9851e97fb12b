/** The gateway gives addresses. */
import { expect, test } from 'vitest';
import { GATEWAY_ADDRESS, lease, say, textOf } from '../fixtures/dhcp-client.ts';
import { frameOf, S, STATION, Stand } from '../fixtures/stand.ts';
import { addressOf, formatAddress } from '../wire/address.ts';
import { ARP_OPERATION, writeArp } from '../wire/arp.ts';
import { DHCP_KIND } from './message.ts';
import { MOST_OF_CARD } from './server.ts';

const MAC = 0x5254_0000_1000;

test('a station gets an address, and what it must know of the network', () => {
  const stand = new Stand({ mtu: 1400, domain: 'example.internal' });
  const offer = say(stand, MAC, DHCP_KIND.discover);
  expect(offer).toMatchObject({ kind: DHCP_KIND.offer, given: '10.0.0.100' });
  expect(stand.view.leases).toEqual([]);
  const ack = lease(stand, MAC, { hostName: 'alpha' });
  expect(ack).toMatchObject({ kind: DHCP_KIND.ack, given: '10.0.0.100' });
  const shown = (option: number): string => formatAddress(ack?.options.get(option) ?? new Uint8Array(4));
  expect([1, 3, 6, 54].map(shown)).toEqual(['255.255.255.0', '10.0.0.1', '10.0.0.1', '10.0.0.1']);
  expect(textOf(ack?.options.get(15))).toBe('example.internal');
  expect([...(ack?.options.get(26) ?? [])]).toEqual([1400 >> 8, 1400 & 0xff]);
  expect(stand.view.leases).toEqual([
    { address: '10.0.0.100', mac: '52:54:00:00:10:00', hostName: 'alpha', leftNs: 3600 * S },
  ]);
});

test('it keeps its address, others get others, and what is released is free again', () => {
  const stand = new Stand();
  expect(lease(stand, MAC)?.given).toBe('10.0.0.100');
  expect(lease(stand, MAC + 1)?.given).toBe('10.0.0.101');
  expect(lease(stand, MAC)?.given).toBe('10.0.0.100');
  stand.run(1800 * S);
  const address = addressOf('10.0.0.100');
  expect(say(stand, MAC, DHCP_KIND.request, { address })).toMatchObject({ kind: DHCP_KIND.ack });
  expect(stand.view.leases.find(({ address: at }) => at === '10.0.0.100')?.leftNs).toBe(3600 * S);
  say(stand, MAC, DHCP_KIND.release, { address, server: GATEWAY_ADDRESS });
  expect(stand.view.leases.map(({ address: at }) => at)).toEqual(['10.0.0.101']);
  expect(lease(stand, MAC + 2)?.given).toBe('10.0.0.100');
});

test('an address that is another’s, or of another network, is refused', () => {
  const stand = new Stand();
  lease(stand, MAC);
  const requested = addressOf('10.0.0.100');
  expect(say(stand, MAC + 1, DHCP_KIND.request, { requested })?.kind).toBe(DHCP_KIND.refusal);
  const far = addressOf('192.168.7.7');
  expect(say(stand, MAC + 1, DHCP_KIND.request, { requested: far })?.kind).toBe(DHCP_KIND.refusal);
  const free = addressOf('10.0.0.150');
  expect(say(stand, MAC + 1, DHCP_KIND.request, { requested: free })).toMatchObject({ given: '10.0.0.150' });
});

test('an address that a station was found to have is not given, nor one that was declined', () => {
  const stand = new Stand({ leases: 3 });
  const claim = { operation: ARP_OPERATION.request, senderMac: 0x5254_0000_0009, targetMac: 0 };
  const arp = writeArp({ ...claim, sender: addressOf('10.0.0.100'), target: GATEWAY_ADDRESS });
  stand.put(frameOf(0xffff_ffff_ffff, claim.senderMac, 0x0806, arp));
  expect(lease(stand, MAC)?.given).toBe('10.0.0.101');
  say(stand, MAC, DHCP_KIND.decline, { requested: addressOf('10.0.0.101'), server: GATEWAY_ADDRESS });
  expect(lease(stand, MAC)?.given).toBe('10.0.0.102');
});

test('a card gets a few addresses, whatever it calls itself in its messages', () => {
  const stand = new Stand();
  const given = Array.from({ length: 20 }, (_, n) => lease(stand, MAC + n, { card: MAC })?.given);
  expect(given.filter((each) => each !== undefined)).toHaveLength(MOST_OF_CARD);
  expect(stand.counters['noAddressLeft']).toBe(20 - MOST_OF_CARD);
  expect(lease(stand, 0x5254_0000_2000)?.given).toBeDefined();
});

test('a million cards fill the table and no more; addresses whose time is over are given again', () => {
  const stand = new Stand({ leases: 50 });
  for (let n = 0; n < 2000; n++) say(stand, MAC + n, DHCP_KIND.discover);
  expect(stand.counters['noAddressLeft']).toBe(1950);
  stand.run(31 * S);
  expect(lease(stand, 0x5254_0099_0000)?.given).toBe('10.0.0.100');
});

test('a range that does not lie in the network gives nothing, and one that ends with it ends there', () => {
  expect(lease(new Stand({ firstLease: '10.1.0.5' }), MAC)).toBeUndefined();
  const stand = new Stand({ firstLease: '10.0.0.253', leases: 100 });
  const given = Array.from({ length: 4 }, (_, n) => lease(stand, MAC + n)?.given);
  expect(given).toEqual(['10.0.0.253', '10.0.0.254', undefined, undefined]);
  expect(lease(new Stand({ leases: 0 }), MAC)).toBeUndefined();
  expect(STATION).toHaveLength(4);
});

const BEHIND = [
  { to: '10.0.10.0/24', via: '10.0.0.2' },
  { to: '10.0.20.0/25', via: '10.0.0.2' },
];
const option = (answer: ReturnType<typeof say>, code: number): string =>
  formatAddress(answer?.options.get(code) ?? new Uint8Array(4));

test('a station behind a router gets an address of its network, and the router for its way out and for the server', () => {
  const stand = new Stand({ routes: BEHIND });
  const relay = addressOf('10.0.20.1');
  const ack = lease(stand, MAC, { relay, hostName: 'far' });
  expect(ack).toMatchObject({ kind: DHCP_KIND.ack, given: '10.0.20.64', relay: '10.0.20.1' });
  expect([1, 3, 6, 54].map((code) => option(ack, code))).toEqual([
    '255.255.255.128',
    '10.0.20.1',
    '10.0.0.1',
    '10.0.20.1',
  ]);
  // What the relay said comes back to it.
  expect([...(ack?.options.get(82) ?? [])]).toEqual([11, 4, 10, 0, 20, 1]);
  expect(lease(stand, MAC + 1, { relay: addressOf('10.0.10.1') })?.given).toBe('10.0.10.100');
  expect(lease(stand, MAC + 2)?.given).toBe('10.0.0.100');
  expect(stand.view.leases.map(({ address }) => address)).toEqual([
    '10.0.0.100',
    '10.0.10.100',
    '10.0.20.64',
  ]);
  const elsewhere = say(stand, MAC + 3, DHCP_KIND.discover, { relay: addressOf('10.0.30.1') });
  expect([elsewhere, stand.counters['noAddressLeft']]).toEqual([undefined, 1]);
});

test('many stations ask by one router’s card, and each is one; saved, all keep their addresses', () => {
  const stand = new Stand({ routes: BEHIND });
  const relay = addressOf('10.0.10.1');
  const given = Array.from(
    { length: 12 },
    (_, n) => lease(stand, MAC + n, { relay, card: 0x5254_0000_0002 })?.given,
  );
  expect(new Set(given).size).toBe(12);
  expect(stand.continued().view.leases).toEqual(stand.view.leases);
  const moved = say(stand, MAC, DHCP_KIND.request, { relay, requested: addressOf('10.0.20.64') });
  expect(moved?.kind).toBe(DHCP_KIND.refusal);
});
