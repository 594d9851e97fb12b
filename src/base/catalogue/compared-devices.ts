/**
 * What can be given to a VM in several ways, which are compared by the same work: THE table. `typed`: how a guest is told to
 * do it, and how many operations that are. Texts: `compare.device.<id>`. Data only.
 */
export type ComparedId = 'disk' | 'card';

export interface ComparedWork {
  readonly count: number;
  /** In flight at a time, at most: who takes one at a time is held against one that would take more. */
  readonly depth?: number;
  /** Of a machine that sends all packets back; for cards. */
  readonly station?: string;
}
export interface ComparedKind {
  readonly id: ComparedId;
  readonly typed: (work: ComparedWork) => string;
  readonly operations: (work: ComparedWork) => number;
}
export const COMPARED: readonly ComparedKind[] = [
  {
    id: 'disk',
    // Blocks of 4 KiB, written and read again.
    typed: ({ count, depth = 1 }) => `disk 0 write ${count} ${depth}; disk 0 read ${count} ${depth}\r`,
    operations: ({ count }) => 2 * count,
  },
  {
    id: 'card',
    // Packets of 1,024 bytes, sent and received again.
    typed: ({ count, depth, station = '' }) =>
      `bounce ${station} ${count}${depth === undefined ? '' : ` 1024 ${depth}`}\r`,
    operations: ({ count }) => 2 * count,
  },
];
export const COMPARED_IDS: readonly ComparedId[] = COMPARED.map(({ id }) => id);

/** Builtin guests that do what is typed: Linux by scripts of its first file system, so not where that is a disk's. */
const KNOWING: ReadonlySet<string> = new Set([
  'teaching',
  'linux-tiny',
  'linux-lab',
  'linux-desk',
  'linux-stock',
]);
export function knowsWork(guest: string): boolean {
  return KNOWING.has(guest);
}

/** What is typed for some work, and how many operations it is. */
export function comparedWork(
  id: ComparedId,
  work: ComparedWork,
): { readonly text: string; readonly operations: number } {
  const { typed, operations } = COMPARED.find((row) => row.id === id) ?? COMPARED[0]!;
  return { text: typed(work), operations: operations(work) };
}

/** Where a microsecond of an operation goes: all of them together are the time that the work took. Texts: `compare.part.<id>`. */
export const ACCOUNT_PARTS = ['guest', 'exits', 'device', 'medium', 'walks', 'other'] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];

/** What an exit is for, as far as a device goes: its registers, the way of an interrupt, waiting for one, or anything else. */
export const EXIT_ROLES = ['registers', 'interrupts', 'waiting', 'other'] as const;
export type ExitRole = (typeof EXIT_ROLES)[number];
