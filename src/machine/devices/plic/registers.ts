/**
 * Register layout of the PLIC (RISC-V Platform-Level Interrupt Controller Specification 1.0.0, chapter 3). Data only.
 */
import { PLIC_SOURCES } from '../platform.ts';
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

/** All bits but source 0, which does not exist. */
export const ALL_SOURCES = 0xffff_fffe;

/** Priorities and thresholds are WARL with three bits, as on SiFive's parts. */
export const PRIORITY_MASK = 7;

/** The registers of a PLIC with so many contexts. */
export function plicRegisters(contexts: number): readonly RegisterRow[] {
  return [
    {
      ...{ offset: PRIORITY, stride: 4, count: PLIC_SOURCES + 1, name: 'priority', access: 'rw' },
      section: 'PLIC 1.0.0 §4',
      text: { en: 'priority of a source; 0 never interrupts', zh: '中断源的优先级；0 从不中断' },
    },
    {
      ...{ offset: PENDING, name: 'pending', access: 'r', section: 'PLIC 1.0.0 §5' },
      text: { en: 'sources whose gateway has forwarded a request', zh: '网关已转发请求的中断源' },
    },
    {
      ...{ offset: ENABLE, stride: ENABLE_STRIDE, count: contexts, name: 'enable', access: 'rw' },
      section: 'PLIC 1.0.0 §6',
      text: { en: 'sources that may interrupt a context', zh: '可以中断某个上下文的中断源' },
    },
    {
      ...{ offset: CONTEXT, stride: CONTEXT_STRIDE, count: contexts, name: 'threshold', access: 'rw' },
      section: 'PLIC 1.0.0 §7',
      text: { en: 'only higher priorities interrupt', zh: '只有更高的优先级才中断' },
    },
    {
      ...{ offset: CONTEXT + CLAIM, stride: CONTEXT_STRIDE, count: contexts, name: 'claim', access: 'rw' },
      section: 'PLIC 1.0.0 §8, §9',
      text: {
        en: 'read: takes the most urgent source; write: completes it',
        zh: '读：取走最紧急的中断源；写：完成它',
      },
    },
  ];
}
