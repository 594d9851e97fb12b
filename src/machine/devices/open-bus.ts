/** A bus that nothing is on: reads find all lines high, writes reach nobody. So software that looks for devices there finds none. */
import type { PartState } from '#base/state/part';
import { type MmioDevice, NO_STATE } from './device.ts';

export class OpenBus implements MmioDevice {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  read(_offset: number, size: number): number {
    return 2 ** (8 * size) - 1;
  }
  write(): void {}
  reset(): void {}
  capture(): PartState {
    return NO_STATE;
  }
  restore(): void {}
}
