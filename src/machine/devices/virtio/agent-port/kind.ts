/** The agent's port in the table of devices: a VM has it where its specification names it. */
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioAgentPort } from './device.ts';
import { AGENT_PORT } from './state.ts';

export const AGENT_PORT_KIND: DeviceKind = defineDevice({
  id: 'agent',
  settings: {},
  state: AGENT_PORT,
  create: (_, { channel, events, now }) => new VirtioAgentPort({ channel, events, now }),
});
