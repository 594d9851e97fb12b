/** The policies of a host: what each saw and concluded last, and the log of what they decided. */
import { ok } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { Decision } from '../adjuster-state.ts';
import type { Outcome } from '../controller.ts';
import { TARGETS, type Target } from '../targets.ts';

export interface PolicyAnswer {
  readonly spec: PolicySpec;
  readonly unit: Target['unit'];
  /** What is in force of what it adjusts; absent while there is no such thing. */
  readonly value?: number;
  /** Why it does what it does; absent before it has been asked. */
  readonly outcome?: Outcome;
  readonly condition?: number;
  /** Each term's metric, in order. */
  readonly inputs: readonly number[];
  readonly adjustment?: number;
  /** How often it was found to swing, and does half as much each time. */
  readonly halvings: number;
}
export interface AdjustmentAnswer {
  readonly targets: readonly { readonly id: string; readonly unit: Target['unit'] }[];
  readonly policies: readonly PolicyAnswer[];
  /** Oldest first. */
  readonly decisions: readonly Decision[];
}

export const adjustment: Question<'adjustment', object, AdjustmentAnswer> = defineQuestion({
  id: 'adjustment',
  text: {
    en: 'policies of the host: what each measured, wanted and did, and why',
    zh: '主机的策略：各自测得、期望并做了什么，以及原因',
  },
  arguments: {},
  ask: (_, host) =>
    ok({
      targets: TARGETS.map(({ id, unit }) => ({ id, unit })),
      policies: host.adjustment.policies.map(({ spec, target, controller, verdict }) => {
        const vm = host.vm(spec.vm);
        const value = vm && target.read(vm, spec.device, host);
        return {
          ...{ spec, unit: target.unit, halvings: controller.capture().halvings },
          ...(value === undefined ? {} : { value }),
          inputs: verdict?.inputs ?? [],
          ...(verdict === undefined ? {} : { outcome: verdict.outcome, adjustment: verdict.adjustment }),
          ...(verdict?.condition === undefined ? {} : { condition: verdict.condition }),
        };
      }),
      decisions: host.adjustment.decisions,
    }),
});
