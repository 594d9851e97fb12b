/** The entropy device in the table of devices: every VM has one. */
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioRng } from './device.ts';
import { RNG } from './state.ts';

export const RNG_KIND: DeviceKind = defineDevice({
  id: 'rng',
  settings: {},
  state: RNG,
  wanted: () => [{}],
  create: (_, { seed }) => new VirtioRng({ seed }),
});
