/** What the entries of a walk permit together, from step to step: an access needs a permission of both stages. */
import type { DrawnWalk, EntryFlags } from '#bridge/protocol/answers';

const RIGHTS = ['r', 'w', 'x'] as const satisfies readonly (keyof EntryFlags)[];

/** By step: what is permitted so far, as letters; absent for entries that narrow nothing. */
export function rightsSoFar({ steps }: Pick<DrawnWalk, 'steps'>): readonly (string | undefined)[] {
  let rights: readonly (keyof EntryFlags)[] = RIGHTS;
  return steps.map(({ stage, purpose, flags }) => {
    // A table is read whatever the access is: what its page permits besides does not count (18.5.2).
    const isOfPage = stage === 'VS' || purpose === 'final';
    if (!isOfPage || !(flags.v && (flags.r || flags.w || flags.x))) return undefined;
    rights = rights.filter((right) => flags[right]);
    return RIGHTS.map((right) => (rights.includes(right) ? right : '-')).join('');
  });
}
