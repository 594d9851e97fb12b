import { expect, test } from 'vitest';
import { Conversations } from './conversations/conversations.ts';
import { putFacts } from './conversations/put-facts.ts';
import { dissect, type Packet } from './dissect.ts';
import { bytesOf, CORPUS, ether, ipv4, ipv6, tcp } from './fixtures/corpus.ts';
import { followStream, streamOf } from './streams.ts';
import { summaryOf } from './summary.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';

function segment(text: string, seq: number, flags = 0x18): Packet {
  return dissect(ether(0x0800, ipv4(6, tcp(40_000, 7, flags, bytesOf(text), [], seq), A, B)));
}
function answer(text: string, seq: number, flags = 0x18): Packet {
  return dissect(ether(0x0800, ipv4(6, tcp(7, 40_000, flags, bytesOf(text), [], seq), B, A)));
}
function read(packets: readonly Packet[]): string {
  const { pieces } = followStream(packets, streamOf(packets[0]!)!);
  return pieces
    .map(
      ({ from, bytes, missing }) =>
        `${from === 'first' ? '>' : '<'}${missing || ''}${new TextDecoder().decode(bytes)}`,
    )
    .join(' ');
}

test('a stream is read once, whatever came twice or overtook', () => {
  const packets = [
    segment('', 999, 2),
    answer('', 4999, 0x12),
    segment('hello', 1000),
    segment('hello', 1000),
    segment('world', 1010),
    answer('yes?', 5000),
    segment('llo, dear', 1002),
    segment('!', 1015),
  ];
  expect(read(packets)).toBe('>hello <yes? >, dear >orld >!');
});

test('what is missing is said, where a capture began late or has lost packets', () => {
  expect(read([segment('late', 7000), segment('later', 7010)])).toBe('>late >6later');
});

test('numbers go on behind the largest', () => {
  expect(read([segment('', 0xffff_fffd, 2), segment('abcd', 0xffff_fffe), segment('ef', 2)])).toBe(
    '>abcd >ef',
  );
});

test('who began stands first, also where only the answer was seen', () => {
  const packets = [answer('', 4999, 0x12), segment('hello', 1000)];
  expect(followStream(packets, streamOf(packets[0]!)!)).toMatchObject({
    first: `${A}:40000`,
    second: `${B}:7`,
  });
});

test('ends in version 6 are written as everywhere, and what a message quotes is no stream', () => {
  const packet = ipv6(6, tcp(40_000, 7, 0x18, bytesOf('hello')));
  const known = dissect(ether(0x86dd, packet));
  expect(followStream([known], streamOf(known)!).first).toBe('[fe80::5054:ff:fe12:3401]:40000');
  const tooBig = ipv6(58, bytesOf([2, 0, 0, 0, 0, 0, 5, 0], packet));
  expect(streamOf(dissect(ether(0x86dd, tooBig)))).toBeUndefined();
});

test('what is no stream has none', () => {
  expect(streamOf(dissect(CORPUS['datagram']!))).toBeUndefined();
  expect(streamOf(dissect(CORPUS['unreachable']!))).toBeUndefined();
});

test.each([
  ['arpRequest', '52:54:00:12:34:01', 'ff:ff:ff:ff:ff:ff', 'ARP'],
  ['unreachable', '10.0.0.1', '10.0.0.2', 'ICMP'],
  ['rapid', '52:54:00:12:34:01', '01:80:c2:00:00:00', 'RSTP'],
  ['request', '10.0.0.1', '10.0.0.2', 'HTTP'],
  ['solicitation', 'fe80::5054:ff:fe12:3401', 'fe80::5054:ff:fe12:3402', 'ICMPv6'],
])('%s is named by who sent it to whom, and what it speaks', (name, source, destination, protocol) => {
  expect(summaryOf(dissect(CORPUS[name]!))).toMatchObject({ source, destination, protocol });
});

test('ports that are used again are another stream', () => {
  const conversations = new Conversations();
  const packets = [
    segment('', 999, 2),
    answer('', 4999, 0x12),
    segment('one', 1000),
    segment('', 1003, 0x11),
    segment('', 70_999, 2),
    answer('', 84_999, 0x12),
    segment('two', 71_000),
    answer('yes', 85_000),
  ];
  for (const [index, packet] of packets.entries())
    putFacts(packet, conversations.note(packet, { number: index + 1, at: index, port: 'a', frame: 0 }));
  expect(read(packets.slice(0, 4))).toBe('>one');
  expect(read(packets)).toBe('>one');
  const { pieces } = followStream(packets, streamOf(packets[6]!)!);
  expect(pieces.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(['two', 'yes']);
});
