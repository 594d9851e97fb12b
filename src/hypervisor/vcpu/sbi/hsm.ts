/** SBI hart state management (SBI 2.0, chapter 9): start, stop, status and suspend. */
import {
  SBI_ERR_ALREADY_AVAILABLE,
  SBI_ERR_FAILED,
  SBI_ERR_INVALID_ADDRESS,
  SBI_ERR_INVALID_PARAM,
  SBI_SUCCESS,
  type SbiExtension,
} from './call.ts';
import { sleepToResume } from './sleep.ts';

/** Hart states (SBI 2.0, table 11). */
const STARTED = 0;
const STOPPED = 1;
const SUSPENDED = 4;

/** Suspend types: the default ones, after which a hart goes on behind the call, or where the call says. */
const RETENTIVE = 0;
const NON_RETENTIVE = 0x8000_0000;

export const HSM: SbiExtension = {
  eid: 0x48_534d,
  name: 'HSM',
  functions: [
    {
      name: 'hart_start',
      call: (call) => {
        const vcpu = call.vm.vcpus[call.argument(0) ?? -1];
        if (vcpu === undefined) return SBI_ERR_INVALID_PARAM;
        const entry = call.argument(1);
        if (entry === undefined || call.vm.memory.slotOf(entry) === undefined) return SBI_ERR_INVALID_ADDRESS;
        if (vcpu.state !== 'off') return SBI_ERR_ALREADY_AVAILABLE;
        // It is there, and has not been given to the VM, or no longer is.
        if (vcpu.index >= call.vm.spec.vcpus) return SBI_ERR_FAILED;
        vcpu.prepare(entry, call.lo(2), call.hi(2));
        call.vm.startVcpu(vcpu);
        return SBI_SUCCESS;
      },
    },
    {
      name: 'hart_stop',
      call: (call) => {
        call.vcpu.state = 'off';
        return SBI_SUCCESS;
      },
    },
    {
      name: 'hart_get_status',
      call: (call) => {
        const vcpu = call.vm.vcpus[call.argument(0) ?? -1];
        if (vcpu === undefined) return SBI_ERR_INVALID_PARAM;
        call.value = vcpu.state === 'off' ? STOPPED : vcpu.isSuspended ? SUSPENDED : STARTED;
        return SBI_SUCCESS;
      },
    },
    {
      name: 'hart_suspend',
      call: (call) => {
        const type = call.word(0);
        if (type === NON_RETENTIVE) return sleepToResume(call);
        if (type !== RETENTIVE) return SBI_ERR_INVALID_PARAM;
        call.vcpu.suspend(call.hart.now);
        return SBI_SUCCESS;
      },
    },
  ],
};
