/** What only the command line says, in both languages; errors and states are in `base/texts`. */

import type { Language } from '#base/texts/languages';
import { BUILTIN_SCENARIO_NAMES } from '#lab/scenarios/builtin';

export interface CliTexts {
  readonly usage: string;
  readonly testFailed: string;
  readonly lost: string;
  readonly whereItTraps: string;
  readonly outOfInstructions: string;
  readonly outOfTime: string;
  readonly noDeviceTree: string;
  readonly waitsForGdb: string;
  readonly passed: string;
  readonly failed: string;
  readonly translated: string;
  readonly howToLeave: string;
  readonly dropped: string;
  readonly summary: string;
  readonly refused: string;
  readonly askUsage: string;
  readonly liveFaults: string;
  readonly overheadAll: string;
  readonly overheadTimes: string;
  readonly overheadExits: string;
  readonly overheadExitTime: string;
  readonly overheadGains: string;
  readonly compared: string;
  readonly comparedTruncated: string;
  readonly same: string;
  readonly diskRaw: string;
  readonly diskNotWritten: string;
  readonly linkIsRight: string;
  readonly doUsage: string;
  readonly columns: Readonly<Record<Column, string>>;
  readonly figures: Readonly<Record<Figure, string>>;
}

/** Columns of the table that `virtlab run` prints. */
export const COLUMNS = ['vm', 'state', 'cpu', 'memory', 'exits', 'received', 'sent', 'console'] as const;
type Column = (typeof COLUMNS)[number];

/** What `virtlab compare` tells of each VM. */
export const FIGURES = ['share', 'switches', 'p50', 'p95', 'most', 'apart'] as const;
type Figure = (typeof FIGURES)[number];

const LABS = BUILTIN_SCENARIO_NAMES.join(', ');

const en: CliTexts = {
  usage: `usage: virtlab bare FILE... [--bios F] [--dtb F] [--initrd F] [--append TEXT] [--memory 128M] [--smp N]
                     [--disk IMAGE[,writes=keep] | size=64M]... [--legacy-virtio] [--for 10s]
                     [--isa usual,zicond] [--signature F] [--max-instructions N] [--stats] [--trace] [--gdb PORT]
                     a machine like QEMU's virt, from M-mode on; its serial port is the terminal; --smp (or --harts): how many harts;
                     disks are virtio-blk in virtio-mmio-bus.0 and on; --legacy-virtio: version 1 of the registers, as QEMU's without
                     force-legacy=false; several files run one after the other, with a line for each;
                     --isa: which extensions its harts have beyond RV64GC and H: usual (zba,zbb,zbs), none, all, or names with commas;
                     --gdb: stands before the first instruction until gdb has come to PORT (target remote localhost:PORT)
       virtlab vm FILE [--initrd F] [--disk IMAGE[,KEY=VALUE…] | size=64M[,…]]... [--card KEY=VALUE[,…]]...
                     [--device KIND[,KEY=VALUE…]]... [--virtqueues packed] [--memory 32M] [--append TEXT]
                     [--vcpus N] [--max-vcpus N] [--harts N] [--cpu KEY=VALUE[,…]] [--scheduler KIND]
                     [--date 2026-01-01T00:00:00Z] [--for 10s]
                     of a disk: way, readErrors, writeErrors, queues; on an image: writes (keep: what the guest flushes, and all when
                     it ends or is left, is written into IMAGE; drop: nothing is); empty, of a size: allocation (on-demand, fixed),
                     firstUse (how long it takes to make a part of 64 KiB that is first written: 50us)
                     of a card: way, mtu, queues, offload, address, mac, switch; a device: balloon, or agent (terminal=true: the
                     terminal is a port of the same device); --date: what clocks show at the beginning
                     --vcpus: what its guest may use, of --max-vcpus that it could be given; --harts: physical CPUs;
                     --cpu: what of them is the VM's: weight, cap (percent of one CPU), harts (0+1: where it may run), pinned (true:
                     each vCPU stays on one), period and budget (10ms; for real-time), together (true; for gang);
                     --scheduler: round-robin, credit, fair, real-time, gang
                     FILE: an ELF file, a Linux Image, or one of teaching, linux-tiny, linux-lab, linux-desk,
                     linux-stock, linux-disk (whose root is on the disk: Debian and others)
       virtlab run SCENARIO [--for 10s | --until 1:30] [--hash] [--json] [--gdb PORT [--host NAME] [--vm NAME]]
                     --gdb: gdb attaches to the vCPUs of a VM first; while it stands, all of the lab does
                     SCENARIO: a file (a scenario, or a lab that was saved), a link, or one of
                     ${LABS}
       virtlab save SCENARIO FILE [--at 1s]
                     runs to that time and saves the whole lab: run, ask and the page go on from FILE
       virtlab do SCENARIO COMMAND [--at 1s] [--on HOST] [--for 0s] [--save FILE] and what the command takes
                     runs to that time, gives a host a command (a snapshot, a clone…), runs on, saves; virtlab do --help lists all
       virtlab suspend SCENARIO VM FILE [--at 1s] [--on HOST]
                     runs to that time and saves one VM as a file
       virtlab resume SCENARIO FILE [--at 0s] [--on HOST] [--as NAME] [--switch NAME] [--for 10s] [--save FILE] [--hash] [--json]
                     a VM that was suspended to FILE goes on in another lab
       virtlab screenshot SCENARIO FILE --vm NAME [--at 1s] [--host NAME]
                     runs to that time and writes what the VM's screen shows, as PNG or, where FILE ends so, PPM
       virtlab ask SCENARIO QUESTION [--at 1s] [--host NAME] [--json] and what the question takes
                     virtlab ask --help lists all questions
       virtlab capture SCENARIO [--from 0s] [--for 10s] [--host NAME] [--switch NAME] [--vm NAME] [--port NAME] [--filter TEXT] [--save FILE.pcapng]
       virtlab capture FILE.pcapng [--filter TEXT] [--save FILE.pcapng]
       virtlab capture SCENARIO --way [--from 0s] [--for 10s] [--host NAME] [--filter TEXT]
                     frames that pass a host's switches, listed or saved; a display filter as in Wireshark; a port is a card: vm-1/0;
                     --way: each step of their way, over all hosts of the lab
       virtlab labs [SCENARIO] [--json]
                     the labs that come along, or the steps of the guide of one, with what ticks them
       virtlab policies SCENARIO [--for 10s] [--json]
                     runs it once under each replacement policy: pages of each VM that were brought back from the swap area
       virtlab compare SCENARIO [--schedulers round-robin,fair] [--at 0s] [--for 2s] [--json]
                     runs it to --at, and from there once under each scheduler: share, switches and waits of each VM, side by side
       virtlab overhead [SCENARIO] [--host NAME] [--json]
                     the same program on a bare hart and in VMs, on machines like that host: where the time of each run went
       virtlab program FILE.mjs [SCENARIO] [--at 1s]
                     runs to that time, then the function that the file exports drives the lab: MemoryVirtualizer, IOVirtualizer,
                     NetworkVirtualizer; what it returns is printed as JSON (src/programming/README.md)
       virtlab diff A B [--most 50] [--json]
                     where two labs, VMs or hosts that were saved differ; status 0 same, 1 different, 2 cannot be compared
       virtlab disk info|check IMAGE [--backing FILE] [--json]
       virtlab disk convert FROM TO [--to qcow2|raw] [--compat 3] [--cluster-size 64K] [--snapshot NAME] [--backing FILE]
       virtlab disk create IMAGE SIZE [--to qcow2|raw]
       virtlab disk layer IMAGE FOLDER
                     the layer that disks of scenarios in FOLDER can lie on: content {"kind":"layered","layer":NAME}
       virtlab disk flatten LAYER IMAGE [--to qcow2|raw]
                     disk images, raw and qcow2: what they are, whether they are whole, the same disk in the other format
       --lang en|zh before any of them; without it the language of the environment (LC_ALL, LC_MESSAGES, LANG)
`,
  testFailed: 'test {{number}} failed',
  lost: 'lost: {{harts}}, where its trap handler begins',
  whereItTraps: 'hart {{hart}} has trap cause {{cause}} at {{pc}}',
  outOfInstructions: 'stopped after {{limit}} instructions',
  outOfTime: 'stopped after {{seconds}} s of virtual time',
  waitsForGdb: 'waits for gdb: target remote localhost:{{port}}',
  noDeviceTree: 'it is no device tree (a .dtb file)',
  passed: 'passed',
  failed: 'failed',
  translated: '(address is translated)',
  howToLeave: 'Ctrl-A x leaves',
  dropped: '{{bytes}} bytes of console output were lost',
  summary: '{{virtual}} s of virtual time in {{wall}} s, {{instructions}} instructions',
  liveFaults: 'pages that were brought back from the swap area, by policy',
  overheadAll: 'all, µs',
  overheadTimes: 'of bare',
  overheadExits: 'exits',
  overheadExitTime: 'in exits, µs',
  overheadGains: 'What each optimisation brings: without it > with it',
  compared: 'the same lab from {{from}} s to {{to}} s, under each scheduler',
  comparedTruncated: 'the run was longer than hosts remember: figures are of its end',
  same: 'no differences',
  diskRaw: 'a raw image says nothing of itself: there is nothing to check',
  diskNotWritten: 'what was written to the disk is not in {{path}}: {{why}}',
  linkIsRight: 'the link is whole, and its check sum is right; hosts: {{hosts}}, VMs: {{vms}}',
  askUsage:
    'usage: virtlab ask SCENARIO QUESTION [--at 1s] [--host NAME] [--json|--csv] and what the question takes:',
  doUsage:
    'usage: virtlab do SCENARIO COMMAND [--at 1s] [--on HOST] [--for 0s] [--save FILE] and what the command takes:',
  refused: '{{op}} at {{at}} ns: {{sentence}}',
  columns: {
    vm: 'vm',
    state: 'state',
    cpu: 'cpu',
    memory: 'memory',
    exits: 'exits',
    received: 'received',
    sent: 'sent',
    console: 'console',
  },
  figures: {
    share: 'share',
    switches: 'switches',
    p50: 'wait, half below',
    p95: 'wait, 95 % below',
    most: 'wait, longest',
    apart: 'vCPUs apart',
  },
};

const zh: CliTexts = {
  usage: `用法：virtlab bare 文件... [--bios F] [--dtb F] [--initrd F] [--append 文本] [--memory 128M] [--smp N]
                     [--disk 镜像[,writes=keep] | size=64M]... [--legacy-virtio] [--for 10s]
                     [--isa usual,zicond] [--signature F] [--max-instructions N] [--stats] [--trace] [--gdb 端口]
                     与 QEMU 的 virt 相同的机器，从 M 模式开始；串口即终端；--smp（或 --harts）：hart 的数目；
                     磁盘是 virtio-blk，依次位于 virtio-mmio-bus.0 及以后；--legacy-virtio：寄存器第 1 版，
                     即 QEMU 未设 force-legacy=false 时的样子；给出多个文件时依次运行，每个一行结果；
                     --isa：hart 在 RV64GC 与 H 之外还有哪些扩展：usual（zba,zbb,zbs）、none、all，或以逗号分隔的名称；
                     --gdb：停在第一条指令之前，等 gdb 连接到该端口（target remote localhost:端口）
      virtlab vm 文件 [--initrd F] [--disk 镜像[,键=值…] | size=64M[,…]]... [--card 键=值[,…]]...
                     [--device 种类[,键=值…]]... [--virtqueues packed] [--memory 32M] [--append 文本]
                     [--vcpus N] [--max-vcpus N] [--harts N] [--cpu 键=值[,…]] [--scheduler 种类]
                     [--date 2026-01-01T00:00:00Z] [--for 10s]
                     磁盘的键：way、readErrors、writeErrors、queues；镜像上的磁盘：writes（keep：客户机刷新的内容以及结束或离开时
                     的全部内容写回镜像；drop：不写回）；给定大小的空磁盘：allocation（on-demand 按需、fixed 一次分配）、
                     firstUse（首次写入一块 64 KiB 时分配它所需的时间，例如 50us）
                     网卡的键：way、mtu、queues、offload、address、mac、switch；设备：balloon，或 agent（terminal=true：终端是
                     同一设备的一个端口）；--date：时钟起始显示的日期
                     --vcpus：客户机可用的 vCPU 数，至多可给到 --max-vcpus；--harts：物理 CPU 数；
                     --cpu：虚拟机应得的 CPU：weight 权重、cap 上限（单个 CPU 的百分比）、harts（0+1：可在何处运行）、pinned
                     （true：每个 vCPU 固定在一个上）、period 与 budget（10ms；用于 real-time）、together（true；用于 gang）；
                     --scheduler：round-robin、credit、fair、real-time、gang
                     文件：ELF 文件、Linux Image，或 teaching、linux-tiny、linux-lab、linux-desk、linux-stock、
                     linux-disk（根文件系统在磁盘上：Debian 等）之一
      virtlab run 场景 [--for 10s | --until 1:30] [--hash] [--json] [--gdb 端口 [--host 主机名] [--vm 名称]]
                     --gdb：先由 gdb 连接虚拟机的各 vCPU；它停下时整个实验都停下
                     场景：文件（场景，或已保存的实验室）、链接，或以下之一：
                     ${LABS}
      virtlab save 场景 文件 [--at 1s]
                     运行到该时刻并保存整个实验室：run、ask 和页面可从该文件继续
      virtlab do 场景 命令 [--at 1s] [--on 主机] [--for 0s] [--save 文件] 以及命令的参数
                     运行到该时刻，向主机下达命令（快照、克隆等），继续运行并保存；virtlab do --help 列出全部命令
      virtlab suspend 场景 虚拟机 文件 [--at 1s] [--on 主机]
                     运行到该时刻，把一台虚拟机存为文件
      virtlab resume 场景 文件 [--at 0s] [--on 主机] [--as 名称] [--switch 名称] [--for 10s] [--save 文件] [--hash] [--json]
                     让已挂起到文件的虚拟机在另一个实验中继续运行
      virtlab screenshot 场景 文件 --vm 名称 [--at 1s] [--host 名称]
                     运行到该时刻并写出虚拟机屏幕的内容：PNG，或文件名以 .ppm 结尾时为 PPM
      virtlab ask 场景 问题 [--at 1s] [--host 名称] [--json|--csv] 以及问题的参数
                     virtlab ask --help 列出全部问题
      virtlab capture 场景 [--from 0s] [--for 10s] [--host 名称] [--switch 名称] [--vm 名称] [--port 名称] [--filter 文本] [--save 文件.pcapng]
      virtlab capture 文件.pcapng [--filter 文本] [--save 文件.pcapng]
      virtlab capture 场景 --way [--from 0s] [--for 10s] [--host 名称] [--filter 文本]
                     经过主机交换机的帧，列出或保存；过滤式与 Wireshark 的显示过滤式相同；端口即网卡：vm-1/0；
                     --way：逐步列出帧走过的路，跨实验室的所有主机
      virtlab labs [场景] [--json]
                     自带的实验，或某个实验导引的各个步骤及其勾选条件
      virtlab policies 场景 [--for 10s] [--json]
                     在每种置换策略下各运行一次：每台虚拟机从交换区取回的页数
      virtlab compare 场景 [--schedulers round-robin,fair] [--at 0s] [--for 2s] [--json]
                     运行到 --at，再由同一时刻起在每种调度器下各运行一次：并列给出每台虚拟机的份额、切换次数与等待时间
      virtlab overhead [场景] [--host 名称] [--json]
                     同一程序在裸机上与在虚拟机中（机器与该主机相同）各运行一次：每次运行的时间花在何处
      virtlab program 文件.mjs [场景] [--at 1s]
                     运行到该时刻，然后由文件导出的函数驱动实验室：MemoryVirtualizer、IOVirtualizer、NetworkVirtualizer；
                     返回值以 JSON 打印（见 src/programming/README.md）
      virtlab diff A B [--most 50] [--json]
                     两个已保存的实验室、虚拟机或主机在何处不同；退出状态 0 相同，1 不同，2 无法比较
      virtlab disk info|check 镜像 [--backing 文件] [--json]
      virtlab disk convert 来源 目标 [--to qcow2|raw] [--compat 3] [--cluster-size 64K] [--snapshot 名称] [--backing 文件]
      virtlab disk create 镜像 大小 [--to qcow2|raw]
      virtlab disk layer 镜像 文件夹
                     生成层文件，供该文件夹中场景的磁盘使用：content {"kind":"layered","layer":名称}
      virtlab disk flatten 层 镜像 [--to qcow2|raw]
                     磁盘镜像（raw 与 qcow2）：是什么、是否完好、转换为另一种格式
      以上各命令之前可加 --lang en|zh；否则使用环境的语言（LC_ALL、LC_MESSAGES、LANG）
`,
  testFailed: '测试 {{number}} 失败',
  lost: '迷失：{{harts}}，正是其陷入处理程序的开头',
  whereItTraps: 'hart {{hart}} 在 {{pc}} 处陷入，原因 {{cause}}',
  outOfInstructions: '执行 {{limit}} 条指令后停止',
  outOfTime: '经过 {{seconds}} 秒虚拟时间后停止',
  waitsForGdb: '等待 gdb 连接：target remote localhost:{{port}}',
  noDeviceTree: '不是设备树（.dtb 文件）',
  passed: '通过',
  failed: '失败',
  translated: '（地址经过转换）',
  howToLeave: '按 Ctrl-A x 离开',
  dropped: '丢失了 {{bytes}} 字节的控制台输出',
  summary: '{{virtual}} 秒虚拟时间，用时 {{wall}} 秒，{{instructions}} 条指令',
  liveFaults: '从交换区取回的页数，按策略',
  overheadAll: '总计（微秒）',
  overheadTimes: '为裸机的倍数',
  overheadExits: '退出次数',
  overheadExitTime: '退出所用（微秒）',
  overheadGains: '每项优化带来什么：没有它 > 有它',
  compared: '同一实验室从 {{from}} 秒到 {{to}} 秒，分别在各调度器下运行',
  comparedTruncated: '运行时间超出主机保留的记录：数字只反映其末段',
  same: '没有不同',
  diskRaw: '原始镜像不含自身信息：没有可检查的内容',
  diskNotWritten: '写入磁盘的内容没有进入 {{path}}：{{why}}',
  linkIsRight: '链接完整，校验和正确；主机：{{hosts}}，虚拟机：{{vms}}',
  askUsage: '用法：virtlab ask 场景 问题 [--at 1s] [--host 名称] [--json|--csv] 以及问题的参数：',
  doUsage: '用法：virtlab do 场景 命令 [--at 1s] [--on 主机] [--for 0s] [--save 文件] 以及命令的参数：',
  refused: '{{at}} ns 时的 {{op}}：{{sentence}}',
  columns: {
    vm: '虚拟机',
    state: '状态',
    cpu: 'CPU',
    memory: '内存',
    exits: '退出',
    received: '接收',
    sent: '发送',
    console: '控制台',
  },
  figures: {
    share: '份额',
    switches: '切换次数',
    p50: '等待（50 % 不超过）',
    p95: '等待（95 % 不超过）',
    most: '最长等待',
    apart: 'vCPU 不同步',
  },
};

export const CLI_TEXTS: Readonly<Record<Language, CliTexts>> = { en, zh };
