/** What packets are in their conversations: by hand where it is plain, field for field with Wireshark where it is installed. */
import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../fixtures/random-numbers.ts';
import { dissect, fieldsOf, type Packet } from '../dissect.ts';
import { parseFilter } from '../filter.ts';
import { matches } from '../filter-match.ts';
import { captured } from '../fixtures/captured.ts';
import { CORPUS } from '../fixtures/corpus.ts';
import { frameOf, type MadeSegment, madeTrace } from '../fixtures/tcp-traces.ts';
import { HAS_TSHARK, tsharkFields } from '../fixtures/tshark.ts';
import { streamDifferences } from '../fixtures/tshark-streams.ts';
import { summaryOf } from '../summary.ts';
import { Conversations } from './conversations.ts';
import { putFacts } from './put-facts.ts';

const MS = 1_000_000;
const A = [1, 40_000] as const;
const B = [2, 7] as const;

/** Segments a millisecond apart, as they are after the pass. */
function seen(list: readonly Omit<MadeSegment, 'at'>[], port?: (index: number) => string): readonly Packet[] {
  return captured(
    list.map((each, index) => frameOf({ at: (1 + index) * MS, ...each })),
    port,
  );
}
const value = (packet: Packet, name: string): unknown =>
  [...fieldsOf(packet)].find(({ row }) => row.name === name)?.value;
const marks = (packet: Packet): string => /^((?:\[[^\]]*\] )*)/.exec(summaryOf(packet).info)![1]!.trim();
const a = (seq: number, length: number, more: Partial<MadeSegment> = {}): Omit<MadeSegment, 'at'> => ({
  ...{ from: A, to: B, seq: 1000 + seq, ack: 5001, flags: 24, length },
  ...more,
});
const b = (ack: number, more: Partial<MadeSegment> = {}): Omit<MadeSegment, 'at'> => ({
  ...{ from: B, to: A, seq: 5001, ack: 1000 + ack, flags: 16 },
  ...more,
});
const OPENING = [a(0, 0, { flags: 2, ack: 0 }), b(1, { seq: 5000, flags: 18 }), a(1, 0, { flags: 16 })];

test('numbers count from the beginning of the stream, and times from its first and its last packet', () => {
  const packets = seen([...OPENING, a(1, 100), b(101)]);
  expect(packets.map((each) => [value(each, 'tcp.seq'), value(each, 'tcp.ack')])).toEqual([
    ...[
      [0, 0],
      [0, 1],
      [1, 1],
    ],
    ...[
      [1, 1],
      [1, 101],
    ],
  ]);
  expect(packets.map((each) => value(each, 'tcp.stream'))).toEqual([0, 0, 0, 0, 0]);
  expect([value(packets[4]!, 'tcp.time_relative'), value(packets[4]!, 'tcp.time_delta')]).toEqual([
    0.004, 0.001,
  ]);
  expect([value(packets[4]!, 'tcp.analysis.acks_frame'), value(packets[4]!, 'tcp.analysis.ack_rtt')]).toEqual(
    [4, 0.001],
  );
  expect(value(packets[3]!, 'tcp.analysis.initial_rtt')).toBe(0.002);
  expect(summaryOf(packets[3]!).info).toBe('40000 → 7 [PSH, ACK] seq 1 ack 1 win 65535 len 100');
});

test('a lost segment is asked for three times, and sent again at once', () => {
  const packets = seen([...OPENING, a(101, 100), b(1), b(1), a(1, 100), b(201)]);
  expect(packets.slice(3).map(marks)).toEqual([
    '[Previous segment not captured]',
    ...['[Dup ACK 2#1]', '[Dup ACK 2#2]'],
    ...['[Fast Retransmission] [Retransmission]', ''],
  ]);
});

test('what is sent again after a silence is told from what was overtaken', () => {
  const silent = seen([...OPENING, a(1, 100), a(1, 100)]);
  expect(marks(silent[4]!)).toBe('[Retransmission]');
  expect(
    seen([...OPENING, a(101, 100), a(1, 100)])
      .map(marks)
      .slice(3),
  ).toEqual([...['[Previous segment not captured]', '[Out-Of-Order]']]);
});

test('windows that shut, are probed and open, and ends that ask whether the other is there', () => {
  const list = [a(1, 100), b(101, { window: 0 }), a(101, 1), b(101, { window: 0 }), b(101, { window: 500 })];
  expect(
    seen([...OPENING, ...list])
      .map(marks)
      .slice(3),
  ).toEqual([
    ...['', '[ZeroWindow]', '[ZeroWindowProbe]', '[ZeroWindowProbeAck] [ZeroWindow]', '[Window Update]'],
  ]);
  expect(
    seen([...OPENING, a(1, 100), b(101), a(100, 0, { flags: 16 }), b(101)])
      .map(marks)
      .slice(5),
  ).toEqual([...['[Keep-Alive]', '[Keep-Alive ACK]']]);
});

test('a frame that passes two ports is not sent twice, and each port is judged by what passed it', () => {
  // Each segment at both ports; the second one is lost before it comes to the second port.
  const sent = [...OPENING, a(1, 100), a(101, 100), a(201, 100)];
  const both = sent.flatMap((each, index) => (index === 4 ? [each] : [each, each]));
  const ports = sent.flatMap((_, index) => (index === 4 ? ['a/0'] : ['a/0', 'b/0']));
  const packets = seen(both, (index) => ports[index]!);
  const at = (port: string): string[] => packets.filter((_, index) => ports[index] === port).map(marks);
  expect(at('a/0')).toEqual(['', '', '', '', '', '']);
  expect(at('b/0')).toEqual(['', '', '', '', '[Previous segment not captured]']);
  expect(new Set(packets.map((each) => value(each, 'tcp.stream')))).toEqual(new Set([0]));
});

test('ports that are used again are another stream, at each port the same one', () => {
  const again = [a(50_000, 0, { flags: 2, ack: 0 }), a(50_001, 10)];
  const packets = seen(
    [OPENING[0]!, OPENING[0]!, ...again.flatMap((each) => [each, each])],
    (index) => 'ab'[index % 2]!,
  );
  expect(packets.map((each) => value(each, 'tcp.stream'))).toEqual([0, 0, 1, 1, 1, 1]);
  expect(packets.map(marks).slice(2)).toEqual([
    ...['[Port numbers reused]', '[Port numbers reused]'],
    '',
    '',
  ]);
});

test('filters ask for what was concluded', () => {
  const packets = seen([...OPENING, a(101, 100), b(1), b(1), a(1, 100), b(201)]);
  const found = (text: string): number[] => {
    const filter = parseFilter(text);
    if (!filter.ok || filter.value === undefined) throw new Error(text);
    return packets.flatMap((packet, index) =>
      matches(filter.value!, { packet, number: index + 1, length: 0, seconds: 0, port: '' })
        ? [index + 1]
        : [],
    );
  };
  expect(found('tcp.analysis.flags')).toEqual([4, 5, 6, 7]);
  expect(found('tcp.analysis.retransmission')).toEqual([7]);
  expect(found('tcp.analysis.duplicate_ack_num >= 2')).toEqual([6]);
  expect(found('tcp.seq == 101 && tcp.stream == 0')).toEqual([4]);
  expect(found('tcp.time_delta > 0.0005 && !tcp.analysis.flags')).toEqual([2, 3, 8]);
});

test('hostile packets by the thousand leave bounded tables, and are judged in bounded time', () => {
  const random = randomNumbers(7);
  const conversations = new Conversations();
  for (let count = 0; count < 20_000; count++) {
    const list = [random(65_536), random(65_536)] as const;
    const { at, bytes } = frameOf({
      ...{ at: count, from: [1, count % 3 === 0 ? 7 : list[0]], to: [2, count % 3 === 0 ? 8 : list[1]] },
      ...{
        seq: random(2 ** 31) * 2,
        ack: random(2 ** 31) * 2,
        flags: random(64),
        length: random(3),
        window: random(3),
      },
    });
    const packet = dissect(bytes);
    putFacts(
      packet,
      conversations.note(packet, { number: count + 1, at, port: `p${count % 40}`, frame: count }),
    );
  }
  expect(conversations.size).toBeLessThanOrEqual(8192);
});

describe.runIf(HAS_TSHARK)('as Wireshark sees it', () => {
  test('every field of conversations that lose, repeat, overtake and shut their windows', () => {
    const frames = Array.from({ length: 60 }, (_, index) =>
      madeTrace(index + 1, 50).map(({ at, bytes }) => ({ at: at + index * 60e9, bytes })),
    ).flat();
    expect(frames.length).toBeGreaterThan(2900);
    expect(streamDifferences(frames)).toEqual([]);
  });

  test('numbers of streams of both transports', () => {
    const frames = Object.values(CORPUS)
      .filter(
        (bytes) => !dissect(bytes).layers.some(({ protocol: { id } }) => id === 'icmp' || id === 'icmpv6'),
      )
      .map((bytes, index) => ({ at: 1e9 + index * MS, bytes }));
    const conversations = new Conversations();
    const ours = frames.map(({ at, bytes }, index) => {
      const facts = conversations.note(dissect(bytes), { number: index + 1, at, port: 'p', frame: 0 });
      return facts === undefined ? '' : `${facts.transport} ${facts.stream}`;
    });
    const theirs = tsharkFields(frames, ['tcp.stream', 'udp.stream'], 'all').map((line) => {
      const [tcp = '', udp = ''] = line.split(';');
      return tcp !== '' ? `tcp ${tcp}` : udp === '' ? '' : `udp ${udp}`;
    });
    expect(ours).toEqual(theirs);
  });
});
