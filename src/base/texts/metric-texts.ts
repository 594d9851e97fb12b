/** What the metrics of `base/catalogue/scoped-metrics.ts` are called, and where their numbers come from: read by those who list metrics. */
import type { MetricId } from '../catalogue/metrics.ts';
import type { ScopedMetricId } from '../catalogue/scoped-metrics.ts';
import type { Language } from './languages.ts';
import * as en from './metrics-en.ts';
import * as zh from './metrics-zh.ts';

/** A metric's texts, by language. */
export interface MetricTexts {
  readonly title: Readonly<Record<Language, string>>;
  /** Where the number comes from. */
  readonly meaning: Readonly<Record<Language, string>>;
}

function row(title: string, meaning: string, titleZh: string, meaningZh: string): MetricTexts {
  return { title: { en: title, zh: titleZh }, meaning: { en: meaning, zh: meaningZh } };
}

function exitsFor(en: string, zh: string): MetricTexts {
  return row(
    `Exits: ${en}`,
    'Exit counters of its vCPUs, one row of the exit table',
    `退出：${zh}`,
    '各 vCPU 的退出计数，退出表中的一行',
  );
}

function pressure(resource: string, kind: 'some' | 'full', resourceZh: string): MetricTexts {
  return row(
    `Pressure: ${resource}, ${kind}`,
    'Pressure stall account: time lost since a resource was wanting, as Linux defines it (Documentation/accounting/psi.rst)',
    `压力：${resourceZh}，${kind}`,
    '压力停滞账目：因资源不足而损失的时间，定义与 Linux 相同（Documentation/accounting/psi.rst）',
  );
}

export const METRIC_TEXTS: Readonly<Record<ScopedMetricId, MetricTexts>> = {
  halt: row(
    'Waited for an interrupt',
    'Account of its vCPUs: time in WFI, nothing to do or waiting for a device',
    '等待中断',
    '各 vCPU 的账目：处于 WFI 的时间，即无事可做或在等设备',
  ),
  'pressure-cpu-some': pressure('CPU', 'some', 'CPU'),
  'pressure-cpu-full': pressure('CPU', 'full', 'CPU'),
  'pressure-memory-some': pressure('memory', 'some', '内存'),
  'pressure-memory-full': pressure('memory', 'full', '内存'),
  'pressure-io-some': pressure('I/O', 'some', 'I/O'),
  'pressure-io-full': pressure('I/O', 'full', 'I/O'),
  'disk-reads': row(
    'Disk reads',
    'Counters of its disks: reads done',
    '磁盘读次数',
    '其磁盘的计数：完成的读请求',
  ),
  'disk-writes': row(
    'Disk writes',
    'Counters of its disks: writes done',
    '磁盘写次数',
    '其磁盘的计数：完成的写请求',
  ),
  'disk-errors': row(
    'Disk errors',
    'Counters of its disks: requests that failed',
    '磁盘错误',
    '其磁盘的计数：失败的请求',
  ),
  'disk-busy': row(
    'Disk busy',
    'Counters of its disks: time with a request in flight, summed over disks',
    '磁盘忙碌',
    '其磁盘的计数：有请求在途的时间，各盘相加',
  ),
  'net-rx-frames': row('Frames received', 'Counters of its cards', '收到的帧', '其网卡的计数'),
  'net-tx-frames': row('Frames sent', 'Counters of its cards', '发出的帧', '其网卡的计数'),
  'net-rx-drops': row(
    'Received frames lost',
    'Counters of its cards: frames for which the guest had no room',
    '接收丢帧',
    '其网卡的计数：客户机没有地方放的帧',
  ),
  'net-tx-drops': row(
    'Sent frames lost',
    'Counters of its cards: frames that were malformed or not let out',
    '发送丢帧',
    '其网卡的计数：格式不对或未能发出的帧',
  ),
  faults: row(
    'Page faults at the host',
    'Exit counters of its vCPUs: guest-page faults of the G-stage',
    '主机侧缺页',
    '各 vCPU 的退出计数：G 阶段的客户机缺页',
  ),
  answers: row(
    'Answers',
    'Frames at its cards: questions that others asked over TCP or UDP, and that it answered',
    '应答次数',
    '其网卡上的帧：别人通过 TCP 或 UDP 提出且已应答的请求',
  ),
  'answer-time': row(
    'Time to answer, sum',
    'Frames at its cards: from the last new byte of each question to the first byte of its answer. As a share: how many questions were open on average',
    '应答时间之和',
    '其网卡上的帧：从每个请求的最后一个新字节到应答的第一个字节。作为占比：平均有多少请求尚未应答',
  ),
  'response-time': row(
    'Response time',
    'Frames at its cards: how long its answers of the last second took, on average (32 at most); without any, how long somebody has waited for one',
    '响应时间',
    '其网卡上的帧：最近一秒内各次应答平均用时（最多 32 次）；没有应答时，为已等待应答的时间',
  ),
  'exits-mmio': exitsFor('device registers', '设备寄存器'),
  'exits-sbi': exitsFor('SBI calls', 'SBI 调用'),
  'exits-wfi': exitsFor('waits for an interrupt', '等待中断'),
  'exits-instruction': exitsFor('virtual instructions', '虚拟指令'),
  'exits-timer': exitsFor('time slices that ended', '时间片到期'),
  'exits-interrupt': exitsFor('kicks for an interrupt', '因中断被踢出'),
  'host-guests': row(
    'CPU in guests',
    'Accounts of its harts: time in guest code',
    'CPU 用于客户机',
    '各 hart 的账目：客户机代码的时间',
  ),
  'host-hypervisor': row(
    'CPU in the hypervisor',
    'Accounts of its harts: exits, switches, and what the hypervisor does for itself',
    'CPU 用于管理程序',
    '各 hart 的账目：退出处理、切换以及管理程序自身的工作',
  ),
  'host-idle': row(
    'CPU idle',
    'Accounts of its harts: time with nothing to do',
    'CPU 空闲',
    '各 hart 的账目：无事可做的时间',
  ),
  'host-instructions': row(
    'Instructions',
    'Accounts of its harts: instructions retired',
    '指令',
    '各 hart 的账目：执行完的指令',
  ),
  'host-ready': row(
    'vCPUs that wait for a hart',
    'The scheduler’s queue now',
    '等待 hart 的 vCPU',
    '调度器当前的队列',
  ),
  'host-memory': row('Memory', 'Frames of the host', '内存', '主机的全部帧'),
  'host-memory-used': row(
    'Memory in use',
    'Frame allocator: frames that have a user',
    '已用内存',
    '帧分配器：有使用者的帧',
  ),
  'host-memory-free': row(
    'Free memory',
    'Frame allocator: frames that nobody has',
    '空闲内存',
    '帧分配器：无人使用的帧',
  ),
  'host-swap-used': row(
    'Swap in use',
    'Swap area: places that hold a page',
    '已用交换区',
    '交换区：存有页面的位置',
  ),
  'host-vms': row(
    'VMs that run',
    'VMs of the host that are running',
    '运行中的虚拟机',
    '主机上正在运行的虚拟机',
  ),
  'host-pressure-cpu-some': pressure('CPU', 'some', 'CPU'),
  'host-pressure-cpu-full': pressure('CPU', 'full', 'CPU'),
  'host-pressure-memory-some': pressure('memory', 'some', '内存'),
  'host-pressure-memory-full': pressure('memory', 'full', '内存'),
  'host-pressure-io-some': pressure('I/O', 'some', 'I/O'),
  'host-pressure-io-full': pressure('I/O', 'full', 'I/O'),
  'storage-busy': row(
    'Disk busy',
    'Physical disk: time in which it served something',
    '磁盘忙碌',
    '物理磁盘：正在服务请求的时间',
  ),
  'storage-requests': row('Requests', 'Physical disk: requests done', '请求', '物理磁盘：完成的请求'),
  'storage-bytes': row(
    'Bytes',
    'Physical disk: bytes of requests done',
    '字节',
    '物理磁盘：完成请求的字节数',
  ),
  'storage-merges': row(
    'Merged requests',
    'Physical disk: requests merged with a neighbour',
    '合并的请求',
    '物理磁盘：与相邻请求合并的请求',
  ),
  'storage-in-service': row(
    'Requests in service',
    'Physical disk: served now',
    '服务中的请求',
    '物理磁盘：当前正在服务',
  ),
  'storage-waiting': row(
    'Requests that wait',
    'Physical disk: queued now, those that limits hold back too',
    '排队的请求',
    '物理磁盘：当前排队，包括被限速扣住的',
  ),
  'vcpu-run': row('Ran', 'Scheduler account: time on harts', '运行', '调度账目：在 hart 上的时间'),
  'vcpu-steal': row(
    'Waited for a hart',
    'Scheduler account: ready, without a hart',
    '等待 hart',
    '调度账目：就绪但没有 hart',
  ),
  'vcpu-blocked': row(
    'Waited for a page',
    'vCPU account: a page was on its way',
    '等待页面',
    'vCPU 账目：页面正在换入',
  ),
  'vcpu-instructions': row(
    'Instructions',
    'vCPU account: instructions retired',
    '指令',
    'vCPU 账目：执行完的指令',
  ),
  'vcpu-exits': row('Exits', 'Exit counters of the vCPU', '退出', '该 vCPU 的退出计数'),
  'vcpu-exit-cost': row(
    'Time in exits',
    'Virtual time charged for its exits',
    '退出开销',
    '为其退出计入的虚拟时间',
  ),
  'disk-requests': row('Requests', 'At the physical disk: requests done', '请求', '在物理磁盘处：完成的请求'),
  'disk-bytes': row(
    'Bytes',
    'At the physical disk: bytes of requests done',
    '字节',
    '在物理磁盘处：完成请求的字节数',
  ),
  'disk-served': row(
    'Time served',
    'At the physical disk: time that it had of the disk',
    '服务时间',
    '在物理磁盘处：占用磁盘的时间',
  ),
  'disk-held': row(
    'Requests held back',
    'At the physical disk: requests that limits held back',
    '被限速的请求',
    '在物理磁盘处：被限速扣住的请求',
  ),
  'disk-merged': row(
    'Merged requests',
    'At the physical disk: requests merged with a neighbour',
    '合并的请求',
    '在物理磁盘处：与相邻请求合并的请求',
  ),
  'disk-queue': row(
    'Requests in flight',
    'At the physical disk: held back, waiting, or served now',
    '在途请求',
    '在物理磁盘处：当前被扣住、排队或服务中',
  ),
  'card-frames-in': row('Frames received', 'Counters of the card', '收到的帧', '网卡的计数'),
  'card-bytes-in': row('Bytes received', 'Counters of the card', '收到的字节', '网卡的计数'),
  'card-drops-in': row(
    'Received frames lost',
    'Counters of the card: no room in the guest’s ring',
    '接收丢帧',
    '网卡的计数：客户机的环中没有空位',
  ),
  'card-frames-out': row('Frames sent', 'Counters of the card', '发出的帧', '网卡的计数'),
  'card-bytes-out': row('Bytes sent', 'Counters of the card', '发出的字节', '网卡的计数'),
  'card-drops-out': row(
    'Sent frames lost',
    'Counters of the card: malformed, or not let out',
    '发送丢帧',
    '网卡的计数：格式不对或未能发出',
  ),
  'port-frames-in': row(
    'Frames in',
    'Counters of the port: from what hangs there',
    '入帧',
    '端口的计数：来自所接设备',
  ),
  'port-bytes-in': row(
    'Bytes in',
    'Counters of the port: from what hangs there',
    '入字节',
    '端口的计数：来自所接设备',
  ),
  'port-frames-out': row(
    'Frames out',
    'Counters of the port: delivered to what hangs there',
    '出帧',
    '端口的计数：交给所接设备',
  ),
  'port-bytes-out': row(
    'Bytes out',
    'Counters of the port: delivered to what hangs there',
    '出字节',
    '端口的计数：交给所接设备',
  ),
  'port-drops': row(
    'Frames that ended here',
    'Counters of the port: frames that ended at one of its stages',
    '在此终止的帧',
    '端口的计数：在其某一级终止的帧',
  ),
  'port-queue': row(
    'Frames on their way out',
    'The port’s queue now, and what stages hold',
    '等待发出的帧',
    '端口当前的队列以及各级扣住的帧',
  ),
};

/** Any metric's texts; its name and nothing where nobody has written any. */
export function metricTextsOf(id: string, name: string): MetricTexts {
  const average = /^(.+)-avg(\d+)$/.exec(id);
  if (average?.[1] !== undefined) {
    const { title, meaning } = metricTextsOf(average[1], name);
    const [en, zh] = [`${title.en}, over ${average[2]} s`, `${title.zh}，${average[2]} 秒平均`];
    return { title: { en, zh }, meaning };
  }
  if (Object.hasOwn(METRIC_TEXTS, id)) return METRIC_TEXTS[id as ScopedMetricId];
  if (!Object.hasOwn(en.metric, id)) return row(name, '', name, '');
  const ofVms = id as MetricId;
  return row(en.metric[ofVms], en.metricSource[ofVms], zh.metric[ofVms], zh.metricSource[ofVms]);
}
