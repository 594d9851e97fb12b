/**
 * virtio input device (virtio 1.2, §5.8): tells a driver what a person does with a keyboard, a pointer or fingers. Events wait in a
 * ring of a fixed size; what does not fit is refused as a whole, and a release always fits where its press did.
 */

import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { ByteRing } from '../../byte-ring.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { ResetCause, VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { type Gesture, Held, type InputEvent, TAKES } from './gestures.ts';
import { INPUT_COUNTERS, type InputCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { configAnswer, type InputRole } from './roles.ts';
import { INPUT } from './state.ts';

export interface InputOptions {
  readonly role: InputRole;
  /** A name that tells it from others. */
  readonly serial: string;
}

/** Events that may wait for the driver. */
const MOST_WAITING = 512;
/** Kept for the release of each that is down: that of the last finger is told in so many. */
const RELEASE_EVENTS = 4;
const EVENT_REACH: Reach = { readable: 0, writable: reg.EVENT_SIZE };
const STATUS_REACH: Reach = { readable: reg.EVENT_SIZE, writable: 0 };

export class VirtioInput implements VirtioDevice {
  readonly kind = 'input';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number = 0;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE, reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<InputCounter> = zeroCounters(namesOf(INPUT_COUNTERS));
  readonly counterRows: readonly CounterRow[] = INPUT_COUNTERS;
  readonly role: InputRole;
  readonly #serial: string;
  readonly #held = new Held();
  readonly #waiting = new ByteRing(MOST_WAITING * reg.EVENT_SIZE);
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #event = new Uint8Array(reg.EVENT_SIZE);
  readonly #eventView: DataView = new DataView(this.#event.buffer);
  /** Bits, by number of the light. */
  #lights = 0;
  #port: VirtioPort | undefined;

  constructor(options: InputOptions) {
    this.role = options.role;
    this.#serial = options.serial;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
  }
  unplugged(): void {
    this.#port = undefined;
  }

  /** Lights that the driver has switched on, as bits. */
  get lights(): number {
    return this.#lights;
  }

  get gestures(): Gesture['kind'] {
    return TAKES[this.role];
  }
  /** Takes a gesture; false where too much waits already, with nothing taken. Without a driver it is noted and not told. */
  gesture(gesture: Gesture): boolean {
    const before = this.#held.capture();
    const heldBefore = this.#held.count;
    const events = this.#held.take(gesture);
    const room = MOST_WAITING - this.#waiting.length / reg.EVENT_SIZE;
    const reserved = this.#held.count < heldBefore ? 0 : RELEASE_EVENTS * this.#held.count;
    if (this.#port?.live !== true) return true;
    if (events.length + reserved > room) {
      this.#held.restore(before);
      this.counters.dropped += events.length;
      return false;
    }
    for (const event of events) this.#queue(event);
    this.#tell();
    return true;
  }

  #queue([type, code, value]: InputEvent): void {
    this.#eventView.setUint16(0, type, true);
    this.#eventView.setUint16(2, code, true);
    this.#eventView.setUint32(4, value, true);
    this.#waiting.push(this.#event);
  }

  /** The driver asks (§5.8.5.1): the answer stands in the configuration space at once. */
  writeConfig(offset: number, size: number, value: number): void {
    if (size !== 1 || (offset !== reg.CONFIG_SELECT && offset !== reg.CONFIG_SUBSELECT)) return;
    this.config[offset] = value;
    const answer = configAnswer(
      this.role,
      this.#serial,
      this.config[reg.CONFIG_SELECT]!,
      this.config[reg.CONFIG_SUBSELECT]!,
    );
    this.config[reg.CONFIG_ANSWER_SIZE] = answer.length;
    this.config.fill(0, reg.CONFIG_ANSWER);
    this.config.set(answer, reg.CONFIG_ANSWER);
  }

  notify(queue: number): void {
    if (queue === reg.EVENT_QUEUE) this.#tell();
    else this.#hear();
  }

  /** Fills the driver's buffers with events, one in each. */
  #tell(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.#waiting.length === 0) return;
    const queue = port.queue(reg.EVENT_QUEUE);
    queue.beginService();
    let told = 0;
    while (told < queue.size && this.#waiting.length > 0 && queue.next(this.#chain, EVENT_REACH)) {
      told += 1;
      // One without room for an event goes back as it is; the event waits for the next.
      if (this.#chain.writable < reg.EVENT_SIZE) {
        queue.complete(this.#chain, 0);
        continue;
      }
      this.#waiting.take(this.#event);
      if (!this.#chain.write(port.memory, 0, this.#event)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, reg.EVENT_SIZE);
      this.counters.events += 1;
    }
    if (told > 0) port.used(reg.EVENT_QUEUE);
  }

  /** Takes what the driver tells: lights of a keyboard. What else it says is not heeded (§5.8.6.2). */
  #hear(): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    const queue = port.queue(reg.STATUS_QUEUE);
    queue.beginService();
    let heard = 0;
    while (heard < queue.size && queue.next(this.#chain, STATUS_REACH)) {
      const isEvent = this.#chain.readable >= reg.EVENT_SIZE;
      if (isEvent && !this.#chain.read(port.memory, 0, this.#event)) {
        port.fail();
        return;
      }
      if (isEvent) this.#light();
      queue.complete(this.#chain, 0);
      heard += 1;
    }
    if (heard > 0) port.used(reg.STATUS_QUEUE);
  }

  #light(): void {
    const code = this.#eventView.getUint16(2, true);
    if (this.#eventView.getUint16(0, true) !== reg.EV_LED || code >= reg.LEDS) return;
    const isOn = this.#eventView.getUint32(4, true) !== 0;
    this.#lights = isOn ? this.#lights | (1 << code) : this.#lights & ~(1 << code);
    this.counters.status += 1;
  }

  /** A driver that begins anew hears of what is pressed from then on; what is held stays held. */
  reset(cause: ResetCause): void {
    this.#waiting.clear();
    this.#lights = 0;
    this.config.fill(0);
    if (cause === 'system') this.#held.clear();
  }

  capture(): PartState {
    return partState(INPUT, {
      config: this.config,
      held: this.#held.capture(),
      waiting: this.#waiting.capture(),
      lights: this.#lights,
      counters: this.counters,
    });
  }
  restore(saved: PartState): void {
    const state = stateIn(INPUT, saved);
    refill(this.config, state.config, 'the configuration space');
    this.#held.restore(state.held);
    this.#waiting.restore(state.waiting);
    this.#lights = state.lights;
    Object.assign(this.counters, state.counters);
  }
}
