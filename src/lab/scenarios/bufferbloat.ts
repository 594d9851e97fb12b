/**
 * Bufferbloat: two pairs, each with somebody who sends as much as he can over a wire of 10 Mbit/s, and pings the other end beside. Before one wire
 * frames wait in order, and the queue is full; before the other CoDel keeps it short. The streams are TCP of Linux; the teaching kernel, where
 * Linux images are not present, sends datagrams that nothing slows down, so there it is FQ-CoDel, which serves the pings beside them.
 */
import type { VmSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { at, discipline, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

const PAIRS = ['fifo', 'codel'] as const;

export function bufferbloat({ linux }: { readonly linux: boolean }): Scenario {
  const wire = { bitsPerSecond: 10_000_000, delayNs: 10_000 };
  const short = { wire, discipline: discipline(linux ? 'codel' : 'fq-codel') };
  const make = (name: string, index: number, port?: NonNullable<VmSpec['nics'][number]['port']>): VmSpec => {
    const nics = [{ switch: 'lan', address: `10.0.0.${index}/24`, ...(port === undefined ? {} : { port }) }];
    return linux ? linuxVm(name, { nics, memoryBytes: 64 * MIB }) : teachingVm(name, { nics });
  };
  const vms = PAIRS.flatMap((kind, index) => [
    make(`to-${kind}`, 2 * index + 1),
    make(kind, 2 * index + 2, kind === 'fifo' ? { wire } : short),
  ]);
  const commands = PAIRS.flatMap((kind, index) => {
    const to = `10.0.0.${2 * index + 2}`;
    return linux
      ? [
          at(3, type(kind, 'nc -l -p 5001 >/dev/null &')),
          at(4, type(`to-${kind}`, `nc ${to} 5001 </dev/zero & ping ${to}`)),
        ]
      : [at(3, type(`to-${kind}`, `traffic ${to} 2400; ping ${to} 200 250`))];
  }).sort((a, b) => a.at - b.at);
  return scenario(42, [host(vms, { harts: 4, ramBytes: (linux ? 320 : 64) * MIB })], commands);
}
