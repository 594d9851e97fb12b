/** Work that VMs of the teaching kernel do with a device that each has in another way, and what exits it costs. */
import type { ExitRole } from '#base/catalogue/compared-devices';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import type { RoleTally } from '#hypervisor/io/comparison/compared-devices';
import { consoleOf, tell } from '../memory/host-on-node.ts';

const MOST_NS = 5000 * NS_PER_MS;

/** Types a line, and runs until the VM has said what it ends with. */
export function tellAndAwait(host: Host, vm: string, line: string, answer: string): void {
  const until = host.now + MOST_NS;
  tell(host, 'console.input', { vm, text: `${line}\r` });
  while (!consoleOf(host, vm).includes(answer)) {
    if (host.now > until) throw new Error(`${vm}: ${consoleOf(host, vm)}`);
    host.advance(host.now + NS_PER_MS / 10);
  }
}

/** Exits for these; all of them unless some are named. */
export function exitsOf(tallies: readonly RoleTally[], ...roles: readonly ExitRole[]): number {
  const wanted = tallies.filter(({ role }) => roles.length === 0 || roles.includes(role));
  return wanted.reduce((sum, { exits }) => sum + exits, 0);
}

export const tenth = (value: number): number => Math.round(value * 10) / 10;
