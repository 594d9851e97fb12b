/** What a router counts. */
export const ROUTER_COUNTERS = [
  { id: 'forwarded', unit: 'count', text: { en: 'packets passed on', zh: '转发的数据包' } },
  { id: 'answered', unit: 'count', text: { en: 'echoes answered', zh: '回应的回显请求' } },
  {
    id: 'troubles',
    unit: 'count',
    text: { en: 'senders told that a packet did not arrive', zh: '告知发送方数据包未送达' },
  },
  {
    id: 'relayed',
    unit: 'count',
    text: { en: 'messages about addresses passed on (DHCP)', zh: '中继的地址请求与应答（DHCP）' },
  },
  {
    id: 'expired',
    unit: 'count',
    text: { en: 'passed too many routers', zh: '经过的路由器过多（TTL 耗尽）' },
  },
  { id: 'noRoute', unit: 'count', text: { en: 'no route', zh: '没有路由' } },
  { id: 'tooBig', unit: 'count', text: { en: 'too big for the next network', zh: '超过下一网络的最大长度' } },
  { id: 'cut', unit: 'count', text: { en: 'packets cut into pieces', zh: '分片的数据包' } },
  {
    id: 'lost',
    unit: 'count',
    text: {
      en: 'packets lost: no room, or nobody has the address',
      zh: '丢失的数据包：没有空间，或无人拥有该地址',
    },
  },
  {
    id: 'badSource',
    unit: 'count',
    text: { en: 'sender that cannot be there', zh: '发送方地址不可能在此网络' },
  },
  { id: 'notPassed', unit: 'count', text: { en: 'for one network alone', zh: '只限于单个网络' } },
  {
    id: 'noInterface',
    unit: 'count',
    text: { en: 'of a VLAN without an interface', zh: '所属 VLAN 没有接口' },
  },
  { id: 'malformed', unit: 'count', text: { en: 'malformed', zh: '格式错误' } },
  { id: 'badChecksum', unit: 'count', text: { en: 'wrong checksum', zh: '校验和错误' } },
  { id: 'otherProtocol', unit: 'count', text: { en: 'of another protocol', zh: '其他协议' } },
  { id: 'notForUs', unit: 'count', text: { en: 'not for the router', zh: '不是发给路由器的' } },
] as const;
export type RouterCounter = (typeof ROUTER_COUNTERS)[number]['id'];
