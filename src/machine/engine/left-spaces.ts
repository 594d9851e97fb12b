// The address spaces that the guest on a hart has left, and when: for people who look at one that does not run now. A guest writes
// satp without a trap, so nobody else sees it. Only the latest are kept, and nothing of it is architectural.
import { HART, LEFT_SPACE_SIZE, LEFT_SPACES, LEFT_SPACES_OF } from './generated/layout';
import { now } from './state';

/** vsatp is about to change from a value: notes it with the time, in its own place or in that of the one left longest ago. */
export function noteLeftSpace(vsatp: u64): void {
  const first = LEFT_SPACES_OF + load<u32>(HART) * (LEFT_SPACES * LEFT_SPACE_SIZE);
  const end = first + LEFT_SPACES * LEFT_SPACE_SIZE;
  let place = first;
  for (let at = first; at < end; at += LEFT_SPACE_SIZE) {
    if (load<u64>(at) == vsatp) {
      place = at;
      break;
    }
    if (load<u64>(at, 8) < load<u64>(place, 8)) place = at;
  }
  store<u64>(place, vsatp);
  store<u64>(place, now(), 8);
}
