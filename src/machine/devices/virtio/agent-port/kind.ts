/** The agent's port in the table of devices: a VM has it where its specification names it. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { AGENT_PORT } from './state.ts';

const CODE = new Later(() => import('./device.ts'));

export const AGENT_PORT_KIND: DeviceKind = defineDevice({
  id: 'agent',
  settings: {
    /** The terminal is its port 0, and there is no console of its own. */
    terminal: v.exactOptional(v.literal(true)),
  },
  state: AGENT_PORT,
  later: { code: CODE, words: ['agent'] },
  create: ({ terminal }, { channel, events, now, output }) =>
    new CODE.here.VirtioAgentPort({
      channel,
      events,
      now,
      ...(terminal === true ? { terminal: output } : {}),
    }),
});
