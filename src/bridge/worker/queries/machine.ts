/** What harts, TLBs and translator of a host have done: counters as they are, rates are the page's to make. */
import type { MachineState } from '#bridge/protocol/answers';
import { EXIT_REASONS, HART_COSTS, type Host, SWITCH_COST_NS, type Vm } from '#hypervisor/host';
import { accessMix } from './access-mix.ts';

type Answer = Omit<MachineState, 'wallMs' | 'breakpoints'>;

function sumOf(vms: readonly Vm[], which: 'exitCounts' | 'exitCostNs', reason: number): number {
  const vcpus = vms.flatMap((vm) => vm.vcpus);
  return vcpus.reduce((sum, vcpu) => sum + (vcpu[which][reason] ?? 0), 0);
}

export function machine(host: Host): Answer {
  const counters = host.machine.counters();
  const [load, store, execute] = counters.fills;
  const byStage = ([vs, g]: readonly [number, number]): { vs: number; g: number } => ({ vs, g });
  const vms = host.vms();
  const { regions, live, killed, bytes, instructions } = host.machine.translator?.counters ?? NOTHING;
  return {
    harts: host.cpus.map(({ hart, translated, guestNs, hypervisorNs, idleNs, current }) => ({
      instructions: hart.instructions,
      translated,
      guestNs,
      stallNs: Math.max(0, guestNs - hart.instructions * host.settings.nsPerInstruction),
      hypervisorNs,
      idleNs,
      ...(current === undefined
        ? {}
        : {
            vm: vms.find(({ slot }) => slot === current.vm.slot)?.spec.name ?? '',
            vcpu: current.vcpu.index,
          }),
    })),
    tlb: {
      misses: { load, store, execute },
      accesses: { execute: 1, ...accessMix(host) },
      walks: byStage(counters.walks),
      shortWalks: byStage(counters.shortWalks),
      references: byStage(counters.references),
    },
    traps: counters.traps,
    interrupts: counters.interrupts,
    costs: {
      events: [
        ...HART_COSTS.map(({ name, cycles }) => ({ name, ns: cycles * host.settings.nsPerInstruction })),
        { name: 'VCPU_SWITCH', ns: SWITCH_COST_NS },
      ],
      exits: EXIT_REASONS.filter(({ costNs }) => costNs > 0).map(({ id, costNs }) => ({
        reason: id,
        ns: costNs,
      })),
    },
    exits: EXIT_REASONS.map(({ id }, index) => ({
      reason: id,
      count: sumOf(vms, 'exitCounts', index),
      costNs: sumOf(vms, 'exitCostNs', index),
    })),
    translator: {
      ...{ regions, live, dropped: killed, bytes, instructions },
      ms: counters.translatorMs,
      entered: counters.entered,
    },
  };
}

/** Of a machine that interprets everything. */
const NOTHING = { regions: 0, live: 0, killed: 0, bytes: 0, instructions: 0 };
