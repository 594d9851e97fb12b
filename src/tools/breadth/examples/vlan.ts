/** VLAN, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const TABLE = 'src/hypervisor/network/stages/stages.ts';
const TEST = 'src/hypervisor/network/breadth-vlan.test.ts';

export const VLAN: Example = {
  thing: 'VLAN on a port',
  own: {
    'src/hypervisor/network/stages/vlan.ts': `
/** The VLAN of an access port (802.1Q): its frames are untagged, and stay among the ports of the same VLAN. */
import * as v from 'valibot';
import { defineStage, type StageKind } from './stage.ts';

const TAGGED = 0x8100;

export const VLAN: StageKind = defineStage({
  id: 'vlan',
  isUsual: false,
  settings: { access: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4094)) },
  counters: ['tagged', 'foreign'],
  create: ({ access }, _port, counters) => ({
    ingress: (frame) => {
      const isTagged = frame.bytes[12]! * 256 + frame.bytes[13]! === TAGGED;
      if (isTagged) counters.tagged += 1;
      frame.domain = access;
      return !isTagged;
    },
    egress: ({ domain }) => {
      if (domain !== access) counters.foreign += 1;
      return domain === access;
    },
  }),
});
`,
    [TEST]: `
import { expect, test } from 'vitest';
import { EventQueue } from '#machine/event-queue';
import { PORT_STAGES } from './stages/stages.ts';
import { VirtualSwitch } from './virtual-switch.ts';

test('a broadcast reaches its VLAN and no other; a tag is no way out', () => {
  const events = new EventQueue();
  const network = new VirtualSwitch({ name: 'lan', events, now: () => 0, stages: PORT_STAGES });
  const received: number[] = [];
  for (const [port, access] of [1, 1, 2].entries())
    network.connect('p' + port, { receive: () => received.push(port) }, { vlan: { access } });
  const frame = new Uint8Array(60).fill(0xff, 0, 6);
  frame[6] = 2;
  network.send(0, frame);
  frame.set([0x81, 0, 0, 2], 12);
  network.send(0, frame);
  events.runDue(1e9);
  expect(received).toEqual([1]);
});
`,
  },
  rows: [
    { path: TABLE, before: 'import { WIRE }', text: "import { VLAN } from './vlan.ts';\n" },
    { path: TABLE, before: ', POLICE]', text: ', VLAN' },
  ],
  test: TEST,
};
