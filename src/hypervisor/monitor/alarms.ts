/**
 * Alarms of a host: a metric, a threshold, and how long it must be beyond it. Each is inactive, pending while the metric is beyond the
 * threshold but not for long enough, or firing, as those of Prometheus are. They are asked when samples are taken, so they are part of
 * what is the same each time; they say what they find in the host's log, and give their host the commands that they carry for this.
 */
import type { AlarmPhase } from '#base/catalogue/alarm-phases';
import { fail, type Result } from '#base/result';
import type { AlarmSpec, CommandData, HostSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { CommandedHost } from '../commands/command.ts';
import { commandNamed } from '../commands.ts';
import { ALARM_COMMANDS } from '../shapes/alarms.ts';
import { maybe } from '../shapes/document.ts';
import { parseShape } from '../shapes/parse.ts';
import type { AlarmState } from './alarm-state.ts';
import { KEPT } from './metrics.ts';
import { metricOver, type SampledHost } from './series.ts';

/** Over what the metric is averaged unless said. */
const USUAL_WINDOW_NS: VirtualNs = KEPT.fine.periodNs;

/** The host that an alarm can tell something. */
type AlarmedHost = CommandedHost & SampledHost;

export class Alarms {
  readonly #host: AlarmedHost;
  #states: readonly AlarmState[] = [];

  constructor(host: AlarmedHost) {
    this.#host = host;
  }

  /** By the specification's order, as they stood at the latest sample. */
  get states(): readonly AlarmState[] {
    return this.#states;
  }

  /** Looks at all of them; what has changed is told, and what is to be done then is done. */
  look(specs: readonly AlarmSpec[], at: VirtualNs): void {
    if (specs.length === 0 && this.#states.length === 0) return;
    const before = this.#states;
    const values = specs.map((spec) => alarmValue(spec, this.#host));
    this.#states = specs.map((spec, n) => nextState(spec, stateOf(before, spec), values[n], at));
    // All of them stand as they do now before the first does something.
    for (const [n, spec] of specs.entries()) {
      const [was, is] = [stateOf(before, spec)?.phase === 'firing', this.#states[n]!.phase === 'firing'];
      if (was !== is) this.#changed(spec, is, values[n], at);
    }
  }

  #changed(spec: AlarmSpec, isFiring: boolean, value: number | undefined, at: VirtualNs): void {
    const { name, metric, part, vm = '' } = spec;
    const data = { alarm: name, metric: part === undefined ? metric : `${metric}[${part}]`, vm };
    const { log } = this.#host;
    const severity = isFiring ? 'warning' : 'info';
    const code = isFiring ? 'alarm.firing' : 'alarm.resolved';
    log.add({ at, severity, code, data: { ...data, value: value ?? 0 } });
    for (const command of (isFiring ? spec.onFiring : spec.onResolved) ?? []) {
      const done = carryOut(command, this.#host);
      const told = { alarm: name, command: command.op };
      if (done.ok) log.add({ at, severity: 'info', code: 'alarm.acts', data: told });
      else {
        log.add({ at, severity: 'error', ...done.error });
        log.add({ at, severity: 'error', code: 'alarm.refused', data: told });
      }
    }
  }

  restore(states: readonly AlarmState[]): void {
    this.#states = states;
  }
}

/** How alarms stood at samples that are over, by the samples that are still there: asked one after the other. */
export class AlarmsOfPast {
  readonly #host: SampledHost & { readonly spec: Pick<HostSpec, 'alarms'> };
  #states: readonly AlarmState[] = [];

  constructor(host: SampledHost & { readonly spec: Pick<HostSpec, 'alarms'> }) {
    this.#host = host;
  }

  look(at: VirtualNs): readonly AlarmState[] {
    this.#states = (this.#host.spec.alarms ?? []).map((spec) =>
      nextState(spec, stateOf(this.#states, spec), alarmValue(spec, this.#host, at), at),
    );
    return this.#states;
  }
}

function stateOf(states: readonly AlarmState[], { name }: Pick<AlarmSpec, 'name'>): AlarmState | undefined {
  return states.find((state) => state.name === name);
}

function nextState(
  spec: AlarmSpec,
  before: AlarmState | undefined,
  value: number | undefined,
  at: VirtualNs,
): AlarmState {
  const { name, forNs = 0 } = spec;
  const { phase, sinceNs } = before ?? { phase: 'inactive', sinceNs: at };
  const wanted = isBeyond(spec, value) ? (phase === 'inactive' ? 'pending' : phase) : 'inactive';
  const start = wanted === phase ? sinceNs : at;
  const next: AlarmPhase = wanted === 'pending' && at - start >= forNs ? 'firing' : wanted;
  return { name, phase: next, sinceNs: next === phase ? sinceNs : at };
}

/** A command as a document has it: of a scenario, or of a file, so it is checked as one. */
function carryOut({ op, args }: CommandData, host: AlarmedHost): Result<null> {
  const { registries, spec } = host;
  const definition = commandNamed(registries.commands, op);
  if (definition === undefined || !ALARM_COMMANDS.has(op)) return fail('no-such-command', { op });
  const read = parseShape(definition.shape(registries), args);
  if (!read.ok) return read;
  const filled = definition.fill(read.value, spec);
  const checked = definition.check(filled, spec, op);
  return checked.ok ? definition.run(filled, host) : checked;
}

/** What an alarm looks at, as it is now or was; nothing where there is no such thing. */
export function alarmValue(
  { metric, vm, part, windowNs }: AlarmSpec,
  host: SampledHost,
  at?: VirtualNs,
): number | undefined {
  const ref = { metric, ...maybe('vm', vm), ...maybe('part', part) };
  return metricOver(host, ref, windowNs ?? USUAL_WINDOW_NS, at)?.average;
}

function isBeyond({ when, threshold }: AlarmSpec, value: number | undefined): boolean {
  if (value === undefined) return false;
  return when === 'above' ? value > threshold : value < threshold;
}
