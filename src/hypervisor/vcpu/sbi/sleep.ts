/** A hart sleeps, and begins anew where it said (SBI 2.0, 9.4 and 13.1): HSM's non-retentive suspend, and that of the system. */
import { SSTATUS_SIE } from '../status-bits.ts';
import { SBI_ERR_INVALID_ADDRESS, SBI_SUCCESS, type SbiCall } from './call.ts';

/**
 * The vCPU waits, and goes on at the address of argument 1 with argument 2 in a1. It wakes by the interrupts that are enabled
 * now, and takes none before it wants to. Registers of which the SBI says nothing keep what they had.
 */
export function sleepToResume(call: SbiCall): number {
  const { hart, vcpu, vm } = call;
  const entry = call.argument(1);
  if (entry === undefined || vm.memory.slotOf(entry) === undefined) return SBI_ERR_INVALID_ADDRESS;
  call.isLeft = true;
  hart.setX(11, call.lo(2), call.hi(2));
  hart.setX(10, vcpu.index, 0);
  hart.setCsr('sepc', entry >>> 0, Math.floor(entry / 0x1_0000_0000));
  hart.setCsr('vsatp', 0, 0);
  hart.setCsr('vsstatus', (hart.csrLo('vsstatus') & ~SSTATUS_SIE) >>> 0, hart.csrHi('vsstatus'));
  hart.contextChanged();
  vcpu.suspend(hart.now);
  return SBI_SUCCESS;
}
