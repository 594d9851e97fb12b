/** What precedes a checkpoint: most of it is copied between slices of the run, so that no one of them has to wait for all. */
import type { Lab } from '../lab.ts';

/** Passes over all memory: the second finds what was written during the first, which is far less. */
const ROUNDS = 2;

/**
 * @param known as for the checkpoint; it is asked before each part
 * @param pause lets the lab run on
 */
export async function copyAhead(
  lab: Pick<Lab, 'copyAhead'>,
  known: () => readonly number[],
  pause: () => Promise<void>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    while (await lab.copyAhead(known())) await pause();
    await pause();
  }
}
