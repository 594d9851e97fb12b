/** Reads the metrics of a host from its accounts; what each is, its row of the catalogue says. */
import { PAGE_SIZE } from '#base/addresses';
import type { StallClock } from '#base/catalogue/metrics';
import type { HostMetricId } from '#base/catalogue/scoped-metrics';
import { STALL_CLOCKS } from './pressure/stalls.ts';

/** What of a host is measured. */
export interface MeasuredHost {
  readonly cpus: readonly {
    readonly guestNs: number;
    readonly hypervisorNs: number;
    readonly idleNs: number;
  }[];
  readonly instructions: number;
  readonly dispatcher: { readonly scheduler: { readonly ready: number } };
  readonly frames: { readonly count: number; readonly free: number };
  readonly swap: { readonly used: number };
  readonly monitor: { readonly stalls: { total(clock: number): number } };
  vms(): readonly { readonly isRunning: boolean }[];
}

export const HOST_MEASURES: Readonly<Record<HostMetricId, (host: MeasuredHost) => number>> = {
  'host-guests': sumOf(({ guestNs }) => guestNs),
  'host-hypervisor': sumOf(({ hypervisorNs }) => hypervisorNs),
  'host-idle': sumOf(({ idleNs }) => idleNs),
  'host-instructions': ({ instructions }) => instructions,
  'host-ready': ({ dispatcher }) => dispatcher.scheduler.ready,
  'host-memory': ({ frames }) => frames.count * PAGE_SIZE,
  'host-memory-used': ({ frames }) => (frames.count - frames.free) * PAGE_SIZE,
  'host-memory-free': ({ frames }) => frames.free * PAGE_SIZE,
  'host-swap-used': ({ swap }) => swap.used * PAGE_SIZE,
  'host-vms': (host) => {
    let sum = 0;
    for (const { isRunning } of host.vms()) if (isRunning) sum += 1;
    return sum;
  },
  'host-pressure-cpu-some': pressure('cpu-some'),
  'host-pressure-cpu-full': pressure('cpu-full'),
  'host-pressure-memory-some': pressure('memory-some'),
  'host-pressure-memory-full': pressure('memory-full'),
  'host-pressure-io-some': pressure('io-some'),
  'host-pressure-io-full': pressure('io-full'),
};

/** Over all harts. */
function sumOf(account: (cpu: MeasuredHost['cpus'][number]) => number): (host: MeasuredHost) => number {
  return ({ cpus }) => {
    let sum = 0;
    for (let n = 0; n < cpus.length; n++) sum += account(cpus[n]!);
    return sum;
  };
}

function pressure(of: StallClock): (host: MeasuredHost) => number {
  const clock = STALL_CLOCKS.indexOf(of);
  return ({ monitor }) => monitor.stalls.total(clock);
}
