/** Guides of the labs of ways out, of shared wires and of routers. Data only; what each says happens in the scenario of its name (`lab/scenarios`). */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';

const TOPOLOGY = { view: 'topology' } as const;
const PACKETS = { host: 0, view: 'packets' } as const;
const NETWORK = { host: 0, view: 'network' } as const;

type NetworkLab = Extract<
  GuidedLab,
  'way-out' | 'greedy-neighbour' | 'bufferbloat' | 'routed-vlans' | 'routed-way-out' | 'card-allocation'
>;

export const NETWORK_GUIDES: Readonly<Record<NetworkLab, readonly GuideStep[]>> = {
  'way-out': [
    {
      title: { en: 'Something goes out', zh: '向外通信' },
      do: {
        en: 'Watch the cables between the VMs, the switch and the gateway for the first seconds.',
        zh: '在最初几秒观察虚拟机、交换机与网关之间的连线。',
      },
      see: {
        en: 'Linux asks for an address by DHCP and then fetches pages; the teaching kernel pings the gateway.',
        zh: 'Linux 先用 DHCP 取得地址，再获取网页；教学内核则 ping 网关。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-in[lan/gateway/inside]', above: 0 }],
    },
    {
      title: { en: 'Who you are outside', zh: '外界眼中的你' },
      do: {
        en: 'At the console of linux-1 type `wget -q -O- http://www.example.com/you` (teaching kernel: `ping 10.0.0.1`).',
        zh: '在 linux-1 的控制台输入 `wget -q -O- http://www.example.com/you`（教学内核：`ping 10.0.0.1`）。',
      },
      see: {
        en: 'The page names 192.0.2.1, the gateway’s address outside, and not the VM’s: that is address translation.',
        zh: '网页显示 192.0.2.1，即网关的外部地址，而不是虚拟机的地址：这就是地址转换（NAT）。',
      },
      at: { host: 0, vm: 'linux-1' },
    },
    {
      title: { en: 'Listen', zh: '抓包' },
      do: {
        en: 'Listen at the cards of linux-1: press Capture, then fetch the page once more. Choose a packet, and look at its fields, its way, and its TCP stream.',
        zh: '在 linux-1 的网卡上监听：开始抓包，再获取一次网页。选中一个报文，查看它的字段、经过的路径和 TCP 流。',
      },
      see: {
        en: 'A name is asked for (DNS), then TCP and HTTP. Each field marks its bytes.',
        zh: '先是域名查询（DNS），然后是 TCP 与 HTTP；每个字段都标出对应的字节。',
      },
      at: PACKETS,
    },
  ],
  'greedy-neighbour': [
    {
      title: { en: 'A wire that is too narrow', zh: '不够宽的链路' },
      do: {
        en: 'greedy sends 2,400 packets a second to server, whose wire carries 10 Mbit/s; steady only pings. Look at steady’s console.',
        zh: 'greedy 每秒向 server 发送 2400 个报文，而 server 的链路只有 10 Mbit/s；steady 只是 ping。查看 steady 的控制台。',
      },
      see: {
        en: 'Its answers take about 200 ms: all frames wait in one queue at the port of server.',
        zh: '应答要等约 200 毫秒：所有帧都在 server 端口的同一个队列里等待。',
      },
      at: { host: 0, vm: 'steady' },
      check: [{ metric: 'port-queue[lan/server/0]', above: 50 }],
    },
    {
      title: { en: 'By turns', zh: '轮流服务' },
      do: {
        en: 'Wait for the twelfth second: the port then serves senders by turns. Click the port of server in the topology to see its discipline.',
        zh: '等到第 12 秒：端口开始轮流服务各个发送者。在拓扑中点击 server 的端口可看到它的排队规则。',
      },
      see: {
        en: 'steady is answered in a moment again, although greedy sends as much as before.',
        zh: 'greedy 发送得和之前一样多，但 steady 又能立刻得到应答。',
      },
      at: TOPOLOGY,
    },
    {
      title: { en: 'Less, and all have room', zh: '少发一些' },
      do: {
        en: 'At the console of greedy type `traffic 10.0.0.1 400`: about a third of the wire.',
        zh: '在 greedy 的控制台输入 `traffic 10.0.0.1 400`：约占链路的三分之一。',
      },
      see: { en: 'Nothing waits at the port, and nothing is lost.', zh: '端口不再排队，也不再丢帧。' },
      at: { host: 0, vm: 'greedy' },
      check: [
        { metric: 'port-frames-in[lan/greedy/0]', above: 300 },
        { metric: 'port-queue[lan/server/0]', below: 3 },
        { metric: 'port-drops[lan/server/0]', below: 1 },
      ],
    },
  ],
  bufferbloat: [
    {
      title: { en: 'Two wires, two queues', zh: '两条链路，两个队列' },
      do: {
        en: 'Both pairs send as much as they can and ping beside. Compare the consoles of to-fifo and to-codel.',
        zh: '两对虚拟机都尽力发送，同时 ping 对端。比较 to-fifo 与 to-codel 的控制台。',
      },
      see: {
        en: 'Before one wire pings wait a hundred milliseconds and more, before the other a few.',
        zh: '一条链路上的 ping 要等一百毫秒以上，另一条只要几毫秒。',
      },
      at: { host: 0, vm: 'to-fifo' },
      check: [{ metric: 'port-queue[lan/fifo/0]', above: 50 }],
    },
    {
      title: { en: 'The queue is the delay', zh: '队列就是延迟' },
      do: {
        en: 'Compare the frames that wait at the ports of fifo and codel.',
        zh: '比较 fifo 与 codel 两个端口上等待的帧数。',
      },
      see: {
        en: 'Both wires are full. Only the queue differs, and so does the time in it.',
        zh: '两条链路都已占满，不同的只是队列长度，也就是等待时间。',
      },
      at: NETWORK,
      check: [{ metric: 'port-drops[lan/codel/0]', above: 0 }],
    },
  ],
  'routed-vlans': [
    {
      title: { en: 'Over the router', zh: '经过路由器' },
      do: {
        en: 'sales (VLAN 10) pings office (VLAN 20), and sales-2 pings sales. Compare the times at both consoles, then capture `icmp` and compare tags and “hops left” (TTL) on either side of the router.',
        zh: 'sales（VLAN 10）ping office（VLAN 20），sales-2 ping sales。比较两个控制台的时间，再抓取 `icmp`，比较路由器两侧的标签与“生存时间”（TTL）。',
      },
      see: {
        en: 'One hop less: the router took the packet out of one VLAN and put it into the other, over one cable.',
        zh: '少一跳：路由器经同一根线把报文从一个 VLAN 取出放进另一个。',
      },
      at: { host: 0, vm: 'sales' },
      check: [{ metric: 'port-frames-out[lan/router/eth0]', above: 5 }],
    },
    {
      title: { en: 'Without it', zh: '没有路由器' },
      do: {
        en: 'At the eighth second the router is taken away. Look at both consoles.',
        zh: '第 8 秒路由器被移走。查看两台虚拟机的控制台。',
      },
      see: {
        en: 'sales gets no answer; sales-2, which needs no router, goes on.',
        zh: 'sales 不再得到应答；不需要路由器的 sales-2 照常。',
      },
      at: { host: 0, vm: 'sales-2' },
      check: [
        { metric: 'port-frames-in[lan/sales-2/0]', above: 2 },
        { metric: 'port-frames-out[lan/office/0]', below: 0.5 },
      ],
    },
    {
      title: { en: 'Put it back', zh: '放回去' },
      do: {
        en: 'In History, undo the removal of the router.',
        zh: '在“历史”中撤销移走路由器的操作。',
      },
      see: { en: 'sales is answered again.', zh: 'sales 又得到应答。' },
      at: { view: 'history' },
    },
  ],
  'routed-way-out': [
    {
      title: { en: 'Behind a router', zh: '路由器之后' },
      do: {
        en: 'Two VLANs hang at a router, and the gateway behind that in a network of its own. Choose the router to see its routes.',
        zh: '两个 VLAN 接在路由器上，网关在路由器之后的另一个网络里。选中路由器查看路由。',
      },
      see: {
        en: 'Addresses come from the gateway: the router passes DHCP on.',
        zh: '地址来自网关：路由器转发 DHCP。',
      },
      at: TOPOLOGY,
      check: [{ metric: 'port-frames-in[wan/gateway/inside]', above: 0 }],
    },
    {
      title: { en: 'Follow a packet', zh: '跟踪报文' },
      do: {
        en: 'Capture at all switches, then type `ping 10.0.0.1` at the console of office. Choose the request, and look at “Its way”.',
        zh: '在所有交换机上抓包，再在 office 的控制台输入 `ping 10.0.0.1`。选中请求，查看“路径”。',
      },
      see: {
        en: 'Card, lan with tag 20, router; then wan and the gateway, with one less of “hops left” (TTL).',
        zh: '网卡、带标签 20 的 lan、路由器；然后是 wan 与网关，“生存时间”（TTL）减一。',
      },
      at: PACKETS,
    },
  ],
  'card-allocation': [
    {
      title: { en: 'A third lies idle', zh: '三分之一闲置' },
      do: {
        en: 'Both switches give 9 Mbit/s to three cards; late sends nothing yet. Compare what greedy sends at each.',
        zh: '两台交换机各给三块网卡 9 Mbit/s；late 还没有发送。比较两边 greedy 的发送量。',
      },
      see: {
        en: 'Fixed: 3 Mbit/s and no more. On demand it has what the others leave.',
        zh: '固定分配：至多 3 Mbit/s；按需分配则用上别人剩下的。',
      },
      at: NETWORK,
      check: [
        { metric: 'port-bytes-out[on-demand/steady-on-demand/0]', above: 450000 },
        { metric: 'port-bytes-out[fixed/steady-fixed/0]', below: 450000 },
      ],
    },
    {
      title: { en: 'Each has its own', zh: '各得其份' },
      do: {
        en: 'From the tenth second on late sends, too.',
        zh: '从第 10 秒起 late 也开始发送。',
      },
      see: {
        en: 'It gets its third under both: what was lent is given back at once.',
        zh: '两种分配下它都得到自己的三分之一：借出的立刻归还。',
      },
      at: NETWORK,
      check: [{ metric: 'port-bytes-out[on-demand/greedy-on-demand/0]', above: 250000 }],
    },
    {
      title: { en: 'A port for nobody', zh: '空占的端口' },
      do: {
        en: 'At 20 s both late VMs are switched off. Compare the ports of their cards.',
        zh: '第 20 秒两台 late 都关机。比较它们网卡的端口。',
      },
      see: {
        en: 'Where ports are fixed it keeps one that nobody uses; on demand there is none.',
        zh: '固定分配仍占着一个无人使用的端口；按需分配则没有。',
      },
      at: NETWORK,
      check: [{ metric: 'host-vms', below: 4.5 }],
    },
  ],
};
