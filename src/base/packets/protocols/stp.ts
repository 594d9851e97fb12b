/** Bridge protocol data units: spanning tree, the old and the rapid one. */
import { type Protocol, rows } from '../protocol.ts';
import { macText } from '../values.ts';

const TYPES = { 0: 'configuration', 128: 'topology change', 2: 'rapid/multiple' };
const ROLES = { 0: 'unknown', 1: 'alternate or backup', 2: 'root', 3: 'designated' };
const TOPOLOGY_CHANGE = 0x80;
const RAPID = 2;

/** Times count 256ths of a second. */
const SECONDS = { times: 1 / 256 } as const;
const SECTION = '9.3';
export const STP: Protocol = {
  id: 'stp',
  title: { en: 'spanning tree', zh: '生成树' },
  rows: rows('IEEE 802.1D-2004', [
    ['stp.protocol', 0, 16, 'hex', 'protocol', '协议', '9.2.1'],
    [
      'stp.version',
      16,
      8,
      'number',
      'version',
      '版本',
      '9.2.2',
      { values: { 0: 'STP', 2: 'RSTP', 3: 'MSTP' } },
    ],
    ['stp.type', 24, 8, 'hex', 'type', '类型', '9.2.3', { values: TYPES }],
    ['stp.flags', 32, 8, 'hex', 'flags', '标志', '9.3.3'],
    [
      'stp.flags.tcack',
      32,
      1,
      'flag',
      'topology change acknowledged',
      '拓扑变更确认',
      SECTION,
      { within: 'stp.flags' },
    ],
    ['stp.flags.agreement', 33, 1, 'flag', 'agreement', '同意', SECTION, { within: 'stp.flags' }],
    ['stp.flags.forwarding', 34, 1, 'flag', 'forwarding', '转发中', SECTION, { within: 'stp.flags' }],
    ['stp.flags.learning', 35, 1, 'flag', 'learning', '学习中', SECTION, { within: 'stp.flags' }],
    [
      'stp.flags.port_role',
      36,
      2,
      'number',
      'role of the port',
      '端口角色',
      SECTION,
      { within: 'stp.flags', values: ROLES },
    ],
    ['stp.flags.proposal', 38, 1, 'flag', 'proposal', '提议', SECTION, { within: 'stp.flags' }],
    ['stp.flags.tc', 39, 1, 'flag', 'topology change', '拓扑变更', SECTION, { within: 'stp.flags' }],
    ['stp.root.prio', 40, 4, 'number', 'priority of the root', '根桥优先级', '9.2.5', { times: 4096 }],
    ['stp.root.ext', 44, 12, 'number', 'system of the root', '根桥系统扩展', '9.2.5'],
    ['stp.root.hw', 56, 48, 'mac', 'address of the root', '根桥地址', '9.2.5'],
    ['stp.root.cost', 104, 32, 'number', 'cost of the way to the root', '到根桥的路径开销', '9.2.6'],
    ['stp.bridge.prio', 136, 4, 'number', 'priority of the bridge', '网桥优先级', '9.2.5', { times: 4096 }],
    ['stp.bridge.ext', 140, 12, 'number', 'system of the bridge', '网桥系统扩展', '9.2.5'],
    ['stp.bridge.hw', 152, 48, 'mac', 'address of the bridge', '网桥地址', '9.2.5'],
    ['stp.port', 200, 16, 'hex', 'port of the bridge', '网桥端口', '9.2.7'],
    ['stp.msg_age', 216, 16, 'number', 'age, in s', '消息年龄（秒）', '9.2.8', SECONDS],
    ['stp.max_age', 232, 16, 'number', 'greatest age, in s', '最大年龄（秒）', '9.2.8', SECONDS],
    ['stp.hello', 248, 16, 'number', 'time between messages, in s', '问候间隔（秒）', '9.2.8', SECONDS],
    ['stp.forward', 264, 16, 'number', 'delay of forwarding, in s', '转发延迟（秒）', '9.2.8', SECONDS],
    ['stp.version_1_length', 280, 0, 'number', 'length of version 1', '版本 1 长度', '9.3.3'],
  ]),
  dissect(layer) {
    if (layer.u8(3) === TOPOLOGY_CHANGE) layer.fixed(0, this.rows.slice(0, 3));
    else if (layer.u8(2) < RAPID) layer.fixed(0, OLD_ROWS);
    else if (layer.fixed()) layer.put('stp.version_1_length', 35, 1);
    return undefined;
  },
  summary(layer) {
    if (layer.u8(3) === TOPOLOGY_CHANGE) return 'topology change';
    const root = `root ${macText(layer.slice(7, 6))} cost ${layer.number('stp.root.cost')}`;
    if (layer.u8(2) < RAPID) return `configuration · ${root}`;
    const role = ROLES[((layer.u8(4) >> 2) & 3) as keyof typeof ROLES];
    return `${role} · ${root}`;
  },
};

/** Of the flags, the old protocol has two. */
const OLD_ROWS = STP.rows.filter(({ name, within }) => within === undefined || /\.tc(?:ack)?$/.test(name));
