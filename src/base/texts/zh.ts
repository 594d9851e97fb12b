/** Texts of what every layer speaks of, in Chinese; the keys are those of `en.ts`. */
import type { Texts } from './en.ts';

export const zh: Texts = {
  state: { created: '已创建', running: '运行中', paused: '已暂停', stopped: '已停止', failed: '已失败' },
  vcpu: {
    off: '关闭',
    ready: '就绪，等待 hart',
    running: '正在 hart 上运行',
    waiting: '等待中断',
    blocked: '等待页面',
    paused: '已暂停',
    failed: '已失败',
  },
  frameState: { free: '空闲', data: '内存', 'page-table': '页表', shared: '多个页面共用的内存' },
  metric: {
    cpu: 'CPU',
    steal: '等待 hart',
    memory: '内存',
    tables: '页表',
    exits: '退出',
    'exit-cost': '退出用时',
    'disk-read': '磁盘读取',
    'disk-write': '磁盘写入',
    'net-rx': '网络接收',
    'net-tx': '网络发送',
    instructions: '指令',
    console: '控制台输出',
  },
  metricSource: {
    cpu: '调度器账目：最近 100 ms 虚拟时间内其 vCPU 在 hart 上运行的时间',
    steal: '调度器账目：其 vCPU 已就绪但在等待 hart 的时间',
    memory: '页帧分配器：其内存所用的页帧',
    tables: '页帧分配器：其 G 阶段页表所用的页帧',
    exits: '其 vCPU 的退出计数器，按退出表逐行统计',
    'exit-cost': '其退出所计的虚拟时间，按退出表逐行统计',
    'disk-read': '其 virtio 块设备的计数器：读取的字节',
    'disk-write': '其 virtio 块设备的计数器：写入的字节',
    'net-rx': '其 virtio 网络设备的计数器：接收的字节',
    'net-tx': '其 virtio 网络设备的计数器：发送的字节',
    instructions: '其 vCPU 的账目：退役的指令',
    console: '其控制台的日志：写出的字节',
  },
};
