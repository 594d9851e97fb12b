/** What traps are called, by code (privileged spec, table "supervisor cause register values after trap", with the hypervisor extension). */

const EXCEPTIONS: readonly (string | undefined)[] = [
  ...['instruction-misaligned', 'instruction-access-fault', 'illegal-instruction', 'breakpoint'],
  ...['load-misaligned', 'load-access-fault', 'store-misaligned', 'store-access-fault'],
  ...['ecall-from-u', 'ecall-from-s', 'ecall-from-vs', 'ecall-from-m'],
  ...['instruction-page-fault', 'load-page-fault', undefined, 'store-page-fault'],
  ...[undefined, undefined, 'software-check', 'hardware-error'],
  ...[
    'instruction-guest-page-fault',
    'load-guest-page-fault',
    'virtual-instruction',
    'store-guest-page-fault',
  ],
];
const INTERRUPTS: readonly (string | undefined)[] = [
  ...[undefined, 'supervisor-software', 'virtual-supervisor-software', 'machine-software'],
  ...[undefined, 'supervisor-timer', 'virtual-supervisor-timer', 'machine-timer'],
  ...[undefined, 'supervisor-external', 'virtual-supervisor-external', 'machine-external'],
  ...['supervisor-guest-external', 'counter-overflow'],
];

/** The name of a cause; its code where the specification has none. */
export function trapCauseName(code: number, isInterrupt: boolean): string {
  if (!isInterrupt) return EXCEPTIONS[code] ?? `exception-${code}`;
  const name = INTERRUPTS[code];
  return name === undefined ? `interrupt-${code}` : `${name}-interrupt`;
}
