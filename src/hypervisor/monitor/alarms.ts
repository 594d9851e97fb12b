/**
 * Alarms of a host: a metric, a threshold, and how long it must be beyond it. Each is inactive, pending while the metric is beyond the
 * threshold but not for long enough, or firing, as those of Prometheus are. They are asked when samples are taken, so they are part of
 * what is the same each time; they say what they find in the host's log, and do nothing else.
 */
import type { AlarmPhase } from '#base/catalogue/alarm-phases';
import type { ErrorData } from '#base/result';
import type { AlarmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { AlarmState } from './alarm-state.ts';
import { KEPT } from './metrics.ts';
import { metricOver, type SampledHost } from './series.ts';

/** Over what the metric is averaged unless said. */
const USUAL_WINDOW_NS: VirtualNs = KEPT.fine.periodNs;

type TellAlarm = (at: VirtualNs, code: 'alarm.firing' | 'alarm.resolved', data: ErrorData) => void;

export class Alarms {
  readonly #tell: TellAlarm;
  #states: readonly AlarmState[] = [];

  constructor(tell: TellAlarm) {
    this.#tell = tell;
  }

  /** By the specification's order, as they stood at the latest sample. */
  get states(): readonly AlarmState[] {
    return this.#states;
  }

  /** Looks at all of them; what has changed is told. */
  look(specs: readonly AlarmSpec[], host: SampledHost, at: VirtualNs): void {
    if (specs.length === 0 && this.#states.length === 0) return;
    const before = new Map(this.#states.map((state) => [state.name, state]));
    this.#states = specs.map((spec) => this.#next(spec, before.get(spec.name), host, at));
  }

  #next(spec: AlarmSpec, before: AlarmState | undefined, host: SampledHost, at: VirtualNs): AlarmState {
    const { name, metric, vm, forNs = 0 } = spec;
    const { phase, sinceNs } = before ?? { phase: 'inactive', sinceNs: at };
    const value = alarmValue(spec, host);
    const wanted = isBeyond(spec, value) ? (phase === 'inactive' ? 'pending' : phase) : 'inactive';
    const start = wanted === phase ? sinceNs : at;
    const next: AlarmPhase = wanted === 'pending' && at - start >= forNs ? 'firing' : wanted;
    const data = { alarm: name, metric, vm: vm ?? '', value: value ?? 0 };
    if (next === 'firing' && phase !== 'firing') this.#tell(at, 'alarm.firing', data);
    if (next === 'inactive' && phase === 'firing') this.#tell(at, 'alarm.resolved', data);
    return { name, phase: next, sinceNs: next === phase ? sinceNs : at };
  }

  restore(states: readonly AlarmState[]): void {
    this.#states = states;
  }
}

/** What an alarm looks at, as it is now; nothing where there is no such thing. */
export function alarmValue({ metric, vm, windowNs }: AlarmSpec, host: SampledHost): number | undefined {
  const ref = { metric, ...(vm === undefined ? {} : { vm }) };
  return metricOver(host, ref, windowNs ?? USUAL_WINDOW_NS)?.average;
}

function isBeyond({ when, threshold }: AlarmSpec, value: number | undefined): boolean {
  if (value === undefined) return false;
  return when === 'above' ? value > threshold : value < threshold;
}
