/** What numbers of the link, of the internet protocol and of its neighbours mean (IANA's registries). */

export const ETHER_TYPES: Readonly<Record<number, string>> = {
  [0x0800]: 'IPv4',
  [0x0806]: 'ARP',
  [0x8100]: '802.1Q',
  [0x88a8]: '802.1ad',
  [0x86dd]: 'IPv6',
};

export const IP_PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'hop-by-hop options',
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  17: 'UDP',
  43: 'routing header',
  44: 'fragment header',
  58: 'ICMPv6',
  59: 'no next header',
  60: 'destination options',
};

/** What is in a frame of a type; `data` where nobody here knows it. */
export function byEtherType(type: number): string {
  if (type === 0x0800) return 'ip';
  if (type === 0x0806) return 'arp';
  if (type === 0x86dd) return 'ipv6';
  if (type === 0x8100) return 'vlan';
  return type === 0x88a8 ? 'ieee8021ad' : 'data';
}

/** What is in a packet of a protocol number, in the fourth version or the sixth. */
export function byIpProtocol(protocol: number, version: 4 | 6): string {
  if (protocol === 6) return 'tcp';
  if (protocol === 17) return 'udp';
  if (protocol === 1 && version === 4) return 'icmp';
  if (protocol === 2 && version === 4) return 'igmp';
  return protocol === 58 && version === 6 ? 'icmpv6' : 'data';
}

/** What both ends of a transport speak, by the lesser port that is known. */
export function byPorts(transport: 'tcp' | 'udp', ports: readonly number[]): string {
  const known = (port: number): string | undefined => {
    if (port === 53) return 'dns';
    if (transport === 'tcp') return port === 80 || port === 8080 ? 'http' : undefined;
    return port === 67 || port === 68 ? 'dhcp' : undefined;
  };
  return (
    [...ports]
      .sort((a, b) => a - b)
      .map(known)
      .find((id) => id !== undefined) ?? 'data'
  );
}
