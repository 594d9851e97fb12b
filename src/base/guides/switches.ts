/** Guides of the labs of what switches separate, allow and prevent. Data only. */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';

const TOPOLOGY = { view: 'topology' } as const;
const PACKETS = { host: 0, view: 'packets' } as const;
const NETWORK = { host: 0, view: 'network' } as const;

type SwitchLab = Extract<
  GuidedLab,
  'vlans' | 'arp-spoofing' | 'flow-rules' | 'broadcast-storm' | 'spanning-tree'
>;

export const SWITCH_GUIDES: Readonly<Record<SwitchLab, readonly GuideStep[]>> = {
  vlans: [
    {
      title: { en: 'Two networks on one trunk', zh: '一条干道，两个网络' },
      do: {
        en: 'alice (VLAN 10) pings bob, boss (VLAN 20) pings payroll, over the trunk between the floors. Choose the switches to see their VLANs.',
        zh: 'alice（VLAN 10）ping bob，boss（VLAN 20）ping payroll，都经过两层楼之间的干道。选中交换机查看其 VLAN。',
      },
      see: {
        en: 'Both get answers. mallory’s ping to payroll gets none: he is in VLAN 10.',
        zh: '两者都得到应答；mallory ping payroll 没有应答：他在 VLAN 10。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-out[floor-1/trunk/0]', above: 0 }],
    },
    {
      title: { en: 'The leak', zh: '泄漏' },
      do: {
        en: 'mallory’s port was left a trunk. At the sixth second he tags his frames with VLAN 20 himself. Look at payroll’s console after the seventh.',
        zh: 'mallory 的端口被误设为干道。第 6 秒他自己给帧打上 VLAN 20 的标签。第 7 秒后查看 payroll 的控制台。',
      },
      see: {
        en: '`net` on payroll counts 4 UDP packets: mallory’s, they got in.',
        zh: 'payroll 上的 `net` 显示收到 4 个 UDP 报文：是 mallory 的，它们进来了。',
      },
      at: { host: 0, vm: 'payroll' },
    },
    {
      title: { en: 'The leak is closed', zh: '堵住泄漏' },
      do: {
        en: 'From the tenth second on the port is an access port of VLAN 10. Wait for the attacks at 11 and 12 s.',
        zh: '从第 10 秒起该端口改为 VLAN 10 的接入端口。等待第 11、12 秒的攻击。',
      },
      see: {
        en: 'Tagged frames, and tags within tags, end at mallory’s port; payroll still counts 4 UDP packets.',
        zh: '带标签的帧，以及双重标签的帧，都在 mallory 的端口终止；payroll 仍只有 4 个 UDP 报文。',
      },
      at: NETWORK,
      check: [{ metric: 'port-drops[floor-1/mallory/0]', above: 0 }],
    },
    {
      title: { en: 'Move him', zh: '换个 VLAN' },
      do: {
        en: 'Give mallory’s port the access VLAN 20 (click his cable, then “Set up this port…”), then type `ping 10.0.0.5` at his console.',
        zh: '把 mallory 的端口改为接入 VLAN 20（点击他的连线，再点“设置此端口…”），再在他的控制台输入 `ping 10.0.0.5`。',
      },
      see: {
        en: 'payroll answers now: the port says where one is, not the guest.',
        zh: 'payroll 现在应答了：身在哪个 VLAN 由端口决定，而不是由客户机决定。',
      },
      at: TOPOLOGY,
      // It answers boss once a second.
      check: [{ metric: 'port-frames-in[floor-2/payroll/0]', above: 1.8 }],
    },
  ],
  'arp-spoofing': [
    {
      title: { en: 'A quiet line', zh: '安静的链路' },
      do: {
        en: 'client pings server four times a second. Watch the packets pass: mallory has no part in it.',
        zh: 'client 每秒 ping server 四次。观察报文经过：与 mallory 无关。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-in[lan/client/0]', above: 2 }],
    },
    {
      title: { en: 'The man in the middle', zh: '中间人' },
      do: {
        en: 'At the fifth second mallory tells both that the other one is at his address. Capture packets, with the filter `arp`.',
        zh: '第 5 秒 mallory 告诉双方“对方就在我这里”。用过滤器 `arp` 抓包。',
      },
      see: {
        en: 'ARP answers that nobody asked for; each ping now passes mallory’s port twice, and client notices nothing.',
        zh: '无人询问的 ARP 应答；每个 ping 现在都两次经过 mallory 的端口，而 client 毫无察觉。',
      },
      at: PACKETS,
      check: [{ metric: 'port-frames-out[lan/mallory/0]', above: 4 }],
    },
    {
      title: { en: 'The guard', zh: '防护' },
      do: {
        en: 'At the twelfth second his port gets an ARP guard, which knows his one address.',
        zh: '第 12 秒他的端口启用 ARP 防护，只承认他自己的地址。',
      },
      see: {
        en: 'His false answers end at the port, counted as “ARP that says what is not so”.',
        zh: '他的虚假应答在端口终止，并计为“ARP 内容与绑定不符”。',
      },
      at: NETWORK,
      check: [{ metric: 'port-drops[lan/mallory/0]', above: 0 }],
    },
    {
      title: { en: 'The truth again', zh: '恢复正常' },
      do: {
        en: 'At the fifteenth second both announce where they are. Type `net` at the console of client to see what it knows.',
        zh: '第 15 秒双方宣告自己的位置。在 client 的控制台输入 `net` 查看它所知道的内容。',
      },
      see: {
        en: '10.0.0.1 is at server’s own MAC again; pings go straight there, and mallory counts no more of them.',
        zh: '10.0.0.1 又对应 server 自己的 MAC；ping 直接到达，mallory 不再计到报文。',
      },
      at: { host: 0, vm: 'client' },
      check: [
        { metric: 'port-frames-in[lan/client/0]', above: 2 },
        { metric: 'port-drops[lan/mallory/0]', above: 0 },
        { metric: 'port-frames-out[lan/mallory/0]', below: 1 },
      ],
    },
  ],
  'flow-rules': [
    {
      title: { en: 'A network without rules', zh: '没有规则的网络' },
      do: {
        en: 'client sends a stream and pings server, other only pings. Look at the frames to server.',
        zh: 'client 向 server 发送数据流并 ping，other 只 ping。查看到 server 的帧。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-out[lan/server/0]', above: 50 }],
    },
    {
      title: { en: 'Rules, by priority', zh: '按优先级的规则' },
      do: {
        en: 'At the sixth second the switch gets two rules. Find them, and how often each was hit.',
        zh: '第 6 秒交换机得到两条规则。找到它们，并看各自命中多少次。',
      },
      see: {
        en: 'The stream is dropped (priority 100); pings pass, since their rule (200) comes first.',
        zh: '数据流被丢弃（优先级 100）；ping 通过，因为它的规则（200）在前。',
      },
      at: NETWORK,
      check: [
        { metric: 'port-frames-in[lan/client/0]', above: 40 },
        { metric: 'port-frames-out[lan/server/0]', below: 15 },
      ],
    },
    {
      title: { en: 'The other way round', zh: '颠倒顺序' },
      do: {
        en: 'At the twelfth second the pings’ rule comes last. Look at client’s console.',
        zh: '第 12 秒 ping 的规则排到最后。查看 client 的控制台。',
      },
      see: {
        en: 'No answers any more, while other’s pings go on.',
        zh: 'client 不再得到应答，other 的 ping 照常。',
      },
      at: { host: 0, vm: 'client' },
      check: [
        { metric: 'port-frames-in[lan/client/0]', above: 40 },
        { metric: 'port-frames-out[lan/client/0]', below: 1 },
      ],
    },
    {
      title: { en: 'Your own rule', zh: '你的规则' },
      do: {
        en: 'Choose the switch in the topology, press “Set up this switch…”, and delete the rule that drops.',
        zh: '在拓扑中选中交换机，点“设置此交换机…”，删除丢弃的那条规则。',
      },
      see: {
        en: 'The stream and the pings of client arrive again.',
        zh: 'client 的数据流和 ping 又能到达。',
      },
      at: TOPOLOGY,
    },
  ],
  'broadcast-storm': [
    {
      title: { en: 'A row of switches', zh: '一排交换机' },
      do: {
        en: 'north-vm pings over the row. Look at the trunks: few frames.',
        zh: 'north-vm 沿着这一排 ping。看干道：帧很少。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-in[north/north-vm/0]', above: 2 }],
    },
    {
      title: { en: 'The circle is closed', zh: '形成环路' },
      do: {
        en: 'At the sixth second a third trunk closes the circle, and at the eighth two VMs ask for an address that nobody has.',
        zh: '第 6 秒第三条干道接成环；第 8 秒两台虚拟机询问一个无人拥有的地址。',
      },
      see: {
        en: 'Their broadcasts go round for ever and fill the trunks; north-vm’s pings get slow or lost.',
        zh: '广播帧无休止地绕圈，占满干道；north-vm 的 ping 变慢或丢失。',
      },
      at: NETWORK,
      check: [{ metric: 'port-frames-out[north/trunk/0]', above: 150 }],
    },
    {
      title: { en: 'Held', zh: '抑制' },
      do: {
        en: 'At the sixteenth second storm control lets 20 broadcasts a second into each trunk port.',
        zh: '第 16 秒风暴控制让每个干道端口每秒只放行 20 个广播帧。',
      },
      see: {
        en: 'The storm ends at the ports. But addresses were learned where nobody is, and pings still fail.',
        zh: '风暴在端口终止。但地址学到了错误的位置，ping 仍然失败。',
      },
      at: NETWORK,
      check: [{ metric: 'port-drops[north/trunk/0]', above: 0 }],
    },
    {
      title: { en: 'Cured', zh: '根治' },
      do: {
        en: 'At 19 s a spanning tree shuts one end of the circle. Find the end that discards.',
        zh: '第 19 秒生成树关闭环路的一端。找出处于丢弃状态的那一端。',
      },
      see: {
        en: 'What is heard is true again, and from 22 s on south-vm’s pings are answered.',
        zh: '学到的地址重新正确；从第 22 秒起 south-vm 的 ping 得到应答。',
      },
      at: TOPOLOGY,
      check: [
        { metric: 'port-frames-in[south/south-vm/0]', above: 6 },
        { metric: 'port-frames-out[north/trunk/0]', below: 50 },
      ],
    },
  ],
  'spanning-tree': [
    {
      title: { en: 'A circle that is cut', zh: '被切断的环' },
      do: {
        en: 'Find the one trunk end that discards. The cable between south and north carries the pings.',
        zh: '找出唯一处于丢弃状态的干道端。ping 走 south 与 north 之间的线。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-out[south/trunk/2]', above: 5 }],
    },
    {
      title: { en: 'Pull the cable', zh: '拔线' },
      do: {
        en: 'At the sixth second that cable is pulled. Watch the roles at the ends of the others.',
        zh: '第 6 秒这条线被拔掉。观察其余干道两端的角色。',
      },
      see: {
        en: 'The end that discarded forwards at once, and pings take the way over east.',
        zh: '原来丢弃的一端立刻转发，ping 改走 east。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-out[south/trunk/1]', above: 5 }],
    },
    {
      title: { en: 'Another root', zh: '换根' },
      do: {
        en: 'At 12 s the cable is back; at 16 s south gets the least priority. Look at its spanning tree.',
        zh: '第 12 秒线插回；第 16 秒 south 得到最小的优先级。查看它的生成树。',
      },
      see: {
        en: 'south is the root now, and the circle is cut at the end of east.',
        zh: 'south 成为根，环路改在 east 的一端切断。',
      },
      at: NETWORK,
    },
    {
      title: { en: 'Break it yourself', zh: '自己动手' },
      do: {
        en: 'Open the menu of the trunk between south and north (right click, or a long press), and delete it.',
        zh: '打开 south 与 north 之间干道的菜单（右击或长按），删除它。',
      },
      see: {
        en: 'Pings go on by the other way; undo puts it back.',
        zh: 'ping 改走另一边继续；撤销可恢复。',
      },
      at: TOPOLOGY,
    },
  ],
};
