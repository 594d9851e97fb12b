/** Where in the graph the steps of a frame's way are. Plain data, no React. */
import type { HostDescription, TraceStep } from '#bridge/protocol/answers';
import type { WayMarks } from '../../../../state/way.ts';
import { switchKey } from '../layout.ts';
import { linkOfPort } from '../passing/legs.ts';

/** Key of the node or link at which a step happens: a decision in its switch, all else at the link of its port. */
export function placeOfStep(host: HostDescription, { kind, switch: name, portName }: TraceStep): string {
  const home = switchKey(host.name, name);
  return kind === 'decided' ? home : (linkOfPort(host, portName)?.edge ?? home);
}

export function marksOf(host: HostDescription, steps: readonly TraceStep[], at: number): WayMarks {
  const places = steps.map((step) => placeOfStep(host, step));
  return { links: [...new Set(places)], here: places[at] };
}
