// Display filters as learners write them, packet for packet with Wireshark, where it is installed.
import { describe, expect, test } from 'vitest';
import { dissect } from './dissect.ts';
import { parseFilter } from './filter.ts';
import { matches } from './filter-match.ts';
import { CORPUS } from './fixtures/corpus.ts';
import { FURTHER_CORPUS } from './fixtures/further-corpus.ts';
import { HAS_TSHARK, PLAINLY, tshark } from './fixtures/tshark.ts';

/** Without commas: the statistics that are asked for have them between filters. */
const FILTERS: readonly string[] = [
  ...[
    'tcp',
    'udp',
    'icmp',
    'icmpv6',
    'arp',
    'ip',
    'ipv6',
    'dns',
    'dhcp',
    'http',
    'stp',
    'llc',
    'vlan',
    'igmp',
  ],
  ...['frame', '!arp', 'not ip', 'eth', 'ieee8021ad', 'tcp || udp', 'tcp or arp and udp', '!(tcp || udp)'],
  ...['(ip && !tcp) && !udp', '!tcp && !udp && !icmp', '!!tcp'],
  ...['ip.addr == 10.0.0.1', 'ip.addr eq 10.0.0.2', 'ip.addr != 10.0.0.1', '!(ip.addr == 10.0.0.1)'],
  ...['ip.src == 10.0.0.0/24', 'ip.dst == 224.0.0.0/4', 'ip.addr !== 10.0.0.1', 'ip.addr === 10.0.0.1'],
  ...['ip.addr any_ne 10.0.0.2', 'ip.addr all_ne 10.0.0.2', 'ip.src == 0.0.0.0', 'ip.dst == 255.255.255.255'],
  ...['ip.addr > 10.0.0.1', 'ip.src < 10.0.0.2', 'ip.src == ip.dst', 'ip.src != ip.dst', 'ip.src < ip.dst'],
  ...['ip.ttl == 64', 'ip.ttl < 64', 'ip.proto == 6', 'ip.version == 4', 'ip.hdr_len > 20', 'ip.len >= 100'],
  ...['ip.flags.df == 1', 'ip.flags.mf == True', 'ip.flags.mf == 1 || ip.frag_offset > 0', 'ip.id == 0x1234'],
  ...['ip.flags == 2', 'ip.flags & 2', 'ip.dsfield.dscp == 0', 'ip.checksum != 0'],
  ...[
    'ipv6.addr == fe80::/10',
    'ipv6.src == fe80::5054:ff:fe12:3401',
    'ipv6.dst == ff02::/16',
    'ipv6.nxt == 58',
  ],
  ...['ipv6.hlim == 255', 'ipv6.flow == 0xbcdef', 'ipv6.tclass.dscp == 46', 'ipv6.fraghdr.more == 1'],
  ...['ipv6.src == ::', 'ipv6.opt.type == 5', 'ipv6.routing.segleft >= 1', 'ipv6.plen > 40'],
  ...[
    'tcp.port == 80',
    'tcp.port != 80',
    'tcp.srcport == 80',
    'tcp.dstport >= 5000',
    'tcp.dstport > tcp.srcport',
  ],
  ...[
    'tcp.flags.syn == 1',
    'tcp.flags.syn == 1 && tcp.flags.ack == 0',
    'tcp.flags.fin == 1',
    'tcp.flags.reset',
  ],
  ...[
    'tcp.flags == 0x02',
    'tcp.flags & 0x02',
    'tcp.flags & 0x12 == 0x12',
    'tcp.flags & 1 == 1',
    'tcp.len > 0',
  ],
  ...['tcp.flags.push == True', 'tcp.hdr_len > 20', 'tcp.options.mss_val == 1460', 'tcp.options.sack_le'],
  ...[
    'tcp.options.wscale.shift >= 7',
    'tcp.option_kind == 8',
    'tcp.window_size_value == 64240',
    'tcp.urgent_pointer == 0',
  ],
  ...[
    'tcp[13] == 02',
    'tcp[0:2] == 00:50',
    'tcp[2-3] == 00:50',
    'tcp contains "GET"',
    'tcp contains 47:45:54',
  ],
  ...['tcp.payload contains "Host"', 'tcp.payload[0:3] == "GET"', 'tcp.payload[-2:] == 0d:0a'],
  ...['udp.port == 53', 'udp.port == 67 || udp.port == 68', 'udp.length < 20', 'udp.dstport == 6000 && ip'],
  ...['eth.addr == 52:54:00:12:34:02', 'eth.src == 52-54-00-12-34-01', 'eth.dst == ff:ff:ff:ff:ff:ff'],
  ...[
    'eth.type == 0x0806',
    'eth.type == 0x86dd',
    'eth.addr[0:3] == 52:54:00',
    'eth.dst[0] == 01',
    'eth.dst[0] & 1',
    'eth.dst[0] & 1 == 1',
  ],
  ...[
    'eth.dst[:3] == 01:80:c2',
    'eth.dst[-1:] == 00',
    'eth.dst.ig == 1',
    'eth.ig == 1',
    'eth.lg == 1',
    'eth.len < 50',
  ],
  ...[
    'eth.src != eth.dst',
    'eth contains 08:00',
    'vlan.id == 10',
    'vlan.id > 10',
    'vlan.priority == 3',
    'vlan.id != 10',
  ],
  ...[
    'count(vlan.id) > 1',
    'count(ip.addr) > 2',
    'len(tcp.payload) > 50',
    'len(http.host) == 7',
    'len(frame) > 100',
  ],
  ...['lower(http.user_agent) == "wget"', 'upper(http.host) contains "LAB"', 'http.request', 'http.response'],
  ...[
    'http.request.method == "GET"',
    'http.request.method == "POST"',
    'http.host == "www.lab"',
    'http.host contains "lab"',
  ],
  ...[
    'http.host matches r"^www\\."',
    'http.host matches "^www[.]"',
    'http.host ~ "LAB$"',
    'dns.qry.name matches "^[a-z]+[.]lab$"',
    'tcp matches "(get|post) /"',
    'frame matches "HTTP/1[.][01]"',
    'http.user_agent matches "^w.et$"',
    'http.request.uri matches "[?&]b="',
    'http.response.code == 200',
    'http.response.code >= 300',
    'http.request.uri contains "?"',
    'http.location',
  ],
  ...[
    'arp.opcode == 1',
    'arp.opcode == 2',
    'arp.src.proto_ipv4 == 10.0.0.1',
    'arp.dst.proto_ipv4 == 10.0.0.0/30',
  ],
  ...[
    'arp.isgratuitous == 1',
    'arp.src.hw_mac == 52:54:00:12:34:01',
    'arp.src.proto_ipv4 == arp.dst.proto_ipv4',
  ],
  ...[
    'icmp.type == 8',
    'icmp.type == 8 || icmp.type == 0',
    'icmp.type == 3 && icmp.code == 4',
    'icmp.seq == 1',
  ],
  ...[
    'icmp.mtu == 1500',
    'icmpv6.type == 135',
    'icmpv6.type >= 133 && icmpv6.type <= 137',
    'icmpv6.opt.linkaddr',
  ],
  ...['icmpv6.nd.ns.target_address == fe80::/64', 'icmpv6.nd.ra.flag.m == 1', 'icmpv6.mld.multicast_address'],
  ...[
    'dns.flags.response == 0',
    'dns.flags.response == 1 && dns.flags.rcode != 0',
    'dns.qry.name == "www.lab"',
  ],
  ...[
    'dns.qry.name contains "lab"',
    'dns.qry.type == 1',
    'dns.a == 10.0.0.80',
    'dns.a',
    'dns.aaaa == fd00::/16',
  ],
  ...['dns.count.answers > 1', 'dns.resp.ttl < 100', 'dns.soa.mname contains "ns"', 'dns.id == 0x1234'],
  ...[
    'dhcp.option.dhcp == 1',
    'dhcp.option.dhcp == 3',
    'dhcp.option.hostname == "vm-1"',
    'dhcp.ip.your == 10.0.0.15',
  ],
  ...['dhcp.option.router == 10.0.0.254', 'dhcp.option.type == 51', 'dhcp.hw.mac_addr == 52:54:00:12:34:01'],
  ...[
    'stp.flags.tc == 1',
    'stp.root.hw == 52:54:00:12:34:01',
    'stp.version == 2',
    'stp.type == 0x80',
    'stp.flags.port_role == 3',
  ],
  ...[
    'frame.len > 100',
    'frame.len <= 60',
    'frame.cap_len == frame.len',
    'frame.number == 3',
    'frame.number > 20',
  ],
  ...[
    'frame contains "lab"',
    'frame contains 0a:00:00:01',
    'frame[12:2] == 08:00',
    'frame[0] & 1',
    'frame.time_relative > 0.00001',
  ],
  ...[
    'frame.interface_name == "vm-1/0"',
    'frame.interface_name contains "vm"',
    'ip.addr == 10.0.0.1 && tcp.port == 80',
  ],
  ...['(ip.src == 10.0.0.1 && ip.dst == 10.0.0.2) || (ip.src == 10.0.0.2 && ip.dst == 10.0.0.1)'],
];

/** By filter, the numbers of the packets that Wireshark lets through: one interval of its statistics for each packet. */
function theirs(packets: readonly Uint8Array[], filters: readonly string[]): number[][] {
  // The last interval is not told.
  const statistics = ['-q', '-z', `io,stat,0.000001,${filters.join(',')}`];
  const listed = tshark([...packets, packets.at(-1)!], [...PLAINLY, ...statistics]);
  const rows = listed.split('\n').filter((line) => line.includes('<>'));
  return filters.map((_, column) =>
    rows.flatMap((row, index) => (Number(row.split('|')[2 + 2 * column]) > 0 ? [index + 1] : [])),
  );
}

describe.runIf(HAS_TSHARK)('as Wireshark filters', () => {
  const packets = [...Object.values(CORPUS), ...Object.values(FURTHER_CORPUS)];
  const taken = packets.map((bytes) => dissect(bytes));
  const listed = HAS_TSHARK ? theirs(packets, FILTERS) : [];
  test.each(FILTERS.map((text, index) => [text, index] as const))('%s', (text, index) => {
    const filter = parseFilter(text);
    expect(filter).toMatchObject({ ok: true });
    if (!filter.ok || filter.value === undefined) return;
    const ours = taken.flatMap((packet, place) => {
      const { length } = packet.bytes;
      const seen = { packet, number: place + 1, length, seconds: place / 1e6, port: 'vm-1/0' };
      return matches(filter.value!, seen) ? [place + 1] : [];
    });
    expect(ours).toEqual(listed[index]);
  });

  test('most of them let some through, and not all', () => {
    const some = listed.filter(({ length }) => length > 0 && length < packets.length);
    expect(some.length).toBeGreaterThan(0.85 * FILTERS.length);
  });
});
