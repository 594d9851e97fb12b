/** A stage of a port, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const TABLE = 'src/hypervisor/network/stages/stages.ts';
const TEST = 'src/hypervisor/network/breadth-stage.test.ts';

export const PORT_STAGE: Example = {
  thing: 'a stage of a port',
  own: {
    'src/hypervisor/network/stages/urgent.ts': `
/** What comes from the endpoint has a priority; frames of a type that it may not send end here. */
import * as v from 'valibot';
import { defineStage, type StageKind } from './stage.ts';

export const URGENT: StageKind = defineStage({
  id: 'urgent',
  isUsual: false,
  settings: { priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7)), never: v.number() },
  counters: [{ id: 'never', unit: 'count', text: { en: 'of a type that may not be sent', zh: '不得发送的类型' } }],
  create: ({ priority, never }, _port, counters) => ({
    ingress: (frame) => {
      const isNever = frame.bytes[12]! * 256 + frame.bytes[13]! === never;
      if (isNever) counters.never += 1;
      frame.priority = priority;
      return !isNever;
    },
  }),
});
`,
    [TEST]: `
import { expect, test } from 'vitest';
import { EventQueue } from '#machine/event-queue';
import { PORT_STAGES } from './stages/stages.ts';
import { VirtualSwitch } from './virtual-switch.ts';

test('what a port may not send ends there', () => {
  const events = new EventQueue();
  const network = new VirtualSwitch({ name: 'lan', events, now: () => 0, stages: PORT_STAGES });
  const received: number[] = [];
  for (const port of [0, 1])
    network.connect('p' + port, { receive: () => received.push(port) }, { urgent: { priority: 5, never: 0x8035 } });
  const frame = new Uint8Array(60).fill(0xff, 0, 6);
  frame[6] = 2;
  network.send(0, frame);
  frame.set([0x80, 0x35], 12);
  network.send(0, frame);
  events.runDue(1e9);
  expect(received).toEqual([1]);
});
`,
  },
  rows: [
    { path: TABLE, before: 'import { VLAN }', text: "import { URGENT } from './urgent.ts';\n" },
    { path: TABLE, before: '[CLASS, POLICE]', text: '[URGENT], ...' },
  ],
  test: TEST,
};
