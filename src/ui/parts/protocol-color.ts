/** One colour for each family of protocols: in lists of packets, in their diagram, and where they pass in the topology. */
const FAMILIES: readonly { readonly color: string; readonly protocols: readonly string[] }[] = [
  { color: 'var(--accent)', protocols: ['TCP', 'HTTP'] },
  { color: 'var(--green)', protocols: ['UDP', 'DNS', 'DHCP'] },
  { color: 'var(--amber)', protocols: ['ARP'] },
  { color: 'color-mix(in srgb, var(--red), var(--accent))', protocols: ['ICMP', 'ICMPv6'] },
];

export function protocolColor(protocol: string): string {
  return FAMILIES.find(({ protocols }) => protocols.includes(protocol))?.color ?? 'var(--grey)';
}
