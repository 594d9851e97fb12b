/** A VM's own clock: it starts at 0 with the VM, and stands whenever the VM does not run. It counts the ticks of `time`. */
import { NS_PER_TICK, type VirtualNs } from '#base/virtual-time';

export class GuestClock {
  readonly #now: () => VirtualNs;
  #isRunning = false;
  /** While it runs: its time less the host's. */
  #delta = 0;
  /** While it stands. */
  #standsAt = 0;

  /** @param now the host's time */
  constructor(now: () => VirtualNs) {
    this.#now = now;
  }

  get #hostTicks(): number {
    return Math.floor(this.#now() / NS_PER_TICK);
  }
  get ticks(): number {
    return this.#isRunning ? this.#hostTicks + this.#delta : this.#standsAt;
  }
  /** What it shows less what the host's shows: `htimedelta`. */
  get delta(): number {
    return this.#isRunning ? this.#delta : this.#standsAt - this.#hostTicks;
  }

  /** Begins to run, or goes on, from a time. */
  runFrom(ticks: number): void {
    this.#delta = ticks - this.#hostTicks;
    this.#isRunning = true;
  }
  stand(ticks: number = this.ticks): void {
    this.#standsAt = ticks;
    this.#isRunning = false;
  }
}
