/** What the same work has cost several VMs: exits for each operation, how long these took, and where the time went. */
import type { ComparedId } from '#base/catalogue/compared-devices';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { ComparedRow } from '../comparison/state.ts';
import { PERCENTILES } from '../media/physical-disk.ts';
import { Latencies } from '../scheduling/latencies.ts';

export interface ComparedVmAnswer extends Omit<ComparedRow, 'latencies'> {
  /** Exits for each operation. */
  readonly exitsEach: number;
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the time, that in which its vCPUs were on a hart, and that in which the hypervisor answered their exits there. */
  readonly hostCpu: number;
  readonly hypervisorCpu: number;
  /** 0 where nobody counts it. */
  readonly latency: { readonly p50: VirtualNs; readonly p95: VirtualNs; readonly p99: VirtualNs };
  readonly histogram: readonly { readonly below: VirtualNs; readonly count: number }[];
}
export interface ComparisonAnswer {
  readonly device: ComparedId;
  readonly text: string;
  /** That each is to do. */
  readonly operations: number;
  /** Who is at it, and who is yet to come. */
  readonly at: string | undefined;
  readonly waiting: readonly string[];
  readonly rows: readonly ComparedVmAnswer[];
}

export const comparison: Question<'comparison', object, ComparisonAnswer> = defineQuestion({
  id: 'comparison',
  text: {
    en: 'what the same work has cost VMs that have their devices in several ways: exits, latencies, and where each microsecond went',
    zh: '同样的工作让以不同方式获得设备的虚拟机付出的代价：退出次数、延迟与每一微秒的去向',
  },
  arguments: {},
  ask: (_, host) => {
    const { device, text, operations, course, waiting, rows } = host.comparison.state;
    return ok({ device, text, operations, at: course?.vm, waiting, rows: rows.map(answerOf) });
  },
});

function answerOf({ latencies, ...row }: ComparedRow): ComparedVmAnswer {
  const { operations, bytes, elapsedNs, roles, account } = row;
  const seconds = elapsedNs / 1e9;
  const counted = new Latencies();
  counted.restore(latencies);
  const [p50 = 0, p95 = 0, p99 = 0] = PERCENTILES.map((percent) => counted.percentile(percent));
  const per = (amount: number, of: number): number => (of === 0 ? 0 : amount / of);
  return {
    ...row,
    exitsEach: per(
      roles.reduce((sum, { exits }) => sum + exits, 0),
      operations,
    ),
    operationsPerSecond: per(operations, seconds),
    bytesPerSecond: per(bytes, seconds),
    hostCpu: per(account.guest + account.exits, elapsedNs),
    hypervisorCpu: per(account.exits, elapsedNs),
    latency: { p50, p95, p99 },
    histogram: counted.histogram(),
  };
}
