/** What harts, TLBs and translator of a host have done: counters as they are, rates are the reader's to make. */

import { EXIT_REASONS } from '#base/catalogue/exit-reasons';
import { ok } from '#base/result';
import { COSTS } from '#machine/cycles';
import type { Host } from '../../host.ts';
import type { AccessKind } from '../../memory/questions/walk.ts';
import { accessMix } from '../../monitor/access-mix.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';
import { type Breakpoint, breakpointsOf } from '../debugger.ts';
import { SWITCH_COST_NS } from '../physical-cpu.ts';

/** Counts of a walk's two stages: VS-stage (or the only one), and G-stage. */
export interface ByStage {
  readonly vs: number;
  readonly g: number;
}

/** What harts, TLBs and translator of a host have done since it was switched on. */
export interface MachineState {
  /** Of the worker's clock, so that two answers give a rate. */
  readonly wallMs: number;
  readonly harts: readonly {
    readonly instructions: number;
    /** Of these, by translated code. */
    readonly translated: number;
    readonly guestNs: number;
    /** Of that, beyond a cycle for each instruction: page walks, traps, what else machine/cycles.ts charges. */
    readonly stallNs: number;
    readonly hypervisorNs: number;
    readonly idleNs: number;
    /** Whom it runs. */
    readonly vm?: string;
    readonly vcpu?: number;
  }[];
  readonly tlb: {
    /** Accesses that no TLB knew, by kind. */
    readonly misses: Readonly<Record<AccessKind, number>>;
    /** Accesses per instruction, by kind; loads and stores are estimated from samples, absent while there are none. */
    readonly accesses: { readonly execute: 1; readonly load?: number; readonly store?: number };
    readonly walks: ByStage;
    /** Walks that knew the last table and read one entry: hits of the cache of tables. */
    readonly shortWalks: ByStage;
    /** Page-table entries read. */
    readonly references: ByStage;
  };
  readonly traps: number;
  readonly interrupts: number;
  /** What takes longer in virtual time than an instruction: events inside of guests, and exits by reason. */
  readonly costs: {
    readonly events: readonly { readonly name: string; readonly ns: number }[];
    readonly exits: readonly { readonly reason: string; readonly ns: number }[];
  };
  /** Of all VMs, every reason that there is. */
  readonly exits: readonly { readonly reason: string; readonly count: number; readonly costNs: number }[];
  readonly translator: {
    readonly regions: number;
    readonly live: number;
    readonly dropped: number;
    readonly bytes: number;
    readonly instructions: number;
    readonly ms: number;
    /** Calls of translated code. */
    readonly entered: number;
  };
  readonly breakpoints: readonly Breakpoint[];
}

export const machine: Question<'machine', object, MachineState> = defineQuestion({
  id: 'machine',
  text: {
    en: 'what harts, TLBs and the translator have done since the host was switched on',
    zh: '主机开机以来 hart、TLB 与翻译器做了什么',
  },
  arguments: {},
  ask: (_, host) => ok(machineOf(host)),
});

function sumOf(vms: readonly Vm[], which: 'exitCounts' | 'exitCostNs', reason: number): number {
  const vcpus = vms.flatMap((vm) => vm.vcpus);
  return vcpus.reduce((sum, vcpu) => sum + (vcpu[which][reason] ?? 0), 0);
}

function machineOf(host: Host): MachineState {
  const counters = host.machine.counters();
  const [load, store, execute] = counters.fills;
  const byStage = ([vs, g]: readonly [number, number]): { vs: number; g: number } => ({ vs, g });
  const vms = host.vms();
  const { regions, live, killed, bytes, instructions } = host.machine.translator?.counters ?? NOTHING;
  return {
    wallMs: host.wallMs,
    breakpoints: breakpointsOf(host),
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
        ...COSTS.map(({ name, cycles }) => ({ name, ns: cycles * host.settings.nsPerInstruction })),
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
