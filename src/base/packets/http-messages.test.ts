// Messages of the web that stand in several segments, as Wireshark puts them together where it is installed.
import { expect, test } from 'vitest';
import { HttpView, MOST_OPEN, OpenMessages } from './conversations/http-messages.ts';
import { segmentOf } from './conversations/segment.ts';
import { dissect, fieldAt, fieldsOf } from './dissect.ts';
import { captured } from './fixtures/captured.ts';
import { cut, HTTP_TRACES, httpTrace, randomHttp, response, text } from './fixtures/http-traces.ts';
import { mutateStreams } from './fixtures/stream-mutations.ts';
import type { TimedFrame } from './fixtures/tcp-traces.ts';
import { HAS_TSHARK, tsharkFields } from './fixtures/tshark.ts';

/** Each time that one stands in a packet. */
const NAMES = [
  ...['http.request.method', 'http.request.uri', 'http.host', 'http.response.code', 'http.response.phrase'],
  ...['http.content_length_header', 'http.content_length', 'http.content_type', 'http.file_data'],
  ...['tcp.segment', 'tcp.segment.count', 'tcp.reassembled.length'],
];

function ours(frames: readonly TimedFrame[]): readonly string[] {
  return captured(frames).map((packet) => {
    const fields = [...fieldsOf(packet)];
    return NAMES.map((name) =>
      fields
        .filter(({ row }) => row.name === name)
        .map(({ value }) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)))
        .join(','),
    ).join(';');
  });
}

const TRACES = [
  ...Object.entries(HTTP_TRACES),
  ...[1, 2, 3].map((seed) => [`by chance, ${seed}`, randomHttp(seed, 12)] as const),
];
test.runIf(HAS_TSHARK).each(TRACES)('%s: as Wireshark sees it', (_, said) => {
  const frames = httpTrace(said);
  const lines = (all: readonly string[]): string[] => all.map((line, index) => `${index + 1} ${line}`);
  expect(lines(ours(frames))).toEqual(lines(tsharkFields(frames, NAMES, 'all')));
});

test('a message is shown where its last byte came, of its own bytes, and its parts say whose they are', () => {
  const packets = captured(httpTrace(HTTP_TRACES['a body in three segments']!));
  const layersAt = (number: number): string[] =>
    packets[number - 1]!.layers.map(({ protocol }) => protocol.id);
  expect([5, 6, 7].map(layersAt)).toEqual([
    ['eth', 'ip', 'tcp'],
    ['eth', 'ip', 'tcp'],
    ['eth', 'ip', 'tcp', 'http'],
  ]);
  const http = packets[6]!.layers[3]!;
  expect(http.bytes.length).toBe(packets[6]!.layers[2]!.value('tcp.reassembled.length'));
  expect(new TextDecoder().decode(http.value('http.file_data') as Uint8Array)).toBe(text(700));
  // No byte of the last packet is said to be a field of the message.
  expect(fieldAt(packets[6]!, packets[6]!.bytes.length - 1)?.row.name).toMatch(/^tcp/);
});

test('messages that never end are bounded together: who began first is given up', () => {
  const open = new OpenMessages(20_000);
  const [header, body] = [response('', 'Content-Length: 5000\r\n'), text(5000)];
  const views = Array.from({ length: 10 }, () => new HttpView('10.0.0.1:40000', open));
  const frames = httpTrace([{ by: 'server', text: header }, ...cut('server', body, [1000])]);
  const segments = frames.map(({ bytes }) => segmentOf(dissect(bytes))!);
  const take = (view: HttpView, from: number, to?: number) =>
    segments.slice(from, to).map((segment, index) => view.take(segment, from + index + 1));
  for (const view of views) {
    take(view, 0, -1);
    expect(open.size).toBeLessThanOrEqual(20_000);
  }
  expect(take(views[9]!, -1)[0]?.whole.map(({ end }) => end)).toEqual([header.length + 5000]);
  expect(take(views[0]!, -1)[0]).toBeUndefined();
});

test('headers behind the last chunk have an end, as a header has', () => {
  const chunked = response('0\r\n', 'Transfer-Encoding: chunked\r\n');
  const endless = httpTrace(cut('server', chunked + 'a:\n'.repeat(9000), [1400]));
  const parts = captured(endless).map(({ layers }) =>
    layers.some((layer) => layer.value('tcp.segment_data') !== undefined),
  );
  // What comes behind so many is no part of that message.
  expect(parts.filter((isPart) => isPart).length).toBeLessThan(15);
});

test('damaged streams are put together and followed without an exception, and whole ones as they were said', () => {
  const found = mutateStreams(3, 6000);
  expect(found.first).toBeUndefined();
  expect(found).toMatchObject({ exceptions: 0, outside: 0, misread: 0 });
  expect(found.joined).toBeGreaterThan(300);
  expect(found.mostOpen).toBeGreaterThan(10_000);
  expect(found.mostOpen).toBeLessThanOrEqual(MOST_OPEN);
});
