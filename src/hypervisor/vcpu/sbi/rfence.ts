/** SBI remote fences (SBI 2.0, chapter 8). Fences for nested guests (functions 3 to 6) are not offered. */
import {
  SBI_ERR_INVALID_PARAM,
  SBI_SUCCESS,
  type SbiCall,
  type SbiExtension,
  type SbiFunction,
  vcpusOfMask,
} from './call.ts';

const fence: SbiFunction = (call: SbiCall) => {
  const targets = vcpusOfMask(call, 0, 1);
  if (targets === undefined) return SBI_ERR_INVALID_PARAM;
  // Wider than asked is allowed: all translations of the vCPU, whatever the range and ASID.
  for (const vcpu of targets) vcpu.fence();
  return SBI_SUCCESS;
};

/** Instruction memory is coherent on this machine: stores drop decoded code by themselves. */
const fenceInstructions: SbiFunction = (call: SbiCall) =>
  vcpusOfMask(call, 0, 1) === undefined ? SBI_ERR_INVALID_PARAM : SBI_SUCCESS;

export const RFENCE: SbiExtension = {
  eid: 0x5246_4e43,
  name: 'RFENCE',
  functions: [
    { name: 'remote_fence_i', call: fenceInstructions },
    { name: 'remote_sfence_vma', call: fence },
    { name: 'remote_sfence_vma_asid', call: fence },
  ],
};
