/** The agent's port in the table of devices: a VM has it where its specification names it. */
import { Later } from '#base/later';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { AGENT_PORT } from './state.ts';

const CODE = new Later(() => import('./device.ts'));

export const AGENT_PORT_KIND: DeviceKind = defineDevice({
  id: 'agent',
  settings: {},
  state: AGENT_PORT,
  later: { code: CODE, words: ['agent'] },
  create: (_, { channel, events, now }) => new CODE.here.VirtioAgentPort({ channel, events, now }),
});
