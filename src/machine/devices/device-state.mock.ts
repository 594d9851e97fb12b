/** The bytes of a device's state, for tests that compare or damage them. */
import { decode, encode } from '#base/state/codec';
import { declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { DEVICE_STATES } from './device-states.ts';

const HELD = declare<{ readonly device: PartState }>('held', { device: part });

/** The bytes of a device's state, as hexadecimal digits. */
export function stateOf(device: { capture(): PartState }): string {
  return Buffer.from(encode(HELD, { device: device.capture() })).toString('hex');
}

/** Loads what {@link stateOf} gave. */
export function loadState(device: { restore(state: PartState): void }, hex: string): void {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  device.restore(decode(HELD, bytes, { parts: DEVICE_STATES }).device);
}
