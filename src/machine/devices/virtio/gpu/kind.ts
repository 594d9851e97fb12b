/** Graphics adapters in the table of devices: that of a VM's `desktop`, where it has one of this kind. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { GPU } from './state.ts';

const CODE = new Later(() => import('./device.ts'));

export const GPU_KIND: DeviceKind = defineDevice({
  id: 'gpu',
  settings: { width: v.number(), height: v.number() },
  state: GPU,
  later: { code: CODE, words: ['gpu'] },
  wanted: ({ desktop }) =>
    desktop?.kind === 'gpu' ? [{ width: desktop.width, height: desktop.height }] : [],
  create: ({ width, height }, { channel, events, now }) =>
    new CODE.here.VirtioGpu({ channel, events, now, width, height }),
});
