/**
 * sifive,test0: software ends a bare machine's run through it, or asks for a reset. It holds no state; what ending
 * means is the owner's affair.
 */
import type { PartState } from '#base/state/part';
import { type MmioDevice, NO_STATE } from '../device.ts';
import { FINISH_FAIL, FINISH_PASS, FINISH_RESET } from './words.ts';

/** What software asked for. */
export type Finish =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly code: number }
  | { readonly kind: 'reset' };

export interface FinisherOptions {
  readonly onFinish: (finish: Finish) => void;
}

export class Finisher implements MmioDevice {
  readonly name = 'finisher';
  readonly #onFinish: (finish: Finish) => void;

  constructor(options: FinisherOptions) {
    this.#onFinish = options.onFinish;
  }

  read(): number {
    return 0;
  }

  write(offset: number, _size: number, value: number): void {
    if (offset !== 0) return;
    switch (value & 0xffff) {
      case FINISH_PASS:
        this.#onFinish({ kind: 'pass' });
        break;
      case FINISH_FAIL:
        this.#onFinish({ kind: 'fail', code: value >>> 16 });
        break;
      case FINISH_RESET:
        this.#onFinish({ kind: 'reset' });
        break;
    }
  }

  reset(): void {}
  capture(): PartState {
    return NO_STATE;
  }
  restore(): void {}
}
