/** What a policy would have done over the samples that the host still has, had it been at work then: nothing is changed. */
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { AlarmsOfPast } from '../../monitor/alarms.ts';
import { SAMPLE_PERIOD_NS } from '../../monitor/metrics.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { fillPolicy, POLICY_SHAPE, type PolicyDocument } from '../../shapes/policies.ts';
import { knownAt } from '../adjuster.ts';
import { checkPolicy } from '../check-policy.ts';
import { Controller, type Outcome } from '../controller.ts';
import { targetNamed } from '../targets.ts';

interface Args {
  readonly policy: PolicyDocument;
}
/** An act, or the first sample of each other reason for doing nothing. */
export interface DryStep {
  readonly at: VirtualNs;
  readonly outcome: Outcome;
  readonly condition?: number;
  readonly inputs: readonly number[];
  readonly adjustment: number;
  readonly from: number;
  readonly to: number;
  readonly damped: boolean;
}

export const dryRun: Question<'dry-run', Args, readonly DryStep[]> = defineQuestion({
  id: 'dry-run',
  text: {
    en: 'what a policy would have done over the last samples, had it been at work; its target is taken as it is now',
    zh: '若该策略当时生效，在最近的采样上会做什么；目标量以当前值为起点',
  },
  arguments: { policy: POLICY_SHAPE },
  ask({ policy }, host) {
    const spec = fillPolicy(policy);
    const checked = checkPolicy(spec, host.registries.metrics, 'policy');
    if (!checked.ok) return checked;
    const vm = host.vm(spec.vm);
    if (vm === undefined) return fail('no-such-vm', { vm: spec.vm });
    const target = targetNamed(spec.target)!;
    const now = target.read(vm, spec.device, host);
    if (now === undefined) return fail('policy.nothingThere', { vm: spec.vm, target: spec.target });
    const controller = new Controller({ spec, ...target.range(vm) });
    const steps: DryStep[] = [];
    const alarms = new AlarmsOfPast(host);
    let from = now;
    const last = Math.floor(host.now / SAMPLE_PERIOD_NS) * SAMPLE_PERIOD_NS;
    const { count, kept } = vm.sampled.fine;
    for (let ago = Math.min(count, kept) - 1; ago >= 0; ago--) {
      const at = last - ago * SAMPLE_PERIOD_NS;
      const known = knownAt(host, spec, ago, alarms.look(at));
      const { wanted: to, ...verdict } = controller.decide(at, from, known);
      if (verdict.outcome === 'acts' || verdict.outcome !== steps.at(-1)?.outcome)
        steps.push({ at, from, to, ...verdict });
      from = to;
    }
    return ok(steps);
  },
});
