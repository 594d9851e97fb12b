/** SBI remote fences (SBI 2.0, chapter 8). */
import {
  SBI_ERR_INVALID_PARAM,
  SBI_ERR_NOT_SUPPORTED,
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

/** No hart of a VM has the hypervisor extension, whose guests these would be about. */
const fenceOfGuests: SbiFunction = () => SBI_ERR_NOT_SUPPORTED;

export const RFENCE: SbiExtension = {
  eid: 0x5246_4e43,
  name: 'RFENCE',
  functions: [
    { name: 'remote_fence_i', call: fenceInstructions },
    { name: 'remote_sfence_vma', call: fence },
    { name: 'remote_sfence_vma_asid', call: fence },
    { name: 'remote_hfence_gvma_vmid', call: fenceOfGuests },
    { name: 'remote_hfence_gvma', call: fenceOfGuests },
    { name: 'remote_hfence_vvma_asid', call: fenceOfGuests },
    { name: 'remote_hfence_vvma', call: fenceOfGuests },
  ],
};
