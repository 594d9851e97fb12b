/** A policy begins to work, works otherwise, or ends. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import { ADJUSTMENT } from '../adjustment/adjustment.ts';
import { maybe } from '../shapes/document.ts';
import { fillPolicy, POLICY_SHAPE, type PolicyDocument, shortPolicy } from '../shapes/policies.ts';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly name: string;
  /** Nothing: it ends. */
  readonly policy: PolicySpec | null;
  /** What it was, for who may want it back. */
  readonly was?: PolicySpec | null;
}
interface Document {
  readonly name: string;
  readonly policy: PolicyDocument | null;
  readonly was?: PolicyDocument | null;
}

export const hostSetPolicy: CommandDefinition<'host.setPolicy', Args, Document> = defineCommand({
  op: 'host.setPolicy',
  shape: () => {
    const policy = v.nullable(POLICY_SHAPE);
    return v.strictObject({ name: NAME, policy, was: v.exactOptional(policy) });
  },
  fill: ({ name, policy, was }: Document): Args => ({
    name,
    policy: policy && fillPolicy(policy),
    ...maybe('was', was === undefined ? was : was && fillPolicy(was)),
  }),
  short: ({ name, policy, was }) => ({
    name,
    policy: policy && shortPolicy(policy),
    ...maybe('was', was === undefined ? was : was && shortPolicy(was)),
  }),
  undo: ({ name, policy, was }) =>
    was === undefined ? undefined : { op: 'host.setPolicy', args: { name, policy: was, was: policy } },
  run({ name, policy }, host) {
    const { spec, adjustment, registries, log, now } = host;
    const others = (spec.policies ?? []).filter((each) => each.name !== name);
    if (policy !== null) {
      const checked = ADJUSTMENT.code.here.checkPolicy({ ...policy, name }, registries.metrics, 'policy');
      if (!checked.ok) return checked;
      if (others.length >= LIMITS.policies) return fail('policy.tooMany', { most: LIMITS.policies });
    }
    const policies = policy === null ? others : [...others, { ...policy, name }];
    host.spec = { ...spec, policies };
    adjustment.set(policies);
    log.add({
      at: now,
      severity: 'info',
      code: policy === null ? 'policy.ends' : 'policy.begins',
      data: { policy: name },
    });
    return ok(null);
  },
});
