/** A VM as the exit loop sees it, and what of its registers decides walks. */
import type { ErrorCode } from '#base/catalogue/error-codes';
import type { ErrorData } from '#base/result';
import type { MmioBus } from '#machine/devices/mmio-bus';
import type { Hart } from '#machine/hart';
import type { StopControl } from '../cpu/stops.ts';
import type { WalkContext } from '../memory/walk.ts';
import type { TraceRecorder } from '../monitor/trace.ts';
import type { SbiVm } from './sbi/call.ts';
import { SSTATUS_SPP } from './status-bits.ts';

/** What the exit loop may ask of the VM whose vCPU exited. */
export interface ExitVm extends SbiVm {
  readonly slot: number;
  readonly bus: MmioBus;
  readonly trace: TraceRecorder;
  readonly stops: StopControl;
  /** Stops the VM for good once the exit is answered, with a reason; its state stays to be looked at. */
  fail(code: ErrorCode, data: ErrorData): void;
  /** A handler asked for a failure, a shutdown or a reboot. */
  readonly hasRequest: boolean;
}

/** What decides walks of the guest at an exit: its registers as they lie on the hart. */
export function walkContextAtExit(vm: Pick<SbiVm, 'ram' | 'memory'>, hart: Hart): WalkContext {
  return {
    ram: vm.ram,
    gRoot: vm.memory.root,
    vsatpLo: hart.csrLo('vsatp'),
    vsatpHi: hart.csrHi('vsatp'),
    vsstatusLo: hart.csrLo('vsstatus'),
    user: (hart.csrLo('mstatus') & SSTATUS_SPP) === 0,
  };
}
