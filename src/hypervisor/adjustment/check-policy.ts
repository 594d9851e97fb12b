/** Whether a policy can work: expressions that can be read, of metrics that there are; a target that there is. */
import { fail, ok, type Result } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import { metricsIn, parseExpression } from './expression.ts';
import { TARGETS, targetNamed } from './targets.ts';

/** @param where the place of the policy */
export function checkPolicy(
  { target, terms, when, name }: PolicySpec,
  metrics: readonly { readonly id: string }[],
  where: string,
): Result<null> {
  if (targetNamed(target) === undefined)
    return fail(
      'policy.noTarget',
      { target, known: TARGETS.map(({ id }) => id).join(', ') },
      `${where}.target`,
    );
  if (terms.length === 0) return fail('policy.noTerms', { policy: name }, `${where}.terms`);
  for (const text of [...terms.map(({ metric }) => metric), ...(when === undefined ? [] : [when.metric])]) {
    const parsed = parseExpression(text);
    if (!parsed.ok) return { ok: false, error: { ...parsed.error, where } };
    const unknown = metricsIn(parsed.value).find(({ metric }) => !metrics.some(({ id }) => id === metric));
    if (unknown !== undefined)
      return fail('policy.noMetric', { metric: unknown.metric, policy: name }, where);
  }
  return ok(null);
}
