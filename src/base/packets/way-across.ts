/**
 * The way of a frame over several hosts. A host knows its own part; what it gives to a link comes in at the other end after the link's delay, by the
 * port of the same name: there whoever listened knows the next part. Who asks the hosts is said by whoever calls.
 */
import type { VirtualNs } from '../virtual-time.ts';

interface Step {
  readonly at: VirtualNs;
  readonly kind: string;
  readonly portName: string;
}
interface Part {
  readonly steps: readonly Step[];
}
export interface LinkOfHosts {
  /** Indices of hosts. */
  readonly ends: readonly [number, number];
  readonly delayNs: VirtualNs;
}
/** Which frame of a host: the one that passed this port at this instant. */
export interface PassedPort {
  readonly port: string;
  readonly at: VirtualNs;
  /** From the link into the host, or out of it. */
  readonly direction: 'in' | 'out';
}
/** The part of a way that one host knows. */
export interface PartOfWay<T> {
  readonly host: number;
  readonly trace: T;
}

/** Parts of one way: a frame for all comes to each host once. */
const MOST_PARTS = 32;

/**
 * @param ask finds the frame at a host; nothing where nobody listened there
 * @returns all parts, by the time at which they begin
 */
export async function wayAcross<T extends Part>(
  first: PartOfWay<T>,
  links: readonly LinkOfHosts[],
  ask: (host: number, passed: PassedPort) => Promise<T | undefined>,
): Promise<readonly PartOfWay<T>[]> {
  const parts = [first];
  const asked = new Set<string>();
  // Parts are added while they are gone through.
  for (let index = 0; index < parts.length && parts.length < MOST_PARTS; index++) {
    const { host, trace } = parts[index]!;
    for (const step of trace.steps) {
      const link = linkOf(step.portName, links);
      const direction = step.kind === 'accepted' ? 'in' : step.kind === 'delivered' ? 'out' : undefined;
      if (link === undefined || direction === undefined || parts.length >= MOST_PARTS) continue;
      asked.add(`${host} ${step.portName} ${step.at} ${direction}`);
      const other = link.ends[0] === host ? link.ends[1] : link.ends[0];
      const passed: PassedPort =
        direction === 'out'
          ? { port: step.portName, at: step.at + link.delayNs, direction: 'in' }
          : { port: step.portName, at: step.at - link.delayNs, direction: 'out' };
      const key = `${other} ${passed.port} ${passed.at} ${passed.direction}`;
      if (asked.has(key)) continue;
      asked.add(key);
      const found = await ask(other, passed);
      if (found !== undefined) parts.push({ host: other, trace: found });
    }
  }
  const beginning = ({ trace }: PartOfWay<T>): VirtualNs => trace.steps[0]?.at ?? 0;
  return parts.sort((one, two) => beginning(one) - beginning(two));
}

function linkOf(port: string, links: readonly LinkOfHosts[]): LinkOfHosts | undefined {
  const [, index] = /^link\/(\d+)$/.exec(port) ?? [];
  return index === undefined ? undefined : links[Number(index)];
}
