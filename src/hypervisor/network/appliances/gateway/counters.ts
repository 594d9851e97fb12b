/** What a gateway counts. */
import type { CounterRow } from '#machine/devices/counters';

const rows = <const Id extends string>(
  table: Readonly<Record<Id, { readonly en: string; readonly zh: string }>>,
): readonly CounterRow<Id>[] =>
  (Object.keys(table) as Id[]).map((id) => ({ id, unit: 'count', text: table[id] }));

export const GATEWAY_COUNTERS: readonly CounterRow<
  | ('packetsOut' | 'packetsIn' | 'routed' | 'answered' | 'troubles' | 'lost')
  | ('malformed' | 'badChecksum' | 'otherProtocol' | 'notForUs' | 'foreignSource')
  | ('addressesGiven' | 'noAddressLeft' | 'namesAnswered' | 'namesUnknown')
  | ('mapped' | 'mappingsEvicted' | 'noMapping' | 'opened' | 'refused' | 'resent')
>[] = rows({
  packetsOut: { en: 'packets passed outwards', zh: '转发到外部的数据包' },
  packetsIn: { en: 'packets passed inwards', zh: '转发到内部的数据包' },
  routed: { en: 'packets passed on to a router inside', zh: '转交给内部路由器的数据包' },
  answered: { en: 'echoes and requests for addresses answered', zh: '回应的回显与地址请求' },
  troubles: { en: 'senders told that a packet did not arrive', zh: '告知发送方数据包未送达' },
  lost: {
    en: 'packets lost: no room, or nobody has the address',
    zh: '丢失的数据包：没有空间，或无人拥有该地址',
  },
  malformed: { en: 'malformed', zh: '格式错误' },
  badChecksum: { en: 'wrong checksum', zh: '校验和错误' },
  otherProtocol: { en: 'of another protocol', zh: '其他协议' },
  notForUs: { en: 'not for the gateway', zh: '不是发给网关的' },
  foreignSource: { en: 'sender of another network', zh: '发送方属于其他网络' },
  addressesGiven: { en: 'addresses given (DHCP)', zh: '分配的地址（DHCP）' },
  noAddressLeft: { en: 'no address left (DHCP)', zh: '没有可分配的地址（DHCP）' },
  namesAnswered: { en: 'names answered (DNS)', zh: '解析的域名（DNS）' },
  namesUnknown: { en: 'names that nobody has (DNS)', zh: '不存在的域名（DNS）' },
  mapped: { en: 'mappings made (NAT)', zh: '建立的映射（NAT）' },
  mappingsEvicted: { en: 'mappings that had to make room (NAT)', zh: '为腾出空间而移除的映射（NAT）' },
  noMapping: { en: 'no mapping (NAT)', zh: '没有映射（NAT）' },
  opened: { en: 'connections opened (TCP)', zh: '建立的连接（TCP）' },
  refused: { en: 'connections refused (TCP)', zh: '拒绝的连接（TCP）' },
  resent: { en: 'segments sent again (TCP)', zh: '重传的报文段（TCP）' },
});

export type GatewayCounter = (typeof GATEWAY_COUNTERS)[number]['id'];
