/** The scenarios that the lab brings along, by name. */
import type { Scenario } from '../scenario.ts';
import { busyNeighbour } from './busy-neighbour.ts';
import { firstVisit } from './first-visit.ts';

/** What a builtin scenario depends on. */
export interface BuiltinOptions {
  /** Linux images are present. */
  readonly linux: boolean;
}

const BUILTIN_SCENARIOS: Readonly<Record<string, (options: BuiltinOptions) => Scenario>> = {
  'first-visit': firstVisit,
  'busy-neighbour': busyNeighbour,
};

/** Names of all builtin scenarios, the first visit first. */
export const BUILTIN_SCENARIO_NAMES: readonly string[] = Object.keys(BUILTIN_SCENARIOS);

/** A builtin scenario; `undefined` when there is none of that name. */
export function builtinScenario(name: string, options: BuiltinOptions): Scenario | undefined {
  return Object.hasOwn(BUILTIN_SCENARIOS, name) ? BUILTIN_SCENARIOS[name]?.(options) : undefined;
}
