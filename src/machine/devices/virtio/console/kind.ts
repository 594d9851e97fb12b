/** The console in the table of devices: every VM has one, or has its terminal behind a port of the device that names it. */
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioConsole } from './device.ts';
import { CONSOLE } from './state.ts';

export const CONSOLE_KIND: DeviceKind = defineDevice({
  id: 'console',
  settings: {},
  state: CONSOLE,
  wanted: ({ devices = [] }) => (devices.some(({ terminal }) => terminal === true) ? [] : [{}]),
  create: (_, { channel, events, now, output }) => new VirtioConsole({ channel, events, now, output }),
});
