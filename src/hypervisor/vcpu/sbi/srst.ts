/** SBI system reset (SBI 2.0, chapter 10). */
import { SBI_ERR_INVALID_PARAM, SBI_SUCCESS, type SbiExtension } from './call.ts';

const SHUTDOWN = 0;
const COLD_REBOOT = 1;
const WARM_REBOOT = 2;
const SYSTEM_FAILURE = 1;

export const SRST: SbiExtension = {
  eid: 0x5352_5354,
  name: 'SRST',
  functions: [
    {
      name: 'system_reset',
      call: (call) => {
        const type = call.word(0);
        const reason = call.word(1);
        if (type > WARM_REBOOT || reason > SYSTEM_FAILURE) return SBI_ERR_INVALID_PARAM;
        const kind = type === COLD_REBOOT || type === WARM_REBOOT ? 'reboot' : 'shutdown';
        call.vm.requestReset(kind, type === SHUTDOWN && reason === SYSTEM_FAILURE);
        return SBI_SUCCESS;
      },
    },
  ],
};
