/**
 * Native against nested walk: a VM whose G-stage has leaves of 4 KiB, one with leaves of 2 MiB, and Linux (where there is one), whose own
 * tables are larger. Each works on more pages than a TLB knows.
 */
import type { Scenario } from '../scenario.ts';
import { host, linuxVm, MIB, scenario, teachingVm } from './parts.ts';

export function walkLengths({ linux }: { readonly linux: boolean }): Scenario {
  const more = { memoryBytes: 16 * MIB, append: 'run=wss_2048' };
  const small = teachingVm('small-leaves', more);
  const huge = teachingVm('huge-leaves', { ...more, allocation: 'fixed' });
  return scenario(4, [host([small, huge, ...(linux ? [linuxVm('linux')] : [])])]);
}
