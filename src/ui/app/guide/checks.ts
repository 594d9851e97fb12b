/** Which steps of a guide have come true, asked of the hosts that they are about. */
import { ok, type Result } from '#base/result';
import type { GuideCondition } from '#base/scenario';
import type { LabClient } from '#bridge/client/client';
import type { Timed } from '#bridge/protocol/answers';

/** What a step waits for. */
export interface OpenStep {
  readonly step: number;
  readonly check: readonly GuideCondition[];
}

/** @returns numbers of steps; what a host cannot say, or of a host that is not there, is not so */
export async function askChecks(
  client: LabClient,
  open: readonly OpenStep[],
): Promise<Result<Timed<readonly number[]>>> {
  const all = open.flatMap(({ step, check }) =>
    check.map(({ host = 0, ...condition }) => ({ step, host, condition })),
  );
  const missed = new Set<number>();
  await Promise.all(
    [...new Set(all.map(({ host }) => host))].map(async (host) => {
      const own = all.filter((each) => each.host === host);
      const answer = await client.ask(host, 'conditions', {
        conditions: own.map(({ condition }) => condition),
      });
      for (const [index, { step }] of own.entries())
        if (!answer.ok || answer.value.value[index]?.holds !== true) missed.add(step);
    }),
  );
  const value = open.flatMap(({ step }) => (missed.has(step) ? [] : [step]));
  return ok({ at: client.status().virtualNs, value });
}
