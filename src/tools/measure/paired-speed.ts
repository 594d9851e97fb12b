/**
 * How fast a host is beside another that does the same without something: both are alive in one process and run in turns, and what counts
 * is instructions per second of this process. What else the machine does falls on both alike.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { medianOf } from '#hypervisor/monitor/analysis/unusual';

interface Turns {
  /** Virtual time of a turn: a tenth of a second of a processor at least. */
  readonly turnNs: VirtualNs;
  /** Turns of both that do not count: guests come to their work, their code is translated, and Node compiles what both run. */
  readonly warm: number;
  readonly pairs: number;
  readonly say: (text: string) => void;
}

/** Instructions per second of a processor in a turn. */
function turn(host: Host, turnNs: VirtualNs): number {
  const [instructions, before] = [host.instructions, process.cpuUsage()];
  host.advance(host.now + turnNs);
  const { user, system } = process.cpuUsage(before);
  return ((host.instructions - instructions) / (user + system)) * 1e6;
}

/** Speed of a host in percent of that of the plain one: the median over pairs. */
export function speedBeside(plain: Host, other: Host, { turnNs, ...turns }: Turns): number {
  return ratioInPairs(
    () => turn(plain, turnNs),
    () => turn(other, turnNs),
    turns,
  );
}

/** The same of one host that is told before each turn with or without what it is to run. */
export function speedInTurns(
  host: Host,
  without: () => void,
  with_: () => void,
  { turnNs, ...turns }: Turns,
): number {
  const told = (tell: () => void) => (): number => {
    tell();
    return turn(host, turnNs);
  };
  return ratioInPairs(told(without), told(with_), turns);
}

function ratioInPairs(
  plain: () => number,
  other: () => number,
  { warm, pairs, say }: Omit<Turns, 'turnNs'>,
): number {
  const ratios: number[] = [];
  for (let pair = -warm; pair < pairs; pair++) {
    // The first of a pair is not always the same.
    const isPlainFirst = pair % 2 === 0;
    const [first, second] = isPlainFirst ? [plain, other] : [other, plain];
    const [a, b] = [first(), second()];
    if (pair < 0) continue;
    ratios.push(100 * (isPlainFirst ? b / a : a / b));
    say(`pair ${pair + 1}: ${ratios.at(-1)!.toFixed(2)} %`);
  }
  return medianOf(ratios);
}
