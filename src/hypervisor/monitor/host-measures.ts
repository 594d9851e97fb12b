/** Reads the metrics of a host from its accounts; what each is, its row of the catalogue says. */
import { PAGE_SIZE } from '#base/addresses';
import { HOST_METRICS, type HostMetricId } from '#base/catalogue/scoped-metrics';
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

/** Reads all metrics of a host in the order of their rows, from a place on: in one pass, as samples want it. */
export function readHost(host: MeasuredHost, into: Float64Array, at: number): void {
  const { cpus, frames, monitor } = host;
  let [guestNs, hypervisorNs, idleNs, running] = [0, 0, 0, 0];
  for (let n = 0; n < cpus.length; n++) {
    const cpu = cpus[n]!;
    guestNs += cpu.guestNs;
    hypervisorNs += cpu.hypervisorNs;
    idleNs += cpu.idleNs;
  }
  const vms = host.vms();
  for (let n = 0; n < vms.length; n++) if (vms[n]!.isRunning) running += 1;
  const { count, free } = frames;
  into[at] = guestNs;
  into[at + 1] = hypervisorNs;
  into[at + 2] = idleNs;
  into[at + 3] = host.instructions;
  into[at + 4] = host.dispatcher.scheduler.ready;
  into[at + 5] = count * PAGE_SIZE;
  into[at + 6] = (count - free) * PAGE_SIZE;
  into[at + 7] = free * PAGE_SIZE;
  into[at + 8] = host.swap.used * PAGE_SIZE;
  into[at + 9] = running;
  for (let clock = 0; clock < STALL_CLOCKS.length; clock++)
    into[at + FIRST_CLOCK + clock] = monitor.stalls.total(clock);
}
/** Where the clocks of pressure begin among the rows. */
const FIRST_CLOCK = 10;

/** One of them, as it is now. */
export function measureHost(host: MeasuredHost, id: HostMetricId): number {
  const all = new Float64Array(HOST_METRICS.length);
  readHost(host, all, 0);
  return all[HOST_METRICS.findIndex((row) => row.id === id)]!;
}
