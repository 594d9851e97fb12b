import { describe, expect, test } from 'vitest';
import { dissect, fieldAt, fieldsOf } from './dissect.ts';
import { bytesOf, CORPUS, ether, ipv4, tcp } from './fixtures/corpus.ts';
import { DISSECTED, mutate } from './fixtures/mutations.ts';
import { MOST_FIELDS } from './layer.ts';
import { PROTOCOLS } from './protocols/protocols.ts';
import { topLayer } from './summary.ts';
import { ipv6Bytes, ipv6Text, valueText } from './values.ts';

const layersOf = (name: string): string[] => dissect(CORPUS[name]!).layers.map(({ protocol }) => protocol.id);

function textOf(bytes: Uint8Array, name: string): string | undefined {
  for (const field of fieldsOf(dissect(bytes))) if (field.row.name === name) return valueText(field);
  return undefined;
}

describe('a packet is taken apart', () => {
  test.each([
    ['tagged', 'eth vlan ip icmp data'],
    ['twoTags', 'eth vlan vlan ip icmp data'],
    ['rapid', 'eth llc stp'],
    ['snap', 'eth llc arp'],
    ['unreachable', 'eth ip icmp ip udp data'],
    ['request', 'eth ip tcp http'],
    ['offer', 'eth ip udp dhcp'],
    ['nameAnswer', 'eth ip udp dns'],
    ['groups', 'eth ipv6 icmpv6'],
    ['fragment6', 'eth ipv6 data'],
  ])('%s into its layers', (name, layers) => {
    expect(layersOf(name).join(' ')).toBe(layers);
  });

  test('with one line that says what it is', () => {
    const line = (name: string): string => {
      const top = topLayer(dissect(CORPUS[name]!))!;
      return top.protocol.summary?.(top) ?? '';
    };
    expect(line('arpRequest')).toBe('who has 10.0.0.2? tell 10.0.0.1');
    expect(line('syn')).toBe('40000 → 80 [SYN] seq 1000 ack 4275878552 win 64240 len 0');
    expect(line('offer')).toBe('offer 10.0.0.15');
    expect(line('nameAnswer')).toBe('A www.lab: 4');
    expect(line('answer')).toBe('200 OK');
    expect(line('solicitation')).toBe('neighbour solicitation fe80::5054:ff:fe12:3402');
  });

  test('and each byte leads to the smallest field that it is in', () => {
    const packet = dissect(CORPUS['syn']!);
    expect(fieldAt(packet, 1)?.row.name).toBe('eth.dst');
    expect(fieldAt(packet, 14 + 8)?.row.name).toBe('ip.ttl');
    expect(fieldAt(packet, 14 + 20 + 22)?.row.name).toBe('tcp.options.mss_val');
    expect(fieldAt(packet, CORPUS['syn']!.length)).toBeUndefined();
  });

  test('a segment that a card is still to cut says no length', () => {
    const bytes = ether(0x0800, ipv4(6, tcp(1, 80, 0x10, bytesOf('abc'))));
    bytes[16] = bytes[17] = 0;
    expect(textOf(bytes, 'tcp.len')).toBe('3');
  });
});

describe('hostile bytes', () => {
  test('names of DNS that point at themselves or onwards are refused', () => {
    const bytes = CORPUS['nameAnswer']!.slice();
    const answer = bytes.lastIndexOf(0xc0, bytes.length - 20);
    bytes[answer] = 0xff;
    bytes[answer + 1] = 0xff;
    expect(dissect(bytes).layers.at(-1)?.problem).toBe('malformed');
  });

  test('tags in tags end, and so do options', () => {
    const tags = bytesOf(new Uint8Array(12), ...Array.from({ length: 400 }, () => [0x81, 0, 0, 1]));
    expect(dissect(tags).layers.length).toBeLessThanOrEqual(16);
    const options = Array.from({ length: 40 }, () => 1);
    expect(
      [...fieldsOf(dissect(ether(0x0800, ipv4(6, tcp(1, 2, 0, bytesOf(), options)))))].length,
    ).toBeLessThan(100);
  });

  test('every cut of every packet gives an answer that stays within it', () => {
    for (const bytes of Object.values(CORPUS))
      for (let length = 0; length <= bytes.length; length++)
        for (const { start, end } of fieldsOf(dissect(bytes.subarray(0, length)))) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(length);
        }
  });

  test.each(DISSECTED.map((id) => [id] as const))('%s takes damaged packets without an exception', (id) => {
    const found = mutate(id, 7, 2000);
    expect(found).toMatchObject({ exceptions: 0, outside: 0 });
    expect(found.reached).toBeGreaterThan(1000);
    expect(found.mostFields).toBeLessThanOrEqual(MOST_FIELDS);
  });
});

describe('the tables', () => {
  const rows = PROTOCOLS.flatMap((protocol) =>
    protocol.rows.map((row) => [row.name, row, protocol] as const),
  );

  test('name each field once, in both languages, with its section', () => {
    expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
    for (const [name, { text, section }, { id }] of rows) {
      expect(text.en, name).not.toBe('');
      expect(text.zh, name).not.toBe('');
      if (id !== 'data') expect(section, name).toMatch(/^(?:RFC|IEEE) /);
    }
  });

  test('put what lies in a field within its bits', () => {
    for (const [name, row, protocol] of rows) {
      const outer = protocol.rows.find((each) => each.name === row.within);
      if (row.within === undefined) continue;
      expect(outer?.bit, name).toBeLessThanOrEqual(row.bit);
      expect(outer!.bit + outer!.bits, name).toBeGreaterThanOrEqual(row.bit + row.bits);
    }
  });
});

test.each(['::', '::1', 'fe80::1', '2001:db8::1:0:0:1', '2001:db8:0:1:1:1:1:1', '1::'])(
  '%s is written as it was read',
  (text) => {
    expect(ipv6Text(ipv6Bytes(text)!)).toBe(text);
  },
);
