/**
 * Register layout of the PLIC (RISC-V Platform-Level Interrupt Controller Specification 1.0.0, chapter 3). Data only.
 */
import type { RegisterRow } from '../register.ts';

/** Priority of source n at 4·n. */
export const PRIORITY = 0x0;
/** Pending bits of sources 0–31. */
export const PENDING = 0x1000;
/** Enable bits of context c at 0x80·c. */
export const ENABLE = 0x2000;
export const ENABLE_STRIDE = 0x80;
/** Threshold, and four bytes on claim/complete, of context c at 0x1000·c. */
export const CONTEXT = 0x20_0000;
export const CONTEXT_STRIDE = 0x1000;
export const THRESHOLD = 0;
export const CLAIM = 4;

/** Priorities and thresholds are WARL with three bits, as on SiFive's parts. */
export const PRIORITY_MASK = 7;

export const PLIC_REGISTERS: readonly RegisterRow[] = [
  {
    offset: PRIORITY,
    stride: 4,
    name: 'priority',
    access: 'rw',
    text: { en: 'priority of a source; 0 never interrupts (§4)', zh: '中断源的优先级；0 从不中断（§4）' },
  },
  {
    offset: PENDING,
    name: 'pending',
    access: 'r',
    text: { en: 'sources whose gateway has forwarded a request (§5)', zh: '网关已转发请求的中断源（§5）' },
  },
  {
    offset: ENABLE,
    stride: ENABLE_STRIDE,
    name: 'enable',
    access: 'rw',
    text: { en: 'sources that may interrupt a context (§6)', zh: '可以中断某个上下文的中断源（§6）' },
  },
  {
    offset: CONTEXT,
    stride: CONTEXT_STRIDE,
    name: 'threshold',
    access: 'rw',
    text: { en: 'only higher priorities interrupt (§7)', zh: '只有更高的优先级才中断（§7）' },
  },
  {
    offset: CONTEXT + CLAIM,
    stride: CONTEXT_STRIDE,
    name: 'claim',
    access: 'rw',
    text: {
      en: 'read: takes the most urgent source (§8); write: completes it (§9)',
      zh: '读：取走最紧急的中断源（§8）；写：完成它（§9）',
    },
  },
];
