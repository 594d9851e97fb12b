/** What memory does: what a VM works with of its own, and when a host will have no frame left. */
import { PAGE_SIZE } from '#base/addresses';
import { ACCESS_ROUND_NS } from '#base/catalogue/frame-ages';
import { NS_PER_S } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import type { Vm } from '../../vm/vm.ts';
import { type Conclusion, drawn } from './conclusion.ts';
import { trendOf } from './trend.ts';
import { span, written } from './words.ts';
import { seenWithin, settledIn } from './working-set.ts';

/** What lies further ahead is not told. */
const FAR_NS = 600 * NS_PER_S;

/** By the log of accesses, while it is on: else nothing is known of it. */
export function workingSetOf(host: Host, vm: Vm, windowNs: number): Conclusion[] {
  const name = vm.spec.name;
  const noted = host.management.accessLog.noted(vm.slot);
  const memory = drawn(host, { metric: 'memory', vm: name }, windowNs);
  if (noted === undefined || memory === undefined) return [];
  const settled = settledIn(seenWithin(noted.last, noted.round), noted.round);
  if (settled === undefined) return [];
  const [bytes, has] = [settled.pages * PAGE_SIZE, memory.found.values.at(-1) ?? 0];
  const [works, held, idle] = [bytes, has, Math.max(0, has - bytes)].map((each) => written('bytes', each));
  const within = span(settled.rounds * ACCESS_ROUND_NS);
  return [
    {
      ...{ kind: 'working-set', matters: false, vm: name },
      said: {
        en: `${name} works with ${works} of the ${held} that it holds; ${idle} lay untouched.`,
        zh: `${name} 占用 ${held}，其中正在使用 ${works}，其余 ${idle} 未被访问。`,
      },
      because: {
        en: `Pages whose A bit was found set in the last ${settled.rounds} rounds of the log of accesses, one every ${span(ACCESS_ROUND_NS)}: within ${within}. Longer ago hardly one was added, as far as ${noted.round} rounds tell.`,
        zh: `访问日志最近 ${settled.rounds} 轮（每 ${span(ACCESS_ROUND_NS)} 一轮，共 ${within}）中 A 位被置位的页。就 ${noted.round} 轮记录所见，更早的时间里几乎没有新增。`,
      },
      figures: { workingSet: bytes, held: has, rounds: settled.rounds, watched: noted.round },
      from: [memory.evidence],
    },
  ];
}

/** Free memory that falls comes to its end; nothing where it does not fall, or that is far ahead. */
export function framesEnd(host: Host, windowNs: number): Conclusion[] {
  const free = drawn(host, { metric: 'host-memory-free' }, windowNs);
  const trend = free && trendOf(free.found.values);
  if (free === undefined || trend === undefined || trend.most >= 0) return [];
  const left = free.found.values.at(-1) ?? 0;
  const { periodNs, samples } = free.evidence;
  const [soon, late] = [trend.least, trend.most].map((slope) => (left / -slope) * periodNs) as [
    number,
    number,
  ];
  if (soon > FAR_NS) return [];
  const until =
    late > FAR_NS
      ? { en: `${span(soon)} or more`, zh: `${span(soon)}之后` }
      : { en: `${span(soon)} to ${span(late)}`, zh: `${span(soon)} 至 ${span(late)} 内` };
  return [
    {
      ...{ kind: 'trend', matters: true },
      said: {
        en: `Free memory of ${host.spec.name} (${written('bytes', left)}) will be gone in ${until.en}, if it goes on so.`,
        zh: `若照此下去，${host.spec.name} 的空闲内存（${written('bytes', left)}）将在 ${until.zh}耗尽。`,
      },
      because: {
        en: `A line through ${samples} samples of free memory, one every ${span(periodNs)}; with 95 % confidence it falls by ${written('bytes', -trend.most * (NS_PER_S / periodNs))} to ${written('bytes', -trend.least * (NS_PER_S / periodNs))} each second.`,
        zh: `对 ${samples} 个空闲内存采样（每 ${span(periodNs)} 一个）作直线拟合；95 % 置信区间内每秒减少 ${written('bytes', -trend.most * (NS_PER_S / periodNs))} 至 ${written('bytes', -trend.least * (NS_PER_S / periodNs))}。`,
      },
      figures: { left, soonNs: soon, lateNs: late },
      from: [free.evidence],
    },
  ];
}
