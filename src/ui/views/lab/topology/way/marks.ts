/** Where in the graph the steps of a frame's way are. Plain data, no React. */
import type { HostDescription, TraceStep } from '#bridge/protocol/answers';
import type { WayStep } from '../../../../parts/ask-way.ts';
import type { WayMarks } from '../../../../state/way.ts';
import { switchKey } from '../layout.ts';
import { linkOfPort } from '../passing/legs.ts';

/** Key of the node or link at which a step happens: a decision in its switch, all else at the link of its port. */
export function placeOfStep(host: HostDescription, { kind, switch: name, portName }: TraceStep): string {
  const home = switchKey(host.name, name);
  return kind === 'decided' ? home : (linkOfPort(host, portName)?.edge ?? home);
}

/** @param hosts those of the lab: a way may lead over several */
export function marksOf(hosts: readonly HostDescription[], steps: readonly WayStep[], at: number): WayMarks {
  const places = steps.map((step) => {
    const host = hosts[step.host];
    return host === undefined ? '' : placeOfStep(host, step);
  });
  return { links: [...new Set(places)], here: places[at] };
}
