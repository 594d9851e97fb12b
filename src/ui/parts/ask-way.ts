/** The way of a frame over all hosts of the lab: each host is asked for the part that it knows. */
import { type PartOfWay, wayAcross } from '#base/packets/way-across';
import { ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { LabClient } from '#bridge/client/client';
import type { LabDescription, TraceStep } from '#bridge/protocol/answers';
import { LOOKING_ON } from '../state/way.ts';

/** A step, and the host at which it was. */
export interface WayStep extends TraceStep {
  readonly host: number;
}
export interface Way {
  /** Of the first point that was seen at the host that was asked. */
  readonly serial: number;
  readonly bytes: Uint8Array;
  readonly steps: readonly WayStep[];
}
/** Which frame, of which capture of which host. */
export interface WayAsked {
  readonly name: string;
  readonly frame?: number;
  readonly from?: number;
  readonly filter?: string;
}

/** Nothing where the host knows no such frame. */
export async function askWay(
  client: LabClient,
  lab: LabDescription | null,
  host: number,
  asked: WayAsked,
): Promise<Result<{ readonly at: VirtualNs; readonly value: { readonly way: Way | null } }>> {
  const answer = await client.ask(host, 'trace', { ...asked, count: 1 });
  if (!answer.ok) return answer;
  const { at, value } = answer.value;
  const [trace] = value.traces;
  if (trace === undefined) return ok({ at, value: { way: null } });
  const links = (lab?.links ?? []).map(({ a, b, delayNs }) => ({ ends: [a.host, b.host] as const, delayNs }));
  const parts: readonly PartOfWay<typeof trace>[] = await wayAcross(
    { host, trace },
    links,
    async (other, passed) => {
      // Where nobody has started a capture of that name, there may be somebody who looks on.
      for (const name of asked.name === LOOKING_ON ? [LOOKING_ON] : [asked.name, LOOKING_ON]) {
        const found = await client.ask(other, 'trace', { name, ...passed });
        if (found.ok && found.value.value.traces[0] !== undefined) return found.value.value.traces[0];
      }
      return undefined;
    },
  );
  const steps = parts.flatMap((part) => part.trace.steps.map((step) => ({ ...step, host: part.host })));
  return ok({ at, value: { way: { serial: trace.serial, bytes: trace.bytes, steps } } });
}
