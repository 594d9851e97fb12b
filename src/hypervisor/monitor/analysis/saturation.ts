/** How near the harts and disks of a host are to what they can do, and whether those who wait for them wait as theory would have it. */
import type { Host } from '../../host.ts';
import { type Conclusion, type Drawn, drawn, meanOf } from './conclusion.ts';
import { expectedWaiting, timesAtServer } from './queueing.ts';
import { span, written } from './words.ts';

/** From here on the time is as good as all used: theory gives no wait that means anything. */
export const FULL = 0.98;
export const BUSY = 0.8;
/** Below it nothing is told. */
export const IDLE = 0.01;
/** Of the time that a VM could have run it waited more: it wants for CPU. */
const WANTS = 0.25;

export function evidenceOf(...all: readonly (Drawn | undefined)[]): Conclusion['from'] {
  return all.flatMap((each) => (each === undefined ? [] : [each.evidence]));
}
export function samplesOf(of: Drawn): { readonly en: string; readonly zh: string } {
  const { samples, periodNs } = of.evidence;
  return {
    en: `${samples} samples of ${span(periodNs)}`,
    zh: `${samples} 个采样（周期 ${span(periodNs)}）`,
  };
}

/** The harts: how many vCPUs wait for one on average, and how many would (M/M/c). */
export function hartsOf(host: Host, windowNs: number): Conclusion[] {
  const guests = drawn(host, { metric: 'host-guests' }, windowNs);
  const own = drawn(host, { metric: 'host-hypervisor' }, windowNs);
  if (guests === undefined || own === undefined) return [];
  const harts = host.spec.harts;
  const load = meanOf(guests.found.values) + meanOf(own.found.values);
  const utilisation = load / harts;
  if (utilisation < IDLE) return [];
  const waits = host.vms().map((vm) => drawn(host, { metric: 'steal', vm: vm.spec.name }, windowNs));
  const waiting = waits.reduce((sum, each) => sum + meanOf(each?.found.values ?? []), 0);
  const isFull = utilisation >= FULL;
  const expected = isFull ? Number.NaN : expectedWaiting(load, harts);
  const [used, measured, theory] = [
    written('share', utilisation),
    written('count', waiting),
    isFull ? '' : written('count', expected),
  ];
  const samples = samplesOf(guests);
  return [
    {
      kind: 'queue',
      matters: isFull || (utilisation >= BUSY && waiting > 1),
      said: {
        en: isFull
          ? `The harts of ${host.spec.name} are full: ${used} of their time is used, and ${measured} vCPUs wait for one on average.`
          : `The harts of ${host.spec.name} are used for ${used} of their time; ${measured} vCPUs wait for one on average, ${theory} are expected of a queue.`,
        zh: isFull
          ? `${host.spec.name} 的物理 CPU 已饱和：时间利用率 ${used}，平均有 ${measured} 个 vCPU 在等待。`
          : `${host.spec.name} 的物理 CPU 利用率为 ${used}；平均有 ${measured} 个 vCPU 在等待，排队模型预计 ${theory} 个。`,
      },
      because: {
        en: `${samples.en} of time with guests and of the hypervisor’s own, and of the time for which VMs were ready without a hart; ${isFull ? 'so full, theory has no finite wait' : `expected: M/M/${harts} at ${written('count', load)} busy of ${harts}, as if vCPUs came independently`}.`,
        zh: `依据客户机时间、虚拟化层自身时间，以及虚拟机就绪却没有物理 CPU 的时间，各 ${samples.zh}；${isFull ? '利用率如此之高，理论上等待没有有限值' : `预计值来自 M/M/${harts}：${harts} 个中平均 ${written('count', load)} 个忙，假设 vCPU 独立到达`}。`,
      },
      figures: { utilisation, waiting, ...(isFull ? {} : { expected }) },
      from: evidenceOf(guests, own, ...waits),
    },
  ];
}

/** Of a VM: what part of the time that it could have run it waited for a hart. */
export function wantsCpu(host: Host, vm: string, windowNs: number): Conclusion[] {
  const [ran, waited] = ['cpu', 'steal'].map((metric) => drawn(host, { metric, vm }, windowNs));
  if (ran === undefined || waited === undefined) return [];
  const [run, wait] = [ran, waited].map(({ found }) => meanOf(found.values)) as [number, number];
  if (run + wait < IDLE) return [];
  const part = wait / (run + wait);
  if (part < WANTS) return [];
  const samples = samplesOf(ran);
  return [
    {
      ...{ kind: 'queue', matters: true, vm },
      said: {
        en: `${vm} wants for CPU: of the time in which it could have run it waited ${written('share', part)} for a hart.`,
        zh: `${vm} 缺少 CPU：在可以运行的时间里，有 ${written('share', part)} 在等待物理 CPU。`,
      },
      because: {
        en: `${samples.en} each of CPU time (${written('share', run)} of a CPU) and of steal time (${written('share', wait)}).`,
        zh: `CPU 时间（${written('share', run)}）与被偷时间（${written('share', wait)}）各 ${samples.zh}。`,
      },
      figures: { part, run, wait },
      from: evidenceOf(ran, waited),
    },
  ];
}

/** The physical disks: how long a request waits before it is served, and how long it would (M/G/1). */
export function disksOf(host: Host, windowNs: number): Conclusion[] {
  return host.storage.disks.flatMap(({ spec: { name } }): Conclusion[] => {
    const of = (metric: string) => drawn(host, { metric, part: name }, windowNs);
    const [busy, requests, waitingNow] = [of('storage-busy'), of('storage-requests'), of('storage-waiting')];
    if (busy === undefined || requests === undefined || waitingNow === undefined) return [];
    const [utilisation, rate, waiting] = [busy, requests, waitingNow].map(({ found }) =>
      meanOf(found.values),
    ) as [number, number, number];
    if (utilisation < IDLE || rate === 0) return [];
    const isFull = utilisation >= FULL;
    const { service, waited, least, most } = timesAtServer(utilisation, rate, waiting);
    const [used, measured] = [written('share', utilisation), span(waited)];
    const theory = `${span(least)} – ${span(most)}`;
    const samples = samplesOf(busy);
    return [
      {
        kind: 'queue',
        matters: utilisation >= BUSY,
        said: {
          en: `Disk ${name} of ${host.spec.name} is busy for ${used} of the time; a request waits ${measured} before it is served${isFull ? ': it is full' : `, ${theory} are expected of a queue`}.`,
          zh: `${host.spec.name} 的磁盘 ${name} 有 ${used} 的时间在忙；请求在开始服务前平均等待 ${measured}${isFull ? '：已饱和' : `，排队模型预计 ${theory}`}。`,
        },
        because: {
          en: `${samples.en} each of busy time, of requests (${written('per-second', rate)}, so ${span(service)} of service each) and of how many wait (${written('count', waiting)} on average; the wait is theirs by Little’s law)${isFull ? '' : '; expected: one server, M/D/1 to M/M/1'}.`,
          zh: `忙碌时间、请求数（${written('per-second', rate)}，即每个服务 ${span(service)}）与等待数（平均 ${written('count', waiting)}，等待时间由利特尔定律得出）各 ${samples.zh}${isFull ? '' : '；预计值：单服务台，M/D/1 至 M/M/1'}。`,
        },
        figures: { utilisation, service, waiting, waited, ...(isFull ? {} : { least, most }) },
        from: evidenceOf(busy, requests, waitingNow),
      },
    ];
  });
}
