/** The door: what a program is given, on Node by `virtlab program` and in the page's console by `await virtualizers()`. */
import { IOVirtualizer } from './io-virtualizer.ts';
import { KvmKpi } from './kpi.ts';
import { Kvm, type LabPort, Refused } from './kvm.ts';
import { MemoryVirtualizer } from './memory-virtualizer.ts';
import { NetworkVirtualizer } from './network-virtualizer.ts';

export { type LabPort, Refused } from './kvm.ts';

/** The classes, and the lab that their constructors take. */
export interface Programming {
  readonly lab: LabPort;
  readonly MemoryVirtualizer: typeof MemoryVirtualizer;
  readonly IOVirtualizer: typeof IOVirtualizer;
  readonly NetworkVirtualizer: typeof NetworkVirtualizer;
  readonly Kvm: typeof Kvm;
  readonly KvmKpi: typeof KvmKpi;
  readonly Refused: typeof Refused;
}

export function programmingOf(lab: LabPort): Programming {
  return { lab, MemoryVirtualizer, IOVirtualizer, NetworkVirtualizer, Kvm, KvmKpi, Refused };
}
