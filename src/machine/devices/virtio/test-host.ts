/**
 * What a device under test needs from a host: a clock and events.
 */
import { EventQueue } from '../../event-queue.ts';

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
