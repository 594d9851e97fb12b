/** What a row of the table of appliances does with settings. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineAppliance } from './appliance.ts';

const ECHO = defineAppliance({
  id: 'echo',
  settings: { switch: v.string() },
  counters: [{ id: 'echoed', unit: 'count', text: { en: 'echoed', zh: '已回送' } }],
  ports: (settings) => [{ name: 'wire', switch: settings.switch }],
  moved: (_, __, switchName) => ({ switch: switchName }),
  create: (_, context, counters) => ({
    receive(port, frame) {
      counters.echoed += 1;
      context.send(port, frame);
    },
  }),
});

test('an appliance says which ports its settings give it; settings that it does not take are refused', () => {
  expect(ECHO.ports({ switch: 'lan' })).toEqual([{ name: 'wire', switch: 'lan' }]);
  expect(() => ECHO.ports({ switch: 1 })).toThrow();
  const sent: number[] = [];
  const context = {
    ...{ name: 'echo', seed: 1, now: () => 0, schedule: () => {}, cancel: () => {} },
    switchOf: () => 'lan',
    send: (port: number) => void sent.push(port),
  };
  const { appliance, counters } = ECHO.create({ switch: 'lan' }, context);
  appliance.receive(0, new Uint8Array(60));
  expect([sent, counters]).toEqual([[0], { echoed: 1 }]);
});
