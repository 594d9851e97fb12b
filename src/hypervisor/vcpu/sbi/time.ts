/** SBI timer extension (SBI 2.0, chapter 6), on top of the guest's own compare register (Sstc). */
import { SBI_SUCCESS, type SbiExtension } from './call.ts';

export const TIME: SbiExtension = {
  eid: 0x5449_4d45,
  name: 'TIME',
  functions: [
    {
      name: 'set_timer',
      call: (call) => {
        // The pending bit follows from the comparison: it clears when the new time lies ahead (14.2).
        call.hart.setCsr('vstimecmp', call.lo(0), call.hi(0));
        return SBI_SUCCESS;
      },
    },
  ],
};
