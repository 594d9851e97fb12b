/** Guides of the labs of disks, screens and devices that come and go. Data only. */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';

const COMPARISON = { host: 0, view: 'comparison' } as const;
const STORAGE = { host: 0, view: 'storage' } as const;

type IoLab = Extract<
  GuidedLab,
  | 'lasting-disk'
  | 'copy-on-write-tree'
  | 'failing-disk'
  | 'three-ways'
  | 'three-ways-card'
  | 'noisy-disk'
  | 'desktop'
  | 'hot-plug'
>;

export const IO_GUIDES: Readonly<Record<IoLab, readonly GuideStep[]>> = {
  'lasting-disk': [
    {
      title: { en: 'Written and flushed', zh: '写入并刷新' },
      do: {
        en: 'Watch the console of writer: it writes a line, syncs, is reset, and reads the line again.',
        zh: '观察 writer 的控制台：写入一行、同步、复位，然后再读出。',
      },
      see: {
        en: 'Linux finds its line after the reset. (The teaching kernel only writes and reads.)',
        zh: 'Linux 在复位后仍能读到这一行。（教学内核只写入并读出。）',
      },
      at: { host: 0, vm: 'writer' },
      check: [{ metric: 'disk-write@writer', above: 0 }],
    },
    {
      title: { en: 'After the tab', zh: '关闭标签页之后' },
      do: {
        en: 'Close this tab, and open the lab anew from the menu of labs.',
        zh: '关闭此标签页，再从实验菜单重新打开本实验。',
      },
      see: {
        en: 'The file has one line more each time: what was flushed lasts.',
        zh: '文件每次多一行：刷新过的内容会保留。',
      },
    },
  ],
  'copy-on-write-tree': [
    {
      title: { en: 'One image, two disks', zh: '一个映像，两块磁盘' },
      do: {
        en: 'Look at the disk of branch-1, and the layers that it lies on.',
        zh: '查看 branch-1 的磁盘以及它所依赖的各层。',
      },
      see: {
        en: 'What a VM writes lies above the image. With Linux, branch-1 is sealed at 3 s and goes on above that.',
        zh: '虚拟机写入的内容位于映像之上。使用 Linux 时，branch-1 在第 3 秒被封存，并在其上继续。',
      },
      at: { host: 0, vm: 'branch-1', view: 'devices' },
    },
    {
      title: { en: 'Each for itself', zh: '各自修改' },
      do: {
        en: 'With Linux, type `ls /mnt` at both consoles.',
        zh: '使用 Linux 时，在两个控制台都输入 `ls /mnt`。',
      },
      see: {
        en: 'Both have shared.txt, and each only its own file besides.',
        zh: '两边都有 shared.txt，除此之外各自只有自己的文件。',
      },
      at: { host: 0, vm: 'branch-2' },
    },
  ],
  'failing-disk': [
    {
      title: { en: 'A part breaks', zh: '局部损坏' },
      do: {
        en: 'At 3 s a block in the middle breaks, and at 4 s the disk is read again. Look at reader’s console.',
        zh: '第 3 秒中间一块损坏，第 4 秒再次读取。查看 reader 的控制台。',
      },
      see: {
        en: 'The guest is told of an error, and so is its program.',
        zh: '客户机得到错误通知，它的程序也一样。',
      },
      at: { host: 0, vm: 'reader' },
    },
    {
      title: { en: 'Mended', zh: '修复' },
      do: {
        en: 'At 7 s it is mended and read at 8 s. Then break it yourself: storage, the disk of reader.',
        zh: '第 7 秒修复，第 8 秒再读。然后自己弄坏它：存储页中 reader 的磁盘。',
      },
      see: { en: 'All of it is read after 8 s.', zh: '第 8 秒之后全部可读。' },
      at: STORAGE,
    },
  ],
  'three-ways': [
    {
      title: { en: 'What a block costs', zh: '每块的代价' },
      do: {
        en: 'Each VM reads and writes 64 blocks, one VM after the other. Wait until all have their figures.',
        zh: '每台虚拟机依次读写 64 块。等到全部结果出来。',
      },
      see: {
        en: 'By emulated registers a block costs by far the most exits; a disk given whole costs the fewest.',
        zh: '模拟寄存器方式每块的退出最多；整盘直通最少。',
      },
      at: COMPARISON,
    },
    {
      title: { en: 'Again, larger', zh: '再来，更多' },
      do: { en: 'Run the comparison with more blocks.', zh: '用更多的块再比较一次。' },
      see: {
        en: 'Figures for one block stay about the same.',
        zh: '每块的数字大致不变。',
      },
      at: COMPARISON,
    },
  ],
  'three-ways-card': [
    {
      title: { en: 'What a frame costs', zh: '每帧的代价' },
      do: {
        en: 'Each VM sends 64 packets to echo by its own kind of card, one after the other. Wait until all have their figures.',
        zh: '每台虚拟机依次用自己那种网卡向 echo 发送 64 个报文。等到全部结果出来。',
      },
      see: {
        en: 'Compare the exits for one frame, and where the time goes.',
        zh: '比较每帧的退出次数以及时间花在哪里。',
      },
      at: COMPARISON,
    },
    {
      title: { en: 'The exits behind it', zh: '背后的退出' },
      do: {
        en: 'Look at the exits of the VM whose card is emulated, by cause.',
        zh: '按原因查看使用模拟网卡的虚拟机的退出。',
      },
      see: {
        en: 'Each register that the driver touches is an exit of device access.',
        zh: '驱动每碰一次寄存器就是一次设备访问退出。',
      },
      at: { host: 0, vm: 'emulated-pio', view: 'exits' },
    },
  ],
  'noisy-disk': [
    {
      title: { en: 'First come, first served', zh: '先来先服务' },
      do: {
        en: 'noisy has three requests in the queue for each one of steady. Compare what both read.',
        zh: 'noisy 在队列中总有三个请求，而 steady 只有一个。比较两者的读取量。',
      },
      see: {
        en: 'With Linux noisy has about three quarters of the disk, and steady waits longer.',
        zh: '使用 Linux 时 noisy 占去约四分之三，steady 等待更久。',
      },
      at: STORAGE,
      check: [{ metric: 'disk-read@steady', above: 0 }],
    },
    {
      title: { en: 'Fairly', zh: '公平排队' },
      do: {
        en: 'Choose the I/O scheduler “fair queueing”, and look again after some seconds.',
        zh: '选用“公平排队”的 I/O 调度器，几秒后再看。',
      },
      see: {
        en: 'Each has about half, however many disks it reads.',
        zh: '无论读几块磁盘，各得约一半。',
      },
      at: STORAGE,
      check: [
        { metric: 'disk-read@steady', above: 1000 },
        { metric: 'disk-read@steady / disk-read@noisy', above: 0.8, below: 1.25 },
      ],
    },
  ],
  desktop: [
    {
      title: { en: 'Draw', zh: '作画' },
      do: {
        en: 'Draw on the screen of paint with the pointer.',
        zh: '用指针在 paint 的屏幕上作画。',
      },
      see: {
        en: 'The guest draws: your gestures are its input, its frame buffer is the picture.',
        zh: '是客户机在画：你的动作是它的输入，它的帧缓冲就是画面。',
      },
      at: { host: 0, vm: 'paint', view: 'desktop' },
    },
    {
      title: { en: 'From afar', zh: '远程' },
      do: {
        en: 'Look at the second screen below: what home sees of it, by packets over the link. Draw there, too.',
        zh: '看下方第二个屏幕：home 通过链路上的报文看到的画面。也在那里画一画。',
      },
      see: {
        en: 'The remote picture is a little late.',
        zh: '远程画面略有延迟。',
      },
      at: { host: 0, vm: 'paint', view: 'desktop' },
    },
    {
      title: { en: 'A full link', zh: '链路占满' },
      do: {
        en: 'From 20 to 40 s sender fills the link. Draw from afar again, and look at the delay below it.',
        zh: '第 20 到 40 秒 sender 占满链路。再次远程作画，并看下方的延迟。',
      },
      see: {
        en: 'Frames wait or are lost: the far picture comes late, the near one does not.',
        zh: '帧在等待或丢失：远处画面来得晚，近处不受影响。',
      },
      at: { host: 0, vm: 'paint', view: 'desktop' },
      check: [{ metric: 'net-tx@sender', above: 500_000 }],
    },
  ],
  'hot-plug': [
    {
      title: { en: 'A disk comes', zh: '插入磁盘' },
      do: {
        en: 'At the fifth second a disk is plugged in; from the seventh on it is used. Look at the devices.',
        zh: '第 5 秒插入磁盘，第 7 秒起使用。查看设备。',
      },
      see: {
        en: 'The guest finds it without a restart.',
        zh: '客户机无需重启就发现了它。',
      },
      at: { host: 0, vm: 'linux', view: 'devices' },
      check: [{ metric: 'disk-write@linux', above: 0 }],
    },
    {
      title: { en: 'And goes', zh: '拔出' },
      do: {
        en: 'Watch what becomes of it until the thirteenth second, at the console and in the devices.',
        zh: '到第 13 秒为止，在控制台和设备页观察它的去向。',
      },
      see: {
        en: 'Linux keeps it while it is mounted, and lets it go at 12 s.',
        zh: '挂载期间 Linux 不放手；第 12 秒释放。',
      },
      at: { host: 0, vm: 'linux' },
    },
    {
      title: { en: 'Plug one in yourself', zh: '自己插一块' },
      do: {
        en: 'Plug a network card into linux, and pull it out again by force.',
        zh: '给 linux 插一块网卡，再强制拔出。',
      },
      at: { host: 0, vm: 'linux', view: 'devices' },
    },
  ],
};
