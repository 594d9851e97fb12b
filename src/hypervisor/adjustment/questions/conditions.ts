/** Which conditions hold now: expressions as policies have them, beyond a bound, over the last samples. */

import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { type LabError, ok } from '#base/result';
import type { Condition } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { CONDITION } from '../../shapes/policies.ts';
import { COUNT, listOf } from '../../shapes/values.ts';
import { knownAt } from '../adjuster.ts';
import { evaluate, isWithin, parseExpression } from '../expression.ts';

interface Args {
  readonly conditions: readonly Condition[];
  /** Metrics are taken over so long: two seconds unless said. */
  readonly overNs?: number;
}
/** What an expression comes to; null where something in it is not known, and then it does not hold. */
export interface ConditionAnswer {
  readonly value: number | null;
  readonly holds: boolean;
  /** Why it cannot be read, if it cannot. */
  readonly error?: LabError;
}

/** What counts up is a rate: whoever asks once a second sees all that has happened. */
const USUAL_SPAN_NS = 2 * NS_PER_S;

export const conditions: Question<'conditions', Args, readonly ConditionAnswer[]> = defineQuestion({
  id: 'conditions',
  text: {
    en: 'which conditions hold: expressions of metrics, as policies have them, above or below a bound',
    zh: '哪些条件成立：以指标组成的表达式（写法同策略），高于或低于某个界限',
  },
  arguments: {
    conditions: listOf(v.strictObject(CONDITION), LIMITS.conditions),
    overNs: v.exactOptional(COUNT),
  },
  ask({ conditions: asked, overNs = USUAL_SPAN_NS }, host) {
    const known = knownAt(host, { vm: '', overNs }, 0, host.monitor.alarms);
    const answers = asked.map((condition): ConditionAnswer => {
      const parsed = parseExpression(condition.metric);
      if (!parsed.ok) return { value: null, holds: false, error: parsed.error };
      const value = evaluate(parsed.value, known);
      const isKnown = Number.isFinite(value);
      return { value: isKnown ? value : null, holds: isKnown && isWithin(value, condition) };
    });
    return ok(answers);
  },
});
