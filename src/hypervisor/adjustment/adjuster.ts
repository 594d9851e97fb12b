/**
 * The policies of a host at work. After each sample every one is asked; of those that would change the same thing at once, the first by
 * priority does. What they do they do as commands would, at events of the host, so that a replay makes the same decisions again.
 */
import type { LabError } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import { commandNamed } from '../commands.ts';
import type { Host } from '../host.ts';
import type { AlarmState } from '../monitor/alarm-state.ts';
import { SAMPLE_PERIOD_NS } from '../monitor/metrics.ts';
import type { Vm } from '../vm/vm.ts';
import { type AdjusterState, DECISIONS_KEPT, type Decision } from './adjuster-state.ts';
import { checkPolicy } from './check-policy.ts';
import { Controller, type Verdict } from './controller.ts';
import type { Known } from './expression.ts';
import { reading, samplesIn } from './readings.ts';
import { type Target, targetNamed } from './targets.ts';

export { checkPolicy } from './check-policy.ts';

const CHANNEL = 'adjust';
/** Behind the sample of the same instant. */
const AFTER_SAMPLE_NS: VirtualNs = 1;

/** A policy, with what it was about when it was asked last. */
export interface WorkingPolicy {
  readonly spec: PolicySpec;
  readonly target: Target;
  readonly controller: Controller;
  /** Absent before it has been asked, or while there is nothing that it could adjust. */
  verdict?: Verdict;
}

export class Adjuster {
  readonly #host: Host;
  #working: WorkingPolicy[] = [];
  #decisions: Decision[] = [];
  #nextNs: VirtualNs = 0;

  constructor(host: Host) {
    this.#host = host;
    host.machine.events.on(CHANNEL, (_, at) => this.#ask(at));
  }

  /** By priority, the highest first. */
  get policies(): readonly WorkingPolicy[] {
    return this.#working;
  }
  /** The last ones, oldest first. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** Puts these to work instead of those that were; one that is as it was goes on as it does. */
  set(specs: readonly PolicySpec[]): void {
    const former = new Map(this.#working.map((each) => [JSON.stringify(each.spec), each]));
    this.#working = specs
      .map((spec) => former.get(JSON.stringify(spec)) ?? this.#begin(spec))
      .filter((each) => each !== undefined)
      .sort((a, b) => b.spec.priority - a.spec.priority);
    const { now, machine } = this.#host;
    if (this.#working.length === 0 || this.#nextNs > now) return;
    this.#nextNs = (Math.floor(now / SAMPLE_PERIOD_NS) + 1) * SAMPLE_PERIOD_NS + AFTER_SAMPLE_NS;
    machine.events.schedule(this.#nextNs, CHANNEL, 0);
  }

  /** One that cannot work is told of, and left out. */
  #begin(spec: PolicySpec): WorkingPolicy | undefined {
    const { log, now, metrics } = this.#host;
    const checked = checkPolicy(spec, metrics, 'policies');
    if (!checked.ok) log.add({ at: now, severity: 'error', ...checked.error });
    const target = checked.ok ? targetNamed(spec.target) : undefined;
    const vm = this.#host.vm(spec.vm);
    if (target === undefined) return undefined;
    const range = vm === undefined ? { least: 0, most: Number.MAX_SAFE_INTEGER } : target.range(vm);
    return { spec, target, controller: new Controller({ spec, ...range }) };
  }

  #ask(at: VirtualNs): void {
    if (at !== this.#nextNs) return;
    if (this.#working.length === 0) {
      this.#nextNs = 0;
      return;
    }
    this.#nextNs = at + SAMPLE_PERIOD_NS;
    this.#host.machine.events.schedule(this.#nextNs, CHANNEL, 0);
    const changed = new Set<string>();
    for (const policy of this.#working) this.#decide(policy, at, changed);
  }

  #decide(policy: WorkingPolicy, at: VirtualNs, changed: Set<string>): void {
    const { spec, target, controller } = policy;
    const { device } = spec;
    const vm = this.#host.vm(spec.vm);
    const from = vm?.isRunning === true ? target.read(vm, device, this.#host) : undefined;
    if (vm === undefined || from === undefined) {
      delete policy.verdict;
      return;
    }
    const known = knownAt(this.#host, spec, 0, this.#host.monitor.alarms);
    const verdict = controller.decide(at, from, known);
    policy.verdict = verdict;
    if (verdict.outcome !== 'acts') return;
    const { condition, inputs, adjustment, wanted: to } = verdict;
    const thing = `${spec.vm}/${target.id}/${device}`;
    const { unit } = target;
    const seen = { at, policy: spec.name, condition, inputs, adjustment, from, to, unit };
    if (changed.has(thing)) {
      this.#note({ ...seen, result: 'outranked' });
      return;
    }
    changed.add(thing);
    const error = this.#set(vm, target, device, to);
    if (error !== undefined) this.#note({ ...seen, result: 'refused', code: error.code });
    else this.#note({ ...seen, result: verdict.damped ? 'damped' : 'done' });
    if (!verdict.damped) return;
    const data = { policy: spec.name, vm: spec.vm };
    this.#host.log.add({ at, severity: 'warning', code: 'policy.swings', data });
  }

  #set(vm: Vm, target: Target, device: number, value: number): LabError | undefined {
    const { op, args } = target.set(vm, device, value, this.#host);
    const done = commandNamed(this.#host.registries.commands, op)?.run(args, this.#host);
    return done?.ok === false ? done.error : undefined;
  }

  #note(decision: Decision): void {
    this.#decisions = [...this.#decisions.slice(1 - DECISIONS_KEPT), decision];
  }

  capture(): AdjusterState {
    return {
      nextNs: this.#nextNs,
      working: this.#working.map(({ spec, controller }) => ({
        policy: spec.name,
        controller: controller.capture(),
      })),
      decisions: this.#decisions,
    };
  }
  /** After the VMs, whose things they adjust. */
  restore({ nextNs, working, decisions }: AdjusterState, specs: readonly PolicySpec[]): void {
    this.#nextNs = nextNs;
    this.#decisions = [...decisions];
    this.#working = working.map(({ policy, controller }) => {
      const spec = specs.find(({ name }) => name === policy);
      const begun = spec && this.#begin(spec);
      if (begun === undefined) throw new SnapshotFormatError('a policy at work that there is not');
      begun.controller.restore(controller);
      return begun;
    });
    if (nextNs > 0) this.#host.machine.events.schedule(nextNs, CHANNEL, 0);
  }
}

/**
 * What a policy knows, as it was some samples ago.
 * @param alarms how they stood then
 */
export function knownAt(
  host: Host,
  spec: Pick<PolicySpec, 'vm' | 'overNs'>,
  ago: number,
  alarms: readonly AlarmState[],
): Known {
  const span = samplesIn(spec.overNs);
  return {
    metric: (name) => reading(host, name, spec.vm, { span, ago }),
    alarm(name) {
      const state = alarms.find((each) => each.name === name);
      return state === undefined ? Number.NaN : Number(state.phase === 'firing');
    },
  };
}
