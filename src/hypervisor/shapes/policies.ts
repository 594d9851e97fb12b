/** Policies as documents write them; what is left out is as usual for ever. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import type { PolicySpec } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import { maybe, type Written, without } from './document.ts';
import type { Shape } from './parse.ts';
import { COUNT, KEYED, listOf, NAME, REAL, whole } from './values.ts';

interface Usual {
  readonly device: number;
  readonly holdNs: number;
  readonly coolDownNs: number;
  readonly overNs: number;
  readonly priority: number;
}
const USUAL: Usual = { device: 0, holdNs: 0, coolDownNs: NS_PER_S, overNs: NS_PER_S, priority: 0 };

/** What a document may leave out. */
export type PolicyDocument = Omit<PolicySpec, keyof Usual> & Partial<Usual>;

const TEXT: Shape<string> = v.pipe(v.string(), v.maxLength(LIMITS.expressionLength));

/** An expression, and the bounds beyond which it counts. */
export const CONDITION: Readonly<{
  metric: typeof TEXT;
  above: v.ExactOptionalSchema<typeof REAL, undefined>;
  below: v.ExactOptionalSchema<typeof REAL, undefined>;
}> = {
  metric: TEXT,
  above: v.exactOptional(REAL),
  below: v.exactOptional(REAL),
};

export const POLICY_SHAPE: Shape<PolicyDocument> = v.pipe(
  KEYED,
  v.strictObject({
    ...{ name: NAME, vm: NAME, target: NAME },
    device: v.exactOptional(whole(LIMITS.policyDevice)),
    terms: listOf(v.strictObject({ metric: TEXT, coefficient: REAL }), LIMITS.policyTerms),
    when: v.exactOptional(v.strictObject(CONDITION)),
    ...{ holdNs: v.exactOptional(COUNT), coolDownNs: v.exactOptional(COUNT), overNs: v.exactOptional(COUNT) },
    ...{ step: v.exactOptional(REAL), least: v.exactOptional(REAL), most: v.exactOptional(REAL) },
    priority: v.exactOptional(whole(LIMITS.policyPriority)),
  }),
) as Shape<PolicyDocument>;

/** Keys in one order. */
export function fillPolicy(given: PolicyDocument): PolicySpec {
  const { name, vm, target, terms, when, step, least, most, ...rest } = given;
  const { device, holdNs, coolDownNs, overNs, priority } = { ...USUAL, ...rest };
  return {
    ...{ name, vm, target, device },
    terms: terms.map(({ metric, coefficient }) => ({ metric, coefficient })),
    ...maybe(
      'when',
      when && { metric: when.metric, ...maybe('above', when.above), ...maybe('below', when.below) },
    ),
    ...{ holdNs, coolDownNs, overNs, priority },
    ...{ ...maybe('step', step), ...maybe('least', least), ...maybe('most', most) },
  };
}

export function shortPolicy(policy: PolicySpec): Written {
  return without(policy, USUAL);
}
