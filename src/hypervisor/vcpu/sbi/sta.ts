/** SBI steal-time accounting (SBI 2.0, chapter 16): the guest names memory where it is told what time was not its own. */
import { NOTHING_AWAITED } from '../../memory/address-space.ts';
import { STEAL_TIME_BYTES } from '../steal-time.ts';
import {
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_SUCCESS,
  type SbiCall,
  type SbiExtension,
} from './call.ts';

const ALL_ONES = 0xffff_ffff;

/** Both halves of the address are all ones: nobody shall be told any more. */
function endsIt(call: SbiCall): boolean {
  return [call.lo(0), call.hi(0), call.lo(1), call.hi(1)].every((half) => half >>> 0 === ALL_ONES);
}

export const STA: SbiExtension = {
  eid: 0x53_5441,
  name: 'STA',
  functions: [
    {
      name: 'steal_time_set_shmem',
      call: (call) => {
        const { vcpu, vm } = call;
        if (call.lo(2) !== 0 || call.hi(2) !== 0) return SBI_ERR_INVALID_PARAM;
        if (endsIt(call)) {
          vcpu.stealTime.end();
          return SBI_SUCCESS;
        }
        if (call.lo(0) % STEAL_TIME_BYTES !== 0) return SBI_ERR_INVALID_PARAM;
        const address = call.argument(0);
        // The upper half of the physical address (argument 1) is for harts of 32 bits: zero here.
        if (address === undefined || call.lo(1) !== 0 || call.hi(1) !== 0) return SBI_ERR_INVALID_ADDRESS;
        if (vcpu.stealTime.begin(vm.memory, address, vcpu.stealNs)) return SBI_SUCCESS;
        if (vm.memory.awaited !== NOTHING_AWAITED) call.awaited = vm.memory.awaited;
        return SBI_ERR_INVALID_ADDRESS;
      },
    },
  ],
};
