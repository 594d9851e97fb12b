/** Who gets which address (RFC 2131), with the options that the lab's guests use (RFC 2132). */
import type { Layer } from '../layer.ts';
import { type FieldKind, type FieldTuple, type Protocol, rows } from '../protocol.ts';
import { ipv4Text } from '../values.ts';

const MESSAGES = {
  ...{ 1: 'discover', 2: 'offer', 3: 'request', 4: 'decline', 5: 'ack', 6: 'nak', 7: 'release', 8: 'inform' },
};
const PAD = 0;
const END = 255;
const OPTIONS_AT = 240;
const MOST_OPTIONS = 128;

/** By number: the field that an option holds, how many bytes each of its values has (0: all), and how they are read. */
const OPTIONS: Readonly<
  Record<
    number,
    readonly [name: string, size: number, kind: FieldKind, en: string, zh: string, section: string]
  >
> = {
  1: ['subnet_mask', 4, 'ipv4', 'mask of the network', '子网掩码', '§3.3'],
  3: ['router', 4, 'ipv4', 'router', '路由器', '§3.5'],
  6: ['domain_name_server', 4, 'ipv4', 'name server', '域名服务器', '§3.8'],
  12: ['hostname', 0, 'text', 'name of the station', '主机名', '§3.14'],
  15: ['domain_name', 0, 'text', 'domain', '域名', '§3.17'],
  26: ['interface_mtu', 2, 'number', 'MTU', 'MTU', '§5.1'],
  28: ['broadcast_address', 4, 'ipv4', 'broadcast address', '广播地址', '§5.3'],
  42: ['ntp_server', 4, 'ipv4', 'time server', '时间服务器', '§8.3'],
  50: ['requested_ip_address', 4, 'ipv4', 'address that is wanted', '请求的地址', '§9.1'],
  51: ['ip_address_lease_time', 4, 'number', 'seconds of the lease', '租期（秒）', '§9.2'],
  53: ['dhcp', 1, 'number', 'message', '消息类型', '§9.6'],
  54: ['dhcp_server_id', 4, 'ipv4', 'server', '服务器标识', '§9.7'],
  55: ['request_list_item', 1, 'number', 'option that is wanted', '请求的选项', '§9.8'],
  56: ['message', 0, 'text', 'why', '说明', '§9.9'],
  57: ['dhcp_max_message_size', 2, 'number', 'greatest message', '最大消息长度', '§9.10'],
  58: ['renewal_time_value', 4, 'number', 'renewed after, in s', '续租时间（秒）', '§9.11'],
  59: ['rebinding_time_value', 4, 'number', 'rebound after, in s', '重绑定时间（秒）', '§9.12'],
  60: ['vendor_class_id', 0, 'text', 'kind of client', '厂商类别', '§9.13'],
  66: ['tftp_server_name', 0, 'text', 'server of files', '文件服务器', '§9.4'],
  67: ['bootfile_name', 0, 'text', 'file to start from', '启动文件', '§9.5'],
  121: ['classless_static_route', 0, 'bytes', 'ways to networks', '无类静态路由', 'RFC 3442'],
};
/** Who the client is; mostly by a hardware address. */
const CLIENT = 61;
const NAMES = {
  ...Object.fromEntries(Object.entries(OPTIONS).map(([number, [name]]) => [number, name])),
  [CLIENT]: 'client_id',
};

export const DHCP: Protocol = {
  id: 'dhcp',
  title: { en: 'DHCP', zh: 'DHCP' },
  rows: [
    ...rows('RFC 2131', [
      [
        'dhcp.type',
        0,
        8,
        'number',
        'direction',
        '方向',
        '§2',
        { values: { 1: 'to a server', 2: 'to a client' } },
      ],
      ['dhcp.hw.type', 8, 8, 'hex', 'kind of hardware', '硬件类型', '§2', { values: { 1: 'Ethernet' } }],
      ['dhcp.hw.len', 16, 8, 'number', 'bytes of its address', '硬件地址长度', '§2'],
      ['dhcp.hops', 24, 8, 'number', 'relays on the way', '跳数', '§2'],
      ['dhcp.id', 32, 32, 'hex', 'number of the exchange', '事务标识', '§2'],
      ['dhcp.secs', 64, 16, 'number', 'seconds since the client began', '已用秒数', '§2'],
      ['dhcp.flags', 80, 16, 'hex', 'flags', '标志', '§2'],
      ['dhcp.flags.bc', 80, 1, 'flag', 'answer by broadcast', '广播应答', '§2', { within: 'dhcp.flags' }],
      ['dhcp.ip.client', 96, 32, 'ipv4', 'address that the client has', '客户端地址', '§2'],
      ['dhcp.ip.your', 128, 32, 'ipv4', 'address that it gets', '分配的地址', '§2'],
      ['dhcp.ip.server', 160, 32, 'ipv4', 'next server', '下一服务器', '§2'],
      ['dhcp.ip.relay', 192, 32, 'ipv4', 'relay', '中继地址', '§2'],
      ['dhcp.hw.mac_addr', 224, 48, 'mac', 'hardware address of the client', '客户端硬件地址', '§2'],
      ['dhcp.cookie', 1888, 32, 'ipv4', 'options follow', '选项标志', '§3'],
    ]),
    ...rows('RFC 2132', [
      ['dhcp.option.type', 0, 0, 'number', 'number of the option', '选项编号', '§2', { values: NAMES }],
      ['dhcp.option.length', 0, 0, 'number', 'bytes of the option', '选项长度', '§2'],
      ['dhcp.option.value', 0, 0, 'bytes', 'value', '值', '§2'],
      ['dhcp.option.end', 0, 0, 'number', 'end of the options', '选项结束', '§3.2'],
      ...Object.values(OPTIONS).map(
        ([name, , kind, en, zh, section]): FieldTuple => [
          `dhcp.option.${name}`,
          0,
          0,
          kind,
          en,
          zh,
          section,
          name === 'dhcp' ? { values: MESSAGES } : {},
        ],
      ),
    ]),
  ],
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    let at = OPTIONS_AT;
    for (let count = 0; count < MOST_OPTIONS && at < layer.length; count++) {
      const type = layer.u8(at);
      if (type === END) {
        layer.put('dhcp.option.end', at, 1);
        return undefined;
      }
      const length = type === PAD ? 1 : layer.u8(at + 1) + 2;
      if (!layer.has(at, length)) return layer.malformed();
      if (type !== PAD) option(layer, at, type, length);
      at += length;
    }
    return undefined;
  },
  summary(layer) {
    const message = MESSAGES[layer.number('dhcp.option.dhcp') as keyof typeof MESSAGES] ?? 'message';
    const given = ipv4Text(layer.slice(16, 4));
    return given === '0.0.0.0' ? message : `${message} ${given}`;
  },
};

function option(layer: Layer, at: number, type: number, length: number): void {
  const known = OPTIONS[type];
  layer.group(
    'dhcp.option.type',
    at,
    length,
    () => {
      layer.put('dhcp.option.length', at + 1, 1);
      layer.put('dhcp.option.value', at + 2, length - 2);
      if (type === CLIENT && length === 9) {
        layer.put('dhcp.hw.type', at + 2, 1);
        layer.put('dhcp.hw.mac_addr', at + 3, 6);
      }
      if (known === undefined) return;
      const [name, ownSize] = known;
      const size = ownSize === 0 ? length - 2 : ownSize;
      for (let value = 2; size > 0 && value + size <= length; value += size)
        layer.put(`dhcp.option.${name}`, at + value, size);
    },
    type,
  );
}
