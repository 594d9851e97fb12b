/** Guides of the labs of memory. Data only. */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';

const MEMORY = { host: 0, view: 'memory' } as const;
const MIB = 1 << 20;

type MemoryLab = Extract<
  GuidedLab,
  | 'allocation'
  | 'walk-lengths'
  | 'equal-pages'
  | 'balloon'
  | 'memory-by-need'
  | 'thrashing'
  | 'memory-pressure'
  | 'load-control'
  | 'guard-range'
  | 'hostile-guest'
>;

export const MEMORY_GUIDES: Readonly<Record<MemoryLab, readonly GuideStep[]>> = {
  allocation: [
    {
      title: { en: 'The same work, other frames', zh: '同样的工作，不同的页框' },
      do: {
        en: 'Each VM uses 4 MiB of its 16. Find the three on the frame map of the host.',
        zh: '每台虚拟机使用 16 MiB 中的 4 MiB。在主机的页框图上找出三台虚拟机。',
      },
      see: {
        en: 'on-demand has what it touched, here and there; fixed has all 16 MiB; one-run has them in one piece.',
        zh: 'on-demand 只有碰过的页框，且分散；fixed 有全部 16 MiB；one-run 则连成一片。',
      },
      at: MEMORY,
      check: [
        { metric: 'memory@on-demand', above: 4 * MIB, below: 8 * MIB },
        { metric: 'memory@fixed', above: 15 * MIB },
      ],
    },
    {
      title: { en: 'Ask for more', zh: '再要一些' },
      do: {
        en: 'At the console of on-demand press Ctrl+C, then type `wss 3000`.',
        zh: '在 on-demand 的控制台按 Ctrl+C，再输入 `wss 3000`。',
      },
      see: {
        en: 'Each page that it touches first is a fault, and gets a frame.',
        zh: '首次触碰每一页都会缺页，然后得到一个页框。',
      },
      at: { host: 0, vm: 'on-demand' },
      check: [{ metric: 'memory@on-demand', above: 11 * MIB }],
    },
  ],
  'walk-lengths': [
    {
      title: { en: 'A walk in a walk', zh: '遍历中的遍历' },
      do: {
        en: 'Walk to 0x10000 in the space of a process of small-leaves, then of huge-leaves, and count the entries read.',
        zh: '在 small-leaves 某进程的地址空间中遍历到 0x10000，再到 huge-leaves 中做同样的事，数一数读了多少表项。',
      },
      see: {
        en: '15 against 11, and 3 where it is native: leaves of 2 MiB save a level of the G-stage each time.',
        zh: '15 对 11，而原生只要 3：2 MiB 的叶项每次都省去 G 阶段的一级。',
      },
      at: { host: 0, vm: 'small-leaves', view: 'walk' },
    },
    {
      title: { en: 'The same with huge leaves', zh: '大页的情形' },
      do: { en: 'Do the same here, and compare the TLB below.', zh: '在这里做同样的事，并比较下方的 TLB。' },
      at: { host: 0, vm: 'huge-leaves', view: 'walk' },
    },
  ],
  'equal-pages': [
    {
      title: { en: 'Four times the same', zh: '同样的四份' },
      do: {
        en: 'All four VMs run the same system. Watch the frame map, and the card of sharing.',
        zh: '四台虚拟机运行同一系统。观察页框图与“共享”卡片。',
      },
      see: {
        en: 'Equal pages come to lie in one frame, and the others are free again.',
        zh: '相同的页合并到同一页框，其余页框被释放。',
      },
      at: MEMORY,
    },
    {
      title: { en: 'Write to one', zh: '写入其中一页' },
      do: {
        en: 'Work at a console, and look at the VM’s shared pages.',
        zh: '在某个控制台操作，查看该虚拟机的共享页。',
      },
      see: {
        en: 'What is written is copied first: the others do not see it.',
        zh: '写入之前先复制：别的虚拟机看不到改动。',
      },
      at: MEMORY,
    },
  ],
  balloon: [
    {
      title: { en: 'More than there is', zh: '超过现有的内存' },
      do: {
        en: 'Three VMs of 16 MiB on a host of 32. At the fifth second lender’s balloon is told to take 12 MiB.',
        zh: '三台 16 MiB 的虚拟机在 32 MiB 的主机上。第 5 秒 lender 的气球被要求占用 12 MiB。',
      },
      see: {
        en: 'The balloon grows in the guest, and its frames go to the others.',
        zh: '气球在客户机里膨胀，它的页框归其他虚拟机使用。',
      },
      at: { host: 0, vm: 'lender', view: 'memory' },
      check: [{ metric: 'ballooned@lender', above: 8 * MIB }],
    },
    {
      title: { en: 'Give it back', zh: '归还' },
      do: {
        en: 'Set lender’s balloon to 2 MiB yourself.',
        zh: '自己把 lender 的气球设为 2 MiB。',
      },
      see: {
        en: 'The guest has its pages again; they get frames when it touches them.',
        zh: '客户机重新拥有这些页；触碰时才得到页框。',
      },
      at: { host: 0, vm: 'lender', view: 'memory' },
      check: [{ metric: 'ballooned@lender', above: MIB, below: 3 * MIB }],
    },
  ],
  'memory-by-need': [
    {
      title: { en: 'Lent', zh: '借出' },
      do: {
        en: 'Each policy looks at what its guest has free, and moves its balloon by half of what is too much.',
        zh: '每条策略查看客户机的空闲内存，把多余部分的一半移入气球。',
      },
      see: { en: 'Both VMs lend most of their 16 MiB.', zh: '两台虚拟机都借出 16 MiB 中的大部分。' },
      at: { host: 0, view: 'adjustment' },
      check: [{ metric: 'ballooned@night', above: 8 * MIB }],
    },
    {
      title: { en: 'Needed', zh: '需要时取回' },
      do: {
        en: 'At 3 s day needs more, at 9 s night does, and day less. Read the decisions.',
        zh: '第 3 秒 day 需要更多；第 9 秒 night 需要更多而 day 变少。阅读决策记录。',
      },
      see: { en: 'What one lends the other gets.', zh: '一方借出，另一方得到。' },
      at: { host: 0, view: 'adjustment' },
      check: [{ metric: 'ballooned@day - ballooned@night', above: MIB }],
    },
  ],
  thrashing: [
    {
      title: { en: 'Too little for too much', zh: '内存不够用' },
      do: {
        en: 'Each VM uses more than its host has, page after page in turn. Watch what is read back from the swap area.',
        zh: '每台虚拟机依次使用的页多于主机所有。观察从交换区读回的量。',
      },
      see: {
        en: 'Pages go just before they are needed: the guests hardly get on.',
        zh: '页总在即将用到之前被换出：客户机几乎没有进展。',
      },
      at: MEMORY,
      check: [{ metric: 'swap-in@on-fifo', above: 0 }],
    },
    {
      title: { en: 'Rules compared', zh: '比较规则' },
      do: {
        en: 'On the pages of each VM, look at the faults by policy over the number of frames.',
        zh: '在各虚拟机的页面查看不同策略下缺页随页框数的变化。',
      },
      see: {
        en: 'No rule gets below the best one, which knows the future; in a circle, chance beats those that look back.',
        zh: '没有规则优于“知道未来”的最优规则；循环访问时，随机反而胜过回顾历史的规则。',
      },
      at: { host: 0, vm: 'on-fifo', view: 'memory' },
    },
  ],
  'memory-pressure': [
    {
      title: { en: 'One waits, one has done', zh: '一个在等，一个已用完' },
      do: {
        en: 'second writes to 16 MiB at 2 s, and frees them at 4 s. Look at what first waits for.',
        zh: '第 2 秒 second 写入 16 MiB，第 4 秒又释放。看看 first 在等什么。',
      },
      see: {
        en: 'first waits for pages: its host cannot see what is free in second, and wants no more than two thirds by its balloon.',
        zh: 'first 一直在等页：主机看不到 second 里空闲的内存，通过气球最多只要三分之二。',
      },
      at: MEMORY,
      check: [
        { metric: 'pressure-memory-some@first', above: 0.6 },
        { metric: 'guest-free@second', above: 8 * MIB },
      ],
    },
    {
      title: { en: 'Memory moves', zh: '内存移过去' },
      do: {
        en: 'At 7 s a policy begins to take a quarter of what is free in second, while first waits. Read its decisions.',
        zh: '第 7 秒起，只要 first 在等，策略就取走 second 空闲内存的四分之一。阅读它的决策。',
      },
      see: {
        en: 'second’s balloon grows, first has all its pages, and the policy rests. Then the host gives back what it wanted itself.',
        zh: 'second 的气球膨胀，first 的页全部到位，策略随即停下；之后主机归还它自己要走的部分。',
      },
      at: { host: 0, view: 'adjustment' },
      check: [
        { metric: 'pressure-memory-some@first', below: 0.05 },
        { metric: 'memory@first', above: 10 * MIB },
        { metric: 'ballooned@second', above: 4 * MIB },
      ],
    },
  ],
  'load-control': [
    {
      title: { en: 'Both wait', zh: '都在等待' },
      do: {
        en: 'At 2 s second begins to use as much as first; together it is more than the host has. Among the metrics choose “Pressure: memory, some” of the VMs.',
        zh: '第 2 秒 second 开始使用与 first 一样多的内存，合起来超过主机所有。在指标中选择虚拟机的“压力：内存，some”。',
      },
      see: {
        en: 'Pressure: both wait for pages most of the time.',
        zh: '压力：双方大部分时间都在等待换页。',
      },
      at: { host: 0, view: 'metrics' },
      check: [{ metric: 'pressure-memory-some@first', above: 0.4 }],
    },
    {
      title: { en: 'Less of one', zh: '让一个少运行' },
      do: {
        en: 'At 7 s a policy begins to cap second. Read its decisions.',
        zh: '第 7 秒策略开始限制 second。阅读它的决策。',
      },
      see: {
        en: 'second runs little, and first waits less: more is done.',
        zh: 'second 很少运行，first 等待变少：总体完成更多。',
      },
      at: { host: 0, view: 'adjustment' },
      check: [
        { metric: 'cpu@second', below: 0.05 },
        { metric: 'cpu@first', above: 0.05 },
      ],
    },
  ],
  'guard-range': [
    {
      title: { en: 'Half is a guard', zh: '一半是保护区' },
      do: {
        en: 'The upper 8 MiB of both VMs may not be touched. careful stays below, greedy does not. Look at greedy.',
        zh: '两台虚拟机上半部 8 MiB 都不许触碰。careful 没有越界，greedy 越界了。查看 greedy。',
      },
      see: {
        en: 'greedy was stopped at its first touch; its console and the events say where.',
        zh: 'greedy 在第一次触碰时就被停下；控制台与事件记录了位置。',
      },
      at: { host: 0, vm: 'greedy' },
      check: [
        { metric: 'cpu@greedy', below: 0.01 },
        { metric: 'memory@careful', above: 4 * MIB },
      ],
    },
    {
      title: { en: 'See the range', zh: '查看保护区' },
      do: { en: 'Look at the pages of careful by state.', zh: '按状态查看 careful 的页。' },
      see: { en: 'The guard lies above what it uses.', zh: '保护区位于它所用内存之上。' },
      at: { host: 0, vm: 'careful', view: 'memory' },
    },
  ],
  'hostile-guest': [
    {
      title: { en: 'It tries', zh: '它在尝试' },
      do: {
        en: 'At 2, 4, 6 and 8 s hostile attacks by its page tables and its card. Read its console.',
        zh: '第 2、4、6、8 秒 hostile 通过页表和网卡发起攻击。阅读它的控制台。',
      },
      see: {
        en: 'Those by page tables end in a fault, those by the card at the card; none says “not stopped”.',
        zh: '经页表的以缺页或访问错误告终，经网卡的止于网卡；没有一次成功。',
      },
      at: { host: 0, vm: 'hostile' },
    },
    {
      title: { en: 'What stops it', zh: '是什么挡住的' },
      do: {
        en: 'Look in its memory at “Protection”: which walls there are, and how often each has stopped it.',
        zh: '在它的内存页查看“保护”：有哪些防线，每道各挡住了多少次。',
      },
      see: {
        en: 'No memslot holds the addresses in its page tables, and the card refused its virtqueue: it never came to somebody else’s frame.',
        zh: '它的页表所指的地址不在任何内存槽中，网卡也拒绝了它的 virtqueue：它从未碰到别人的页框。',
      },
      at: { host: 0, vm: 'hostile', view: 'memory' },
    },
    {
      title: { en: 'The victim', zh: '受害者' },
      do: { en: 'Look at victim: it works on.', zh: '查看 victim：它照常工作。' },
      at: { host: 0, vm: 'victim' },
    },
  ],
};
