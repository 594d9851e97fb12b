/**
 * The overhead account: the same program on a bare hart and in VMs, a row for each run, and the parts of which the time of a run is the
 * sum. It is asked for late, so its texts stand here.
 */
import type { Language } from '../texts/languages.ts';
import type { VirtualNs } from '../virtual-time.ts';
import type { DiskWay } from './disk-ways.ts';

type Text = Readonly<Record<Language, string>>;

/**
 * What the program does: takes memory for the first time, works on memory that it has, writes and reads blocks of a disk, or sends frames over
 * a network card.
 */
export type OverheadWork = 'touch' | 'memory' | 'disk' | 'card';

/** Runs that are held against each other: the first of them is that on a bare hart. */
export type OverheadGroup = 'touch' | 'memory' | 'queues' | 'dma' | 'words' | 'card';
export const OVERHEAD_GROUPS: readonly { readonly id: OverheadGroup; readonly text: Text }[] = [
  {
    id: 'touch',
    text: { en: 'Using 4 MiB of memory for the first time', zh: '首次使用 4 MiB 内存' },
  },
  { id: 'memory', text: { en: 'Working on memory that it has', zh: '在已有的内存上工作' } },
  {
    id: 'queues',
    text: {
      en: '8 blocks written to a disk behind queues (virtio), and read again',
      zh: '向队列式磁盘（virtio）写 8 个块并读回',
    },
  },
  {
    id: 'dma',
    text: {
      en: 'The same with a disk behind registers, which moves data itself (DMA)',
      zh: '同样的工作，磁盘在寄存器之后，由控制器搬运数据（DMA）',
    },
  },
  {
    id: 'words',
    text: {
      en: 'The same with a disk whose data goes through a register, word by word (PIO)',
      zh: '同样的工作，数据逐字经过寄存器（PIO）',
    },
  },
  {
    id: 'card',
    text: {
      en: '64 frames sent over a network card behind queues (virtio), 8 at a time',
      zh: '经队列式网卡（virtio）发送 64 帧，每次 8 帧',
    },
  },
];

/** What is another than usual while it runs in a VM. */
export type OverheadSetting = 'huge-pages' | 'neighbour';

export interface OverheadRun {
  readonly id: string;
  readonly group: OverheadGroup;
  readonly work: OverheadWork;
  readonly text: Text;
  /** Nothing is below it but firmware; it is in a VM otherwise. */
  readonly isBare?: true;
  /** All memory of the VM is given before it runs. */
  readonly isFixed?: true;
  readonly setting?: OverheadSetting;
  /** How it is given its disk or card; on a bare machine: which of these that is. */
  readonly way?: DiskWay;
  /** Its driver of a disk behind queues hears of each request, and not of the last of several alone. */
  readonly hearsOfEach?: true;
}

const BARE: Pick<OverheadRun, 'isBare' | 'text'> = { isBare: true, text: { en: 'Bare hart', zh: '裸机' } };

export const OVERHEAD_RUNS: readonly OverheadRun[] = [
  { id: 'touch-bare', group: 'touch', work: 'touch', ...BARE },
  {
    ...{ id: 'touch-vm', group: 'touch', work: 'touch' },
    text: { en: 'VM, pages given on demand', zh: '虚拟机，页面按需分配' },
  },
  {
    ...{ id: 'touch-fixed', group: 'touch', work: 'touch', isFixed: true },
    text: { en: 'VM, all memory given before', zh: '虚拟机，内存预先全部分配' },
  },
  { id: 'memory-bare', group: 'memory', work: 'memory', ...BARE },
  {
    ...{ id: 'memory-vm', group: 'memory', work: 'memory' },
    text: { en: 'VM, leaves of 4 KiB', zh: '虚拟机，4 KiB 叶项' },
  },
  {
    ...{ id: 'memory-huge', group: 'memory', work: 'memory', setting: 'huge-pages' },
    text: { en: 'VM, huge pages (2 MiB)', zh: '虚拟机，大页（2 MiB）' },
  },
  {
    ...{ id: 'memory-neighbour', group: 'memory', work: 'memory', setting: 'neighbour' },
    text: { en: 'VM, 4 KiB, beside a busy one', zh: '虚拟机，4 KiB，旁有繁忙的虚拟机' },
  },
  { id: 'virtio-bare', group: 'queues', work: 'disk', way: 'virtio', ...BARE },
  {
    ...{ id: 'virtio-vm', group: 'queues', work: 'disk', way: 'virtio' },
    text: { en: 'VM, virtio', zh: '虚拟机，virtio' },
  },
  {
    ...{ id: 'virtio-each', group: 'queues', work: 'disk', way: 'virtio', hearsOfEach: true },
    text: { en: 'VM, virtio without event index', zh: '虚拟机，virtio，不用事件索引' },
  },
  {
    ...{ id: 'virtio-whole', group: 'queues', work: 'disk', way: 'passed-virtio' },
    text: { en: 'VM, disk passed through', zh: '虚拟机，磁盘直通' },
  },
  { id: 'dma-bare', group: 'dma', work: 'disk', way: 'emulated-dma', ...BARE },
  {
    ...{ id: 'dma-vm', group: 'dma', work: 'disk', way: 'emulated-dma' },
    text: { en: 'VM, emulated registers', zh: '虚拟机，模拟的寄存器' },
  },
  {
    ...{ id: 'dma-whole', group: 'dma', work: 'disk', way: 'passed-through' },
    text: { en: 'VM, disk passed through', zh: '虚拟机，磁盘直通' },
  },
  { id: 'pio-bare', group: 'words', work: 'disk', way: 'emulated-pio', ...BARE },
  {
    ...{ id: 'pio-vm', group: 'words', work: 'disk', way: 'emulated-pio' },
    text: { en: 'VM, emulated registers', zh: '虚拟机，模拟的寄存器' },
  },
  { id: 'card-bare', group: 'card', work: 'card', way: 'virtio', ...BARE },
  {
    ...{ id: 'card-vm', group: 'card', work: 'card', way: 'virtio' },
    text: { en: 'VM, virtio', zh: '虚拟机，virtio' },
  },
  {
    ...{ id: 'card-whole', group: 'card', work: 'card', way: 'passed-virtio' },
    text: { en: 'VM, card passed through', zh: '虚拟机，网卡直通' },
  },
];
export const OVERHEAD_RUN_IDS: readonly string[] = OVERHEAD_RUNS.map(({ id }) => id);

/** What optimisations bring: two runs which differ by it. */
export const OVERHEAD_GAINS: readonly {
  readonly id: string;
  readonly without: string;
  readonly with: string;
  readonly text: Text;
}[] = [
  {
    ...{ id: 'fixed', without: 'touch-vm', with: 'touch-fixed' },
    text: { en: 'Memory given before it is used', zh: '内存预先分配' },
  },
  {
    ...{ id: 'huge-pages', without: 'memory-vm', with: 'memory-huge' },
    text: { en: 'Huge pages', zh: '大页' },
  },
  {
    ...{ id: 'dma', without: 'pio-vm', with: 'dma-vm' },
    text: { en: 'A controller that moves data itself', zh: '由控制器搬运数据' },
  },
  {
    ...{ id: 'virtio', without: 'dma-vm', with: 'virtio-vm' },
    text: { en: 'virtio instead of emulated registers', zh: '以 virtio 代替模拟的寄存器' },
  },
  {
    ...{ id: 'event-index', without: 'virtio-each', with: 'virtio-vm' },
    text: { en: 'Event index', zh: '事件索引' },
  },
  {
    ...{ id: 'passing-through', without: 'virtio-vm', with: 'virtio-whole' },
    text: { en: 'Passing the disk through', zh: '磁盘直通' },
  },
  {
    ...{ id: 'passing-card', without: 'card-vm', with: 'card-whole' },
    text: { en: 'Passing the card through', zh: '网卡直通' },
  },
];

/**
 * Where the time of a run went; together they are all of it. Cycles of the processor: the instructions, the entries of page tables that
 * walks read (the guest's, or the only ones; the host's), and what else takes it longer. Exits, by what they are for. Then the time in
 * which it could have run, but did not, and that in which it waited for its disk or card.
 */
export type OverheadPart =
  | 'instructions'
  | 'walks'
  | 'hostWalks'
  | 'processor'
  | 'memoryExits'
  | 'deviceExits'
  | 'interruptExits'
  | 'waitExits'
  | 'otherExits'
  | 'scheduling'
  | 'waiting';
export const OVERHEAD_PARTS: readonly {
  readonly id: OverheadPart;
  readonly text: Text;
  readonly hint: Text;
}[] = [
  {
    id: 'instructions',
    text: { en: 'Instructions', zh: '指令' },
    hint: { en: 'those of the program, a cycle each', zh: '程序自己的指令，每条一个周期' },
  },
  {
    id: 'walks',
    text: { en: 'Own page tables', zh: '自己的页表' },
    hint: {
      en: 'entries of its own page tables that walks read where no TLB knew a page',
      zh: 'TLB 未命中时读取的程序自己的页表项',
    },
  },
  {
    id: 'hostWalks',
    text: { en: 'Page tables of the host', zh: '主机的页表' },
    hint: {
      en: 'entries of the second stage: what addresses of the guest are on the host',
      zh: '第二级页表项：客户机地址在主机上的位置',
    },
  },
  {
    id: 'processor',
    text: { en: 'Traps and CSRs', zh: '陷入与 CSR' },
    hint: {
      en: 'what else takes the processor longer than a cycle: traps and returns, accesses to CSRs, fences',
      zh: '处理器其他多于一个周期的事：陷入与返回、CSR 访问、栅栏',
    },
  },
  {
    id: 'memoryExits',
    text: { en: 'Exits for memory', zh: '内存退出' },
    hint: {
      en: 'exits in which the hypervisor gave a page, or did something else with it',
      zh: '虚拟机监控器分配页面或作其他处理的退出',
    },
  },
  {
    id: 'deviceExits',
    text: { en: 'Exits for registers', zh: '寄存器退出' },
    hint: {
      en: 'accesses to registers of devices that the hypervisor plays',
      zh: '访问由虚拟机监控器模拟的设备寄存器',
    },
  },
  {
    id: 'interruptExits',
    text: { en: 'Exits for interrupts', zh: '中断退出' },
    hint: {
      en: 'interrupts that took it off the guest, and accesses to the interrupt controller',
      zh: '打断客户机的中断，以及对中断控制器的访问',
    },
  },
  {
    id: 'waitExits',
    text: { en: 'Exits to wait', zh: '等待退出' },
    hint: { en: 'WFI, by which a guest gives up its hart', zh: 'WFI：客户机交出 hart' },
  },
  {
    id: 'otherExits',
    text: { en: 'Other exits', zh: '其他退出' },
    hint: { en: 'calls of the SBI and the like', zh: 'SBI 调用等' },
  },
  {
    id: 'scheduling',
    text: { en: 'Scheduling', zh: '调度' },
    hint: {
      en: 'ends of time slices, switches, and time in which others had the hart',
      zh: '时间片结束、切换，以及 hart 归他人所用的时间',
    },
  },
  {
    id: 'waiting',
    text: { en: 'Waiting for the device', zh: '等待设备' },
    hint: { en: 'nothing to do until the disk or card answers', zh: '磁盘或网卡应答之前无事可做' },
  },
];
/** Of these, the time that the hypervisor takes to answer. */
const EXIT_PARTS: readonly OverheadPart[] = [
  'memoryExits',
  'deviceExits',
  'interruptExits',
  'waitExits',
  'otherExits',
];
/** All of that time. */
export function exitNsOf(parts: Readonly<Record<OverheadPart, VirtualNs>>): VirtualNs {
  return EXIT_PARTS.reduce((sum, part) => sum + parts[part], 0);
}

/** The two runs of each optimisation of which both are there. */
export function gainsAmong<Run extends { readonly run: string }>(
  runs: readonly Run[],
): { readonly id: string; readonly text: Text; readonly before: Run; readonly after: Run }[] {
  const find = (id: string): Run | undefined => runs.find(({ run }) => run === id);
  return OVERHEAD_GAINS.flatMap(({ id, text, without, with: having }) => {
    const [before, after] = [find(without), find(having)];
    return before === undefined || after === undefined ? [] : [{ id, text, before, after }];
  });
}
