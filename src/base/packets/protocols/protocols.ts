/** All protocols that packets are taken apart by: a file and a row each. */
import type { Protocol } from '../protocol.ts';
import { ARP } from './arp.ts';
import { DATA } from './data.ts';
import { DHCP } from './dhcp.ts';
import { DNS } from './dns.ts';
import { ETHERNET, SERVICE_VLAN, VLAN } from './ethernet.ts';
import { HTTP } from './http.ts';
import { ICMP } from './icmp.ts';
import { ICMPV6 } from './icmpv6.ts';
import { IGMP } from './igmp.ts';
import { IPV4 } from './ipv4.ts';
import { IPV6 } from './ipv6.ts';
import { LLC } from './llc.ts';
import { STP } from './stp.ts';
import { TCP } from './tcp.ts';
import { UDP } from './udp.ts';

export const PROTOCOLS: readonly Protocol[] = [
  ...[ETHERNET, VLAN, SERVICE_VLAN, LLC, STP, ARP, IPV4, IPV6],
  ...[ICMP, IGMP, ICMPV6, UDP, TCP, DHCP, DNS, HTTP, DATA],
];
