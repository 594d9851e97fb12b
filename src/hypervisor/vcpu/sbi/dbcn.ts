/** SBI debug console (SBI 2.0, chapter 12). Partial reads and writes are allowed, so a call does bounded work. */
import { SBI_ERR_INVALID_PARAM, SBI_SUCCESS, type SbiCall, type SbiExtension } from './call.ts';

/** Bytes that one call moves at most. */
const CALL_LIMIT = 1024;
const buffer = new Uint8Array(CALL_LIMIT);

/** Address of the buffer that a call names; -1 unless all of it is RAM. */
function bufferAddress(call: SbiCall, length: number): number {
  const address = call.argument(1);
  // The upper half of the physical address (argument 2) is for harts of 32 bits: zero here.
  if (address === undefined || call.lo(2) !== 0 || call.hi(2) !== 0) return -1;
  return call.vm.memory.slotOf(address, length) === undefined ? -1 : address;
}

/** The buffer is no memory that the guest may use, or must be waited for. */
function refused(call: SbiCall): number {
  call.awaited = call.vm.memory.awaited;
  return SBI_ERR_INVALID_PARAM;
}

export const DBCN: SbiExtension = {
  eid: 0x4442_434e,
  name: 'DBCN',
  functions: [
    {
      name: 'write',
      call: (call) => {
        const length = Math.min(call.argument(0) ?? CALL_LIMIT, CALL_LIMIT);
        const address = bufferAddress(call, length);
        const bytes = buffer.subarray(0, length);
        if (address < 0) return SBI_ERR_INVALID_PARAM;
        if (!call.vm.memory.read(address, bytes)) return refused(call);
        call.vm.consoleOutput(bytes);
        call.value = length;
        return SBI_SUCCESS;
      },
    },
    {
      name: 'read',
      call: (call) => {
        const length = Math.min(call.argument(0) ?? CALL_LIMIT, CALL_LIMIT);
        const address = bufferAddress(call, length);
        if (address < 0) return SBI_ERR_INVALID_PARAM;
        // What is typed is taken only where it can be put.
        if (!call.vm.memory.prepareWrite(address, length)) return refused(call);
        const taken = call.vm.consoleInput(buffer.subarray(0, length));
        call.vm.memory.write(address, buffer.subarray(0, taken));
        call.value = taken;
        return SBI_SUCCESS;
      },
    },
    {
      name: 'write_byte',
      call: (call) => {
        buffer[0] = call.lo(0);
        call.vm.consoleOutput(buffer.subarray(0, 1));
        return SBI_SUCCESS;
      },
    },
  ],
};
