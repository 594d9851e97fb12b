/**
 * Who has the CPUs. `schedulers`: one VM that wakes often for a moment, beside three that never sleep, on one hart; in turn at first, where
 * it waits for all three each time. `capsAndShares`: three VMs have one hart by weight, and a fourth no more than a tenth of it.
 * `coScheduling`: processes on both vCPUs of a VM share a lock, beside two busy VMs on two harts; with credit the one who holds it often has
 * no hart while the other spins for it, and where both run together or not at all, more is done in the same time.
 */
import type { CpuSpec, HostSpec, VmSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { host, scenario, teachingVm } from './parts.ts';

function running(name: string, command: string, cpu?: CpuSpec, more: Partial<VmSpec> = {}): VmSpec {
  return teachingVm(name, { append: `run=${command}`, ...(cpu === undefined ? {} : { cpu }), ...more });
}
const busy = (name: string, cpu?: CpuSpec): VmSpec => running(name, 'spin', cpu);

/** At half the usual clock, so that browsers keep up with busy VMs. */
function lab(seed: number, vms: readonly VmSpec[], kind = 'credit', more: Partial<HostSpec> = {}): Scenario {
  return {
    ...scenario(seed, [host(vms, { scheduler: { kind }, ...more })]),
    nsPerInstruction: 20,
  };
}

export function schedulers(): Scenario {
  const vms = [running('wakes', 'cpu_10'), busy('busy-1'), busy('busy-2'), busy('busy-3')];
  return lab(71, vms, 'round-robin');
}

export function capsAndShares(): Scenario {
  const capped = busy('capped', { weight: 400, capPercent: 10 });
  return lab(72, [busy('gold', { weight: 400 }), busy('silver', { weight: 200 }), busy('bronze'), capped]);
}

export function coScheduling(): Scenario {
  const locks = running('locks', 'locks_2', { weight: 200, together: true }, { vcpus: 2 });
  return lab(73, [locks, busy('busy-1'), busy('busy-2')], 'credit', { harts: 2 });
}
