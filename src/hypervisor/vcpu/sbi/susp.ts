/** SBI system suspend (SBI 2.0, chapter 13): the last hart that is on sleeps, its memory stays. */
import { SBI_ERR_DENIED, SBI_ERR_INVALID_PARAM, type SbiExtension } from './call.ts';
import { sleepToResume } from './sleep.ts';

const SUSPEND_TO_RAM = 0;

export const SUSP: SbiExtension = {
  eid: 0x5355_5350,
  name: 'SUSP',
  functions: [
    {
      name: 'system_suspend',
      call: (call) => {
        if (call.word(0) !== SUSPEND_TO_RAM) return SBI_ERR_INVALID_PARAM;
        const { vcpu, vm } = call;
        if (vm.vcpus.some((other) => other !== vcpu && other.state !== 'off')) return SBI_ERR_DENIED;
        return sleepToResume(call);
      },
    },
  ],
};
