/** What a gateway and a station say to each other: addresses, names, pages. Where Wireshark is installed, it reads the same of each frame. */
import { expect, test } from 'vitest';
import { dissect } from '#base/packets/dissect';
import { differences, HAS_TSHARK } from '#base/packets/fixtures/tshark';
import { followStream, streamOf } from '#base/packets/streams';
import { topLayer } from '#base/packets/summary';
import { lease } from '../appliances/gateway/fixtures/dhcp-client.ts';
import { Client, STATION, STATION_MAC, STATION6, Stand } from '../appliances/gateway/fixtures/stand.ts';
import { addressOf } from '../appliances/gateway/wire/address.ts';
import { icmpPacket } from '../appliances/gateway/wire/icmp.ts';

function question(name: string, type: number): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  return Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
}

/** All frames both ways of one visit. */
function visit(): Uint8Array[] {
  const stand = new Stand();
  const frames: Uint8Array[] = [];
  const [put, push] = [stand.put.bind(stand), stand.frames.push.bind(stand.frames)];
  stand.put = (frame) => {
    frames.push(frame.slice());
    put(frame);
  };
  stand.frames.push = (...sent) => {
    frames.push(...sent);
    return push(...sent);
  };
  lease(stand, STATION_MAC, { hostName: 'alpha' });
  for (const type of [1, 28, 12]) stand.ask(addressOf('10.0.0.1'), 53, question('www.example.com', type));
  new Client(addressOf('198.51.100.80'), 80).talk(stand, 'GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n', {
    ms: 300,
  });
  new Client(addressOf('2001:db8:80::80'), 80, { from: STATION6, fromPort: 40_001 }).talk(
    ...([stand, 'GET /none HTTP/1.1\r\nHost: www.example.com\r\n\r\n', { ms: 300 }] as const),
  );
  for (const [from, to] of [
    [STATION, addressOf('8.8.8.8')],
    [STATION6, addressOf('2001:db8:80::80')],
  ] as const)
    stand.send(
      icmpPacket(
        { from, to },
        { type: from === STATION ? 8 : 128, code: 0, rest: new Uint8Array(20).fill(0x61) },
      ),
    );
  stand.packets();
  return frames;
}

test('a visit is of all protocols that a station needs, and its page is read from the packets', () => {
  const packets = visit().map((frame) => dissect(frame));
  expect(packets.map(({ layers }) => layers.find(({ problem }) => problem !== undefined)?.problem)).toEqual(
    packets.map(() => undefined),
  );
  const spoken = new Set(packets.map((packet) => topLayer(packet)?.protocol.id));
  for (const id of ['arp', 'dhcp', 'dns', 'tcp', 'http', 'icmp', 'icmpv6']) expect([...spoken]).toContain(id);
  const page = packets.find(({ layers }) => layers.some(({ protocol }) => protocol.id === 'http'))!;
  const { pieces } = followStream(packets, streamOf(page)!);
  const answer = pieces
    .filter(({ from }) => from === 'second')
    .map(({ bytes }) => new TextDecoder().decode(bytes));
  expect(answer.join('')).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*<!doctype html>/i);
});

test.skipIf(!HAS_TSHARK)('Wireshark reads the same of each frame', () => {
  expect(differences(visit()).flat()).toEqual([]);
});
