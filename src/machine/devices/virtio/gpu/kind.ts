/** Graphics adapters in the table of devices: that of a VM's `desktop`, where it has one of this kind. */
import * as v from 'valibot';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioGpu } from './device.ts';
import { GPU } from './state.ts';

export const GPU_KIND: DeviceKind = defineDevice({
  id: 'gpu',
  settings: { width: v.number(), height: v.number() },
  state: GPU,
  wanted: ({ desktop }) =>
    desktop?.kind === 'gpu' ? [{ width: desktop.width, height: desktop.height }] : [],
  create: ({ width, height }, { channel, events, now }) =>
    new VirtioGpu({ channel, events, now, width, height }),
});
