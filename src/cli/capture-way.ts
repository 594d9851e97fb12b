/** `virtlab capture --way`: the way of the frames that a filter means, from the card that sent each to where it ended, over all hosts of the lab. */
import { type PartOfWay, wayAcross } from '#base/packets/way-across';
import { ok, type Result } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { AnswerOf } from '#hypervisor/questions';
import type { Lab } from '#lab/lab';
import { linkEnds } from '#lab/links-between';

/** Of the question `trace`. */
const MOST_WAYS = 16;

export interface Listening {
  readonly from: VirtualNs;
  readonly until: VirtualNs;
  /** Of each capture. */
  readonly bytes: number;
  readonly snap: number;
  readonly name: string;
}

/** Listens at every host for a while; the ways of frames that were first meant at one of them, as rows of a table, a line between two of them. */
export async function waysOf(
  lab: Lab,
  host: number,
  filter: string,
  { from, until, ...settings }: Listening,
): Promise<Result<readonly (readonly string[])[]>> {
  const { name } = settings;
  await lab.advance(from);
  for (const index of lab.hosts.keys()) {
    const started = await lab.execute(index, { op: 'capture.start', args: settings });
    if (!started.ok) return started;
  }
  await lab.advance(until);
  const found = await lab.answer(host, 'trace', { name, filter, count: MOST_WAYS });
  if (!found.ok) return found;
  const links = linkEnds(lab.scenario).map(({ a, b, delayNs }) => ({ ends: [a, b] as const, delayNs }));
  const ways: (readonly string[])[] = [];
  for (const trace of found.value.value.traces) {
    const parts = await wayAcross({ host, trace }, links, async (other, passed) => {
      const answer = await lab.answer(other, 'trace', { name, ...passed });
      return answer.ok ? answer.value.value.traces[0] : undefined;
    });
    if (ways.length > 0) ways.push([]);
    ways.push(...rowsOf(lab, parts));
  }
  return ok(ways);
}

type Trace = AnswerOf<'trace'>['traces'][number];

function rowsOf(lab: Lab, parts: readonly PartOfWay<Trace>[]): string[][] {
  return parts.flatMap(({ host, trace: { steps } }) =>
    steps.map(({ at, kind, switch: name, portName, stages = [], why, to = [], stage, reason }) => [
      ...[(at / NS_PER_S).toFixed(9), lab.scenario.hosts[host]?.name ?? '', name, portName, kind],
      [why, stage, reason, ...stages, ...(to.length === 0 ? [] : ['→', ...to])]
        .filter((each) => each !== undefined)
        .join(' '),
    ]),
  );
}
