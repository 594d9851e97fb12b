/** A packet in one line: from whom to whom, what it speaks, what it says. */
import type { Packet } from './dissect.ts';
import type { Layer } from './layer.ts';
import { ipv4Text, ipv6Text, macText } from './values.ts';

export interface Summary {
  readonly source: string;
  readonly destination: string;
  /** As Wireshark names it. */
  readonly protocol: string;
  readonly info: string;
}

const LABELS: Readonly<Record<string, string>> = {
  eth: 'Ethernet',
  vlan: '802.1Q',
  ieee8021ad: '802.1ad',
  ip: 'IPv4',
  ipv6: 'IPv6',
  icmpv6: 'ICMPv6',
};

/** The last layer that a list names a packet by: data is none, and what a message of ICMP quotes is not what was sent. */
export function topLayer({ layers }: Packet): Layer | undefined {
  const quoting = layers.findIndex(({ protocol }) => protocol.id === 'icmp' || protocol.id === 'icmpv6');
  const own = quoting < 0 ? layers : layers.slice(0, quoting + 1);
  return own.findLast(({ protocol }) => protocol.id !== 'data') ?? own.at(-1);
}

export function summaryOf(packet: Packet): Summary {
  const top = topLayer(packet);
  const [source, destination] = addressesOf(packet);
  if (top === undefined) return { source, destination, protocol: '', info: '' };
  const { id } = top.protocol;
  const protocol = id === 'stp' && top.u8(2) >= 2 ? 'RSTP' : (LABELS[id] ?? id.toUpperCase());
  const said = top.protocol.summary?.(top) ?? '';
  return {
    source,
    destination,
    protocol,
    info: top.problem === undefined ? said : `[${top.problem}] ${said}`,
  };
}

/** Of the network where there is one, else of the link. */
function addressesOf({ layers, bytes }: Packet): readonly [string, string] {
  const network = layers.find(({ protocol: { id } }) => id === 'ip' || id === 'ipv6');
  if (network?.protocol.id === 'ip' && network.has(12, 8))
    return [ipv4Text(network.slice(12, 4)), ipv4Text(network.slice(16, 4))];
  if (network?.protocol.id === 'ipv6' && network.has(8, 32))
    return [ipv6Text(network.slice(8, 16)), ipv6Text(network.slice(24, 16))];
  return [macText(bytes.subarray(6, 12)), macText(bytes.subarray(0, 6))];
}
