// Field for field with Wireshark's own dissection, where it is installed: each field of ours is one of its own, at the same bytes and of the same value.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dissect, fieldsOf } from './dissect.ts';
import { parseFilter } from './filter.ts';
import { matches } from './filter-match.ts';
import { CORPUS } from './fixtures/corpus.ts';
import type { FieldNode } from './layer.ts';
import { writePcapng } from './pcapng.ts';
import { hexBytes, valueText } from './values.ts';

const HAS_TSHARK = spawnSync('tshark', ['--version']).status === 0;
if (!HAS_TSHARK) console.log('tshark is not installed: nothing is compared with it');

/** What Wireshark does not name: our own groups, and what it counts in its own way. */
const OURS: ReadonlySet<string> = new Set([
  'dns.record',
  'icmpv6.opt',
  'ip.options',
  'ipv6.fraghdr',
  'ipv6.hopopts',
]);

interface Theirs {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly show: string;
  readonly value: string;
}

function withFile<T>(use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-packets-'));
  const path = join(folder, 'corpus.pcapng');
  const frames = Object.values(CORPUS).map((bytes, index) => ({
    ...{ port: 0, at: 1e9 + index * 1000 + 7, bytes, length: bytes.length },
  }));
  writeFileSync(path, writePcapng({ ports: [{ name: 'vm-1/0' }], frames }));
  try {
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By packet, its fields. */
function theirs(): Theirs[][] {
  const text = withFile((path) =>
    execFileSync('tshark', ['-r', path, '-T', 'pdml', '-o', 'tcp.relative_sequence_numbers:FALSE'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const plain = (attribute: string): string =>
    attribute.replace(
      /&(lt|gt|amp|quot|apos);/g,
      (_, sign: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" })[sign]!,
    );
  return text
    .split('<packet>')
    .slice(1)
    .map((packet) =>
      [...packet.matchAll(/<field ([^>]*?)\/?>/g)].map(([, attributes]) => {
        const of = (key: string): string =>
          plain(new RegExp(`(?:^| )${key}="([^"]*)"`).exec(attributes!)?.[1] ?? '');
        return {
          name: of('name'),
          at: Number(of('pos')),
          size: Number(of('size')),
          show: of('show'),
          value: of('value'),
        };
      }),
    );
}

/** Of bits, Wireshark says in which bytes the word lies that they are of; we say the bytes of the bits. */
function isAt({ row, start, end }: FieldNode, { at, size }: Theirs): boolean {
  if (row.made === true) return true;
  const isBits = row.bits % 8 !== 0 || row.bit % 8 !== 0 || row.kind === 'flag';
  return isBits ? at <= start && end <= at + size : at === start && size === end - start;
}

/** Our value as Wireshark shows it, or as near as both can be brought. */
function same(field: FieldNode, { show, value: hex }: Theirs): boolean {
  const { row, value } = field;
  if (typeof value === 'number') {
    if (/^(?:True|False)$/.test(show)) return value === (show === 'True' ? 1 : 0);
    return value === Number(show) || value / (row.times ?? 1) === Number(show);
  }
  if (value instanceof Uint8Array) {
    if (row.kind === 'bytes')
      return Buffer.from(value).toString('hex') === hex || hexBytes(show)?.join() === value.join();
    return valueText(field) === show;
  }
  return value === show || value.trimEnd() === show.replace(/(?:\\r|\\n|\s)*$/, '');
}

describe.runIf(HAS_TSHARK)('as Wireshark sees it', () => {
  const all = HAS_TSHARK ? theirs() : [];
  test.each(Object.keys(CORPUS).map((name, index) => [name, index] as const))('%s', (name, index) => {
    const known = all[index]!;
    const missing: string[] = [];
    for (const field of fieldsOf(dissect(CORPUS[name]!))) {
      if (OURS.has(field.row.name)) continue;
      const named = known.filter((each) => each.name === field.row.name);
      const size = field.end - field.start;
      const found = named.some((each) => same(field, each) && isAt(field, each));
      if (!found) {
        const seen = named.map((each) => `${each.at}+${each.size} ${each.show} ${each.value}`).join(' | ');
        missing.push(`${field.row.name} ${field.start}+${size} ${valueText(field)}: ${seen}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('the names, speed and times of ports and packets of a file are read', () => {
    const shown = withFile((path) =>
      execFileSync(
        'tshark',
        ['-r', path, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.interface_name', '-c', '2'],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      ),
    );
    expect(shown.trim().split('\n')).toEqual(['1.000000007\tvm-1/0', '1.000001007\tvm-1/0']);
  });

  test.each([
    'arp',
    'ip.addr == 10.0.0.1',
    'ip.addr != 10.0.0.1',
    '!(ip.addr == 10.0.0.1)',
    'ip.src == 10.0.0.0/24 && !icmp',
    'tcp.port == 80 and tcp.flags.syn == 1',
    'tcp.port in {80, 5001..5002}',
    'udp.dstport < 1000 || tcp.len >= 10',
    'vlan.id == 10',
    'http.request.method == "GET"',
    'http.host contains "lab"',
    'dns.qry.name contains "www"',
    'eth.dst[0:3] == ff:ff:ff',
    'eth.dst[4:] == ff:ff || ipv6',
    'icmpv6.type == 135',
    'dhcp.option.dhcp == 1',
    'tcp contains "index"',
    'stp.flags.proposal == 1',
    'ip.ttl > 63 && frame.len < 60',
    'frame.number in {1..3, 7}',
    'not arp and not ip and not ipv6',
    'eth.addr == 52:54:00:12:34:02',
    'ipv6.dst == fe80::/10',
  ])('filter %s lets the same packets through', (text) => {
    const filter = parseFilter(text);
    expect(filter).toMatchObject({ ok: true });
    if (!filter.ok || filter.value === undefined) return;
    const ours = Object.values(CORPUS).flatMap((bytes, index) => {
      const seen = {
        packet: dissect(bytes),
        number: index + 1,
        length: bytes.length,
        seconds: 0,
        port: 'vm-1/0',
      };
      return matches(filter.value!, seen) ? [index + 1] : [];
    });
    const listed = withFile((path) =>
      execFileSync('tshark', ['-r', path, '-Y', text, '-T', 'fields', '-e', 'frame.number'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    expect(ours).toEqual(
      listed
        .split('\n')
        .filter((line) => line !== '')
        .map(Number),
    );
  });
});
