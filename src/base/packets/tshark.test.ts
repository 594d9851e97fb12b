// Field for field with Wireshark's own dissection, where it is installed: each field of ours is one of its own, at the same bytes and of the same value.
import { describe, expect, test } from 'vitest';
import { dissect } from './dissect.ts';
import { parseFilter } from './filter.ts';
import { matches } from './filter-match.ts';
import { CORPUS } from './fixtures/corpus.ts';
import { FURTHER_CORPUS } from './fixtures/further-corpus.ts';
import { absences, differences, HAS_TSHARK, tshark } from './fixtures/tshark.ts';

describe.runIf(HAS_TSHARK)('as Wireshark sees it', () => {
  const packets = Object.values(CORPUS);
  describe.each([CORPUS, FURTHER_CORPUS])('each frame of a corpus', (corpus) => {
    const frames = Object.values(corpus);
    const [differing, absent] = HAS_TSHARK ? [differences(frames), absences(frames)] : [[], []];
    test.each(Object.keys(corpus).map((name, index) => [name, index] as const))('%s', (_, index) => {
      expect(differing[index]).toEqual([]);
      expect(absent[index]).toEqual([]);
    });
  });

  test('the names, speed and times of ports and packets of a file are read', () => {
    const options = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.interface_name', '-c', '2'];
    const shown = tshark(packets, options);
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
    const listed = tshark(packets, ['-Y', text, '-T', 'fields', '-e', 'frame.number']);
    expect(ours).toEqual(
      listed
        .split('\n')
        .filter((line) => line !== '')
        .map(Number),
    );
  });
});
