/**
 * What a device under test needs from a host: a clock, events, and the bytes of its state.
 */
import { StateReader, StateWriter } from '#base/state-codec';
import { EventQueue } from '../../event-queue.ts';
import type { VirtioDevice } from './virtio-device.ts';

export class TestHost {
  readonly events: EventQueue = new EventQueue();
  time = 0;
  readonly now = (): number => this.time;

  /** Runs all events up to a time, each at its instant. */
  runTo(time: number): void {
    while (this.events.nextAt() <= time) {
      this.time = this.events.nextAt();
      this.events.runDue(this.time);
    }
    this.time = time;
  }
}

/** The bytes of a device's state, as hexadecimal digits. */
export function stateOf(device: Pick<VirtioDevice, 'save'>): string {
  const w = new StateWriter();
  device.save(w);
  return Buffer.from(w.finish()).toString('hex');
}

/** Loads what `stateOf` gave. */
export function loadState(device: Pick<VirtioDevice, 'load'>, hex: string): void {
  device.load(new StateReader(new Uint8Array(Buffer.from(hex, 'hex'))));
}
