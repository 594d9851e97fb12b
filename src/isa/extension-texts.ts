/** What each extension that a machine may have or lack is for. */
import type { OptionalExtension } from './extensions.ts';

interface Text {
  readonly en: string;
  readonly zh: string;
}

export const EXTENSION_TEXTS: Readonly<Record<OptionalExtension, Text>> = {
  Zba: { en: 'addresses: shift and add', zh: '地址计算：移位并相加' },
  Zbb: { en: 'counting, rotating, smaller and larger, bytes', zh: '位计数、循环移位、取大取小、字节操作' },
  Zbs: { en: 'single bits', zh: '单个位的操作' },
  Zbc: { en: 'multiplication without carry, for check sums', zh: '无进位乘法，用于校验和' },
  Zicond: { en: 'values by condition, without a branch', zh: '无分支的条件取值' },
  Zcb: { en: 'more instructions of 16 bits', zh: '更多 16 位指令' },
  Svnapot: { en: 'pages of 64 KiB in page tables', zh: '页表中的 64 KiB 页' },
  Svpbmt: { en: 'memory types in page-table entries', zh: '页表项中的内存类型' },
  Sv48: { en: 'page tables of four levels', zh: '四级页表' },
  Sv57: { en: 'page tables of five levels', zh: '五级页表' },
  Zicbom: { en: 'write back and forget cache blocks', zh: '写回与作废缓存块' },
  Zicboz: { en: 'fill a cache block with zeros', zh: '将缓存块清零' },
  Zawrs: { en: 'wait until a word changes', zh: '等待某个字改变' },
  Zicbop: { en: 'prefetch hints', zh: '预取提示' },
  Zihintpause: { en: 'a hint while spinning', zh: '自旋等待时的提示' },
};
