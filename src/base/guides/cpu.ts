/** Guides of the labs of CPUs, their sharing and their adjustment, and of the busy neighbour. Data only. */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';

const SCHEDULING = { host: 0, view: 'scheduling' } as const;
const ADJUSTMENT = { host: 0, view: 'adjustment' } as const;
const CHARTS = { view: 'charts' } as const;

type CpuLab = Extract<
  GuidedLab,
  | 'busy-neighbour'
  | 'schedulers'
  | 'caps-and-shares'
  | 'co-scheduling'
  | 'cured-neighbour'
  | 'night-shift'
  | 'overhead-account'
  | 'nested'
>;

export const CPU_GUIDES: Readonly<Record<CpuLab, readonly GuideStep[]>> = {
  'busy-neighbour': [
    {
      title: { en: 'Three on one hart', zh: '三台虚拟机共用一个硬件线程' },
      do: {
        en: 'steady wants 30 % of the hart, busy all of it, idle nothing. Compare their CPU in the charts.',
        zh: 'steady 要硬件线程的 30 %，busy 要全部，idle 什么都不要。在图表中比较它们的 CPU。',
      },
      see: {
        en: 'steady has its 30 %, but waits for them: that is steal time.',
        zh: 'steady 得到了 30 %，但要等待：这就是被盗时间（steal）。',
      },
      at: CHARTS,
      check: [
        { metric: 'cpu@busy', above: 0.6 },
        { metric: 'steal@steady', above: 0.1 },
      ],
    },
    {
      title: { en: 'Without the neighbour', zh: '没有邻居时' },
      do: { en: 'Pause busy (its menu, or its page).', zh: '暂停 busy（通过它的菜单或页面）。' },
      see: {
        en: 'steady still uses 30 %, and waits for nothing any more.',
        zh: 'steady 仍用 30 %，但不再等待。',
      },
      at: { host: 0, vm: 'busy' },
      check: [
        { metric: 'cpu@busy', below: 0.01 },
        { metric: 'steal@steady', below: 0.02 },
      ],
    },
    {
      title: { en: 'A cap instead', zh: '改用上限' },
      do: {
        en: 'Resume busy, and in the tab Scheduling of the host choose the scheduler “credit (Xen)” and give busy a cap of 40 %.',
        zh: '恢复 busy，在主机的“调度”页选用“信用（Xen）”调度器，并给它 40 % 的上限。',
      },
      see: {
        en: 'busy gets 0.4 of the hart, however much it wants; the rest lies idle.',
        zh: '无论想要多少，busy 只得到 0.4 个硬件线程；其余空闲。',
      },
      at: SCHEDULING,
      // It waits longer than it runs: beside its neighbours alone it never does.
      check: [{ metric: 'steal@busy', above: 0.5 }],
    },
  ],
  schedulers: [
    {
      title: { en: 'In turn', zh: '轮转' },
      do: {
        en: 'wakes needs a tenth of the hart, a moment at a time, beside three that never sleep. Look at the timeline.',
        zh: 'wakes 只需要十分之一的硬件线程，每次片刻；旁边三台从不休眠。查看时间线。',
      },
      see: {
        en: 'Each time it wakes it waits until all three have had their slice: it waits half of the time.',
        zh: '每次醒来都要等三台各用完时间片：一半时间都在等待。',
      },
      at: SCHEDULING,
      check: [{ metric: 'steal@wakes', above: 0.3 }],
    },
    {
      title: { en: 'Another scheduler', zh: '换一个调度器' },
      do: {
        en: 'Choose the scheduler “credit (Xen)”, or “completely fair”.',
        zh: '选用“信用（Xen）”或“完全公平”调度器。',
      },
      see: {
        en: 'Who wakes goes first: its waits shrink, and the others lose next to nothing.',
        zh: '刚醒来的先运行：等待大大缩短，其他虚拟机几乎没有损失。',
      },
      at: SCHEDULING,
      check: [
        { metric: 'cpu@wakes', above: 0.05 },
        { metric: 'steal@wakes', below: 0.1 },
      ],
    },
  ],
  'caps-and-shares': [
    {
      title: { en: 'By weight', zh: '按权重' },
      do: {
        en: 'gold, silver and bronze have weights 400, 200 and 100; capped has 400, and a cap of 10 %. Compare their shares.',
        zh: 'gold、silver、bronze 的权重为 400、200、100；capped 为 400，但上限 10 %。比较它们的份额。',
      },
      see: {
        en: 'capped has its tenth; the rest is shared 4 : 2 : 1.',
        zh: 'capped 得到十分之一；其余按 4 : 2 : 1 分配。',
      },
      at: SCHEDULING,
      check: [
        { metric: 'cpu@gold / cpu@silver', above: 1.9, below: 2.1 },
        { metric: 'cpu@silver / cpu@bronze', above: 1.9, below: 2.1 },
        { metric: 'cpu@capped', below: 0.11 },
      ],
    },
    {
      title: { en: 'Change it', zh: '改变权重' },
      do: { en: 'Give bronze the weight 400.', zh: '把 bronze 的权重改为 400。' },
      see: { en: 'It has as much as gold now.', zh: '它现在与 gold 一样多。' },
      at: SCHEDULING,
      check: [{ metric: 'cpu@bronze / cpu@gold', above: 0.95, below: 1.05 }],
    },
  ],
  'co-scheduling': [
    {
      title: { en: 'A lock, held by who does not run', zh: '锁在没有运行的人手里' },
      do: {
        en: 'Both vCPUs of locks share a lock. With credit, one often spins for it while the other, who holds it, has no hart. Note how many rounds a second locks tells of in its console.',
        zh: 'locks 的两个 vCPU 共用一把锁。用“信用”调度器时，常常一个在空转等锁，而持锁的另一个没有硬件线程。记下控制台显示的每秒轮数。',
      },
      at: { host: 0, vm: 'locks' },
      check: [{ metric: 'steal@locks', above: 0.5 }],
    },
    {
      title: { en: 'Together or not at all', zh: '同时运行或都不运行' },
      do: {
        en: 'Choose the scheduler “co-scheduling”, and look at the timeline and the console again.',
        zh: '选用“协同调度”，再看时间线和控制台。',
      },
      see: {
        en: 'Both vCPUs run at the same time: the rounds a second rise from some hundreds to some thousands.',
        zh: '两个 vCPU 同时运行：每秒轮数从几百升到几千。',
      },
      at: SCHEDULING,
      // Who spins for a lock whose holder does not run is taken off its hart again and again.
      check: [{ metric: 'exits@locks', above: 1, below: 300 }],
    },
  ],
  'cured-neighbour': [
    {
      title: { en: 'Answers get late', zh: '应答变慢' },
      do: {
        en: 'From the second second on busy VMs share the hart of web. Look at the alarm, and at the response time it is about.',
        zh: '从第 2 秒起忙碌的虚拟机与 web 共用硬件线程。查看警报，以及它所关注的响应时间。',
      },
      see: {
        en: 'The alarm “slow” fires: answers take longer than they may.',
        zh: '警报 slow 触发：应答时间超过允许值。',
      },
      at: ADJUSTMENT,
      check: [{ metric: 'alarm(slow)', above: 0 }],
    },
    {
      title: { en: 'The cure', zh: '治理' },
      do: {
        en: 'At the eighth second a policy gives web as much weight as its answers take too long. Read its decisions.',
        zh: '第 8 秒起，策略按超时多少给 web 增加权重。阅读它的决策记录。',
      },
      see: {
        en: 'The weight rises in steps, and the alarm is over.',
        zh: '权重逐步上升，警报解除。',
      },
      at: ADJUSTMENT,
      check: [
        { metric: 'alarm(slow)', below: 1 },
        { metric: 'steal@web', above: 0.02 },
        { metric: 'cpu@busy-2', above: 0.18 },
      ],
    },
    {
      title: { en: 'Too much of it', zh: '过犹不及' },
      do: {
        en: 'Edit the policy: a coefficient ten times as large, and no step bound.',
        zh: '编辑策略：系数改为十倍，并去掉步长上限。',
      },
      see: {
        en: 'The weight swings to and fro, until the guard halves what the policy does.',
        zh: '权重来回摆动，直到防振荡机制把调整量减半。',
      },
      at: ADJUSTMENT,
    },
  ],
  'night-shift': [
    {
      title: { en: 'The day begins', zh: '白天开始' },
      do: {
        en: 'At the second second day wants 90 % of the hart, which night uses. Watch the alarm day-waits.',
        zh: '第 2 秒 day 要用 90 % 的硬件线程，而 night 正占用着。观察警报 day-waits。',
      },
      see: {
        en: 'It fires, and its command pauses night: day has what it wants.',
        zh: '警报触发，它的命令暂停 night：day 得到所需。',
      },
      at: ADJUSTMENT,
      check: [
        { metric: 'cpu@day', above: 0.6 },
        { metric: 'cpu@night', below: 0.05 },
      ],
    },
    {
      title: { en: 'The night shift', zh: '夜班' },
      do: {
        en: 'At 5 s day has no more work. Watch the alarm nobody-works.',
        zh: '第 5 秒 day 没有工作了。观察警报 nobody-works。',
      },
      see: {
        en: 'The idle hart fires it; its command resumes night.',
        zh: '硬件线程空闲触发它；它的命令恢复 night。',
      },
      at: ADJUSTMENT,
      check: [
        { metric: 'cpu@day', below: 0.05 },
        { metric: 'cpu@night', above: 0.6 },
      ],
    },
  ],
  'overhead-account': [
    {
      title: { en: 'Where the time goes', zh: '时间去了哪里' },
      do: {
        en: 'Start the runs: the same program bare, in a VM, and with each kind of device.',
        zh: '开始运行：同一程序分别在裸机、虚拟机以及各类设备下运行。',
      },
      see: {
        en: 'Each bar is split by cause: exits, translation, scheduling, devices. Then what each optimisation brings.',
        zh: '每根柱按原因划分：退出、地址转换、调度、设备；然后是各项优化的收益。',
      },
      at: { host: 0, view: 'overhead' },
    },
    {
      title: { en: 'Held against a VM', zh: '与虚拟机对照' },
      do: {
        en: 'The VM works does the same here. Look at its exits by cause.',
        zh: '虚拟机 works 在这里做同样的事。按原因查看它的退出。',
      },
      at: { host: 0, vm: 'works', view: 'exits' },
      check: [{ metric: 'exits@works', above: 0 }],
    },
  ],
  nested: [
    {
      title: { en: 'Three levels', zh: '三层' },
      do: {
        en: 'OpenSBI and Linux own this host. Wait for the prompt of that Linux, and type `vmm`.',
        zh: '这台主机由 OpenSBI 和 Linux 掌管。等到该 Linux 的提示符，输入 `vmm`。',
      },
      see: {
        en: 'KVM in that Linux runs a guest of its own, by the H extension of the harts below.',
        zh: '该 Linux 中的 KVM 利用硬件线程的 H 扩展运行自己的客户机。',
      },
      at: { host: 0, view: 'bare' },
    },
  ],
};
