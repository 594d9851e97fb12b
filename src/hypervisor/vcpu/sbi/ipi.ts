/** SBI inter-processor interrupts (SBI 2.0, chapter 7). */
import { SBI_ERR_INVALID_PARAM, SBI_SUCCESS, type SbiExtension, vcpusOfMask } from './call.ts';

export const IPI: SbiExtension = {
  eid: 0x73_5049,
  name: 'IPI',
  functions: [
    {
      name: 'send_ipi',
      call: (call) => {
        const targets = vcpusOfMask(call, 0, 1);
        if (targets === undefined) return SBI_ERR_INVALID_PARAM;
        for (const vcpu of targets) vcpu.raiseSoftware();
        return SBI_SUCCESS;
      },
    },
  ],
};
